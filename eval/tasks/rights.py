"""Whether rights are checked as they should be, and how fast.

Random licences, releases, planned uses and questions; each answer is compared with that of a
slow evaluator that looks at every country, channel and moment by itself. ``differences`` counts
where the two disagree, ``wrongly_allowed`` those where ours allows and the other does not.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.registry import Figures

if TYPE_CHECKING:
    import random

    from service.rights.model import Clause, Grant, GrantKind, Holdings, Span, Use

_TERRITORIES = ("WORLD", "EU", "DACH", "BENELUX", "DE", "AT", "CH", "FR", "US", "JP")
_CHANNELS = ("all", "digital", "social", "print", "web", "instagram", "tv", "poster")
_DAYS = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="default 10000")
    parser.add_argument(
        "--checks", type=int, default=200_000, metavar="N", help="to time; default 200000"
    )
    parser.add_argument("--seed", type=int, default=10)


def run(options: argparse.Namespace) -> Figures:
    """Measure."""
    import random

    from eval.rights_reference import reference_answer
    from service.rights.evaluate import evaluate

    if options.cases < 1 or options.checks < 1:
        raise EvalError("Give --cases and --checks of 1 or more.")
    random_ = random.Random(options.seed)
    cases = [(holdings(random_), use(random_)) for _ in range(options.cases)]
    print(f"Comparing {len(cases):,} answers ...", file=sys.stderr)
    pairs = [(evaluate(*case).answer, reference_answer(*case)) for case in cases]
    started = time.perf_counter()
    for number in range(options.checks):
        evaluate(*cases[number % len(cases)])
    seconds = time.perf_counter() - started
    return {
        "cases": len(cases),
        "differences": sum(ours != theirs for ours, theirs in pairs),
        "wrongly_allowed": sum(ours == "allow" != theirs for ours, theirs in pairs),
        **{
            f"share_{answer}": round(sum(ours == answer for ours, _ in pairs) / len(pairs), 3)
            for answer in ("allow", "deny", "unknown")
        },
        "checks_per_s": round(options.checks / seconds),
    }


def holdings(random_: random.Random) -> Holdings:
    """What is on file of a made-up asset."""
    from service.rights.model import Holdings

    return Holdings(
        grants=tuple(_grant(random_, number) for number in range(random_.choice((0, 1, 1, 2, 3)))),
        planned=tuple(use(random_) for _ in range(random_.choice((0, 0, 0, 1, 2)))),
        people=random_.choice(("yes", "no", "no", "unknown")),
        property=random_.choice(("no", "no", "no", "yes")),
    )


def use(random_: random.Random) -> Use:
    """A made-up use."""
    from service.rights.channels import channels
    from service.rights.model import Use
    from service.rights.territories import territories

    return Use(
        territories(random_.choices(_TERRITORIES[1:], k=random_.choice((1, 1, 2)))),
        channels(random_.choices(_CHANNELS[1:], k=random_.choice((1, 1, 2)))),
        _span(random_, bounded=True),
        by=random_.choice(("spring", "summer")),
        exclusive=random_.random() < 0.2,
    )


def _grant(random_: random.Random, number: int) -> Grant:
    from service.rights.model import Grant

    kind: GrantKind = random_.choice(
        ("licence", "licence", "licence", "model_release", "property_release")
    )
    count = random_.choice((1, 1, 2, 3))
    return Grant(f"grant-{number}", kind, tuple(_clause(random_) for _ in range(count)))


def _clause(random_: random.Random) -> Clause:
    from service.rights.channels import channels
    from service.rights.model import Clause
    from service.rights.territories import territories

    return Clause(
        "prohibit" if random_.random() < 0.12 else "permit",
        territories(random_.choices(_TERRITORIES, (6, 4, 3, 1, 2, 1, 1, 1, 1, 1), k=2)),
        channels(random_.choices(_CHANNELS, (6, 4, 2, 2, 1, 1, 1, 1), k=2)),
        _span(random_),
    )


def _span(random_: random.Random, *, bounded: bool = False) -> Span:
    from datetime import date, timedelta

    from service.rights.model import days

    first = date(2026, 5, 1) + timedelta(days=random_.randrange(_DAYS))
    last = first + timedelta(days=random_.randrange(_DAYS))
    zone = random_.choice(("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"))
    if bounded:
        return days(first, last, zone)
    return days(
        first if random_.random() < 0.5 else None, last if random_.random() < 0.5 else None, zone
    )
