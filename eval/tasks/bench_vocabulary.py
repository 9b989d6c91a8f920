"""What a large vocabulary costs while photos are taken in, beside the one that Magpie has.

Two homes, one with the shipped vocabulary, one with as many terms as asked for, take the same
photos in by turns, and medians are kept. Both know their terms before: making the vectors of
terms is done once, and is timed by itself.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import islice, permutations
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.layouts.photos import photos_in
from eval.libraries import hub_in
from eval.registry import Figures

if TYPE_CHECKING:
    from service.hub import Hub

_WARM_UP = 8
_POLL_S = 0.05


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder of photos")
    parser.add_argument("--terms", type=int, default=5_000, metavar="N", help="terms in all")
    parser.add_argument("--photos", type=int, default=60, metavar="N", help="photos a round")
    parser.add_argument("--rounds", type=int, default=3, help="turns of both homes")


def run(options: argparse.Namespace) -> Figures:
    """Measure."""
    from pipelines.vocabulary.general import general

    shipped = sum(1 for _ in general().active())
    photos = photos_in(options.data)[: _WARM_UP + options.photos * options.rounds]
    if len(photos) < _WARM_UP + options.rounds or options.terms <= shipped:
        raise EvalError(f"Give more photos, and more than {shipped} terms.")
    warm_up, rest = photos[:_WARM_UP], photos[_WARM_UP:]
    with tempfile.TemporaryDirectory(prefix="magpie-bench-") as name:
        small, large = Path(name) / "small", Path(name) / "large"
        small.mkdir()
        large.mkdir()
        with hub_in(small) as few, hub_in(large) as many:
            many.desk.vocabularies.create(made_up(options.terms - shipped), "yaml")
            few.ingest(warm_up)
            started = time.perf_counter()
            many.ingest(warm_up)
            first = time.perf_counter() - started
            ratios, seconds = _rounds(few, many, rest, options)
    return {
        "terms": options.terms,
        "shipped_terms": shipped,
        "photos": len(rest),
        "cost": round(median(ratios) - 1, 4),
        "ms_a_photo": round(1000 * median(seconds), 2),
        "first_photos_s": round(first, 1),
    }


def _rounds(
    few: Hub, many: Hub, photos: Sequence[Path], options: argparse.Namespace
) -> tuple[list[float], list[float]]:
    """Time of the large vocabulary as a share of the small one's, and seconds a photo of it."""
    ratios, seconds = [], []
    for number in range(options.rounds):
        print(f"Round {number + 1} of {options.rounds} ...", file=sys.stderr)
        some = photos[number :: options.rounds]
        # Whoever is first finds the photos cold on the disk.
        turns = [few, many] if number % 2 == 0 else [many, few]
        took = {hub is many: _ingest(hub, some) for hub in turns}
        ratios.append(took[True] / took[False])
        seconds.append(took[True] / len(some))
    return ratios, seconds


def _ingest(hub: Hub, photos: Sequence[Path]) -> float:
    """Seconds until all photos can be found."""
    started = time.perf_counter()
    job = hub.start_ingest(photos)
    while job.done + job.failed < job.total or not job.total:
        time.sleep(_POLL_S)
        job = hub.job(job.id)
    if job.failed:
        raise EvalError(f"{job.failed} of the photos cannot be read; choose another folder.")
    return time.perf_counter() - started


def made_up(count: int) -> bytes:
    """A vocabulary of two-word terms, such as ``harbour umbrella``, as YAML."""
    from pipelines.vocabulary import yaml_file
    from pipelines.vocabulary.general import general
    from pipelines.vocabulary.terms import Term, Vocabulary

    words = [name for term in general().active() if " " not in (name := term.labels["en"])]
    pairs = islice(permutations(words, 2), 0, None, 7)
    terms = tuple(
        Term(f"made_up_{number}", {"en": " ".join(pair)})
        for number, pair in enumerate(islice(pairs, count))
    )
    return yaml_file.write(Vocabulary("made_up", {"en": "Made up"}, terms)).encode()
