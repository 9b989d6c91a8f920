"""How fast and how complete the embedded index answers a question of three legs.

One question asks ``visual``, ``text`` and ``bm25`` at once under the filter that every question
has, and gathers the units into assets, as the service does; its vectors are given, so no model
runs. Vectors are made up: clusters within clusters, in few of their dimensions, as those of real
photos and passages are; words follow Zipf's law. No question is a stored point.

``build_s`` is filling the index and building its graphs; ``p50_ms`` and ``p95_ms`` are of
questions to the whole library, ``p95_filtered_ms`` of questions to one kind of asset in three.
``recall_at_10`` is the share of the true ten nearest, found by looking at all vectors, of the
leg that finds least; ``recall_filtered_at_10`` the same under that filter.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.errors import EvalError
from eval.registry import Figures

if TYPE_CHECKING:
    from eval.made_up_library import MadeUpLibrary
    from service.index.base import Filter, VectorIndex

_ASSETS_WANTED = 21
"""A page of answers and one more, as the service asks for."""

_LEG_LIMIT = 100
"""Of each leg, as the service asks for."""

_NEAREST = 10
_WARM = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument("--points", type=int, default=100_000, metavar="N", help="default 100000")
    parser.add_argument("--questions", type=int, default=200, metavar="N", help="default 200")


def run(options: argparse.Namespace) -> Figures:
    """Measure."""
    if options.points < 100 or options.questions < 20:
        raise EvalError("Give --points 100 or more, and --questions 20 or more.")
    from eval.made_up_library import MadeUpLibrary

    library = MadeUpLibrary(options.points, options.questions)
    with tempfile.TemporaryDirectory(prefix="magpie-eval-") as folder:
        return _measure(library, Path(folder))


def _measure(library: MadeUpLibrary, folder: Path) -> Figures:
    from eval.made_up_library import SCHEMA
    from service.index.generations import EdgeGenerations

    generations = EdgeGenerations(folder)
    print(f"Filling an index with {library.size:,} points ...", file=sys.stderr)
    started = time.perf_counter()
    index = generations.create("bench", SCHEMA)
    for points in library.points():
        index.upsert(points)
    index.flush()
    filled_s = time.perf_counter() - started
    if generations.worth_optimising(index):
        index.close()
        print(f"... {filled_s:.0f} s. Building graphs ...", file=sys.stderr)
        generations.optimise("bench", SCHEMA, lambda: False)
        index = generations.open("bench", SCHEMA)
    built_s = time.perf_counter() - started
    print(f"... {built_s:.0f} s. Asking {library.questions:,} questions ...", file=sys.stderr)
    with index:
        return {
            "points": library.size,
            "build_s": round(built_s, 1),
            **_ask(library, index, one_kind=False),
            **_ask(library, index, one_kind=True),
        }


def _ask(library: MadeUpLibrary, index: VectorIndex, *, one_kind: bool) -> dict[str, float]:
    """Figures of all questions, under one filter; the first ones warm the index."""
    from eval.made_up_library import EVERYTHING, ONE_KIND
    from models import registry
    from models.calibration import calibration
    from service.search.judge import judge
    from service.search.retrieve import retrieve

    filter_ = ONE_KIND if one_kind else EVERYTHING
    curves = calibration(registry.get(registry.VISUAL_DEFAULT))
    times = []
    for question in [*range(_WARM), *range(library.questions)]:
        probe = library.probe(question)
        started = time.perf_counter()
        found = retrieve(index, probe, filter_, within=EVERYTHING, assets=_ASSETS_WANTED)
        judge(found, curves)
        times.append((time.perf_counter() - started) * 1000)
    recalls = _recalls(library, index, filter_, one_kind=one_kind)
    p50, p95 = statistics.quantiles(times[_WARM:], n=20)[9::9]
    name = "_filtered" if one_kind else ""
    return {
        f"p50{name}_ms": round(p50, 1),
        f"p95{name}_ms": round(p95, 1),
        **{f"recall{name}_{leg}_at_10": recall for leg, recall in recalls.items()},
        f"recall{name}_at_10": min(recalls.values()),
    }


def _recalls(
    library: MadeUpLibrary, index: VectorIndex, filter_: Filter, *, one_kind: bool
) -> dict[str, float]:
    """By leg, how many of the first ten hits are as near as the true ten nearest."""
    from service.index.base import Leg

    found: dict[str, list[float]] = {}
    for question in range(library.questions):
        probe = library.probe(question)
        assert probe.terms is not None
        legs = [Leg(name, vector, _LEG_LIMIT, filter_) for name, vector in probe.dense.items()]
        legs.append(Leg("bm25", probe.terms, _LEG_LIMIT, filter_))
        for leg, hits in zip(legs, index.search(legs), strict=True):
            scores = library.true_scores(leg.using, question, one_kind=one_kind)
            least = np.partition(scores, -_NEAREST)[-_NEAREST]
            # Points are stored in half precision: equally near ones may change places.
            near = [scores[hit.id.int] >= least - 1e-6 for hit in hits[:_NEAREST]]
            found.setdefault(leg.using, []).append(sum(near) / _NEAREST)
    return {leg: round(statistics.fmean(shares), 4) for leg, shares in found.items()}
