"""Which documents are read, and how much of their text: bag-of-words F1 against references.

Files are read through the reader pool, as ingest does it.

- ``ok``: text, a picture or a property came out, or it says that the file holds none.
- ``unsupported``: the type is known, the file kept, and no reader there.
- ``refused``: encrypted, empty, damaged or beyond a limit, and its reader says which.
- ``failed``: neither text nor such a reason; a reader that broke, or was ended, counts here.
- ``seconds_median``: by the clock, of all files that have a reader.
- ``text_f1``: mean over the files with a reference; a file that is not read counts 0.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.layouts import documents as layout
from eval.registry import Figures
from eval.texts import bag_f1, whole_text

if TYPE_CHECKING:
    from pipelines.analysis import Analysis

_REFUSED = frozenset({"encrypted", "empty", "too_large", "corrupt"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with documents, some with NAME.expected.md beside them",
    )
    parser.add_argument("--each", action="store_true", help="show a line for every file, too")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from pipelines.pool import ReaderPool

    found = layout.read(options.data)
    outcomes: Counter[str] = Counter()
    seconds: list[float] = []
    scores: list[float] = []
    print(f"Reading {len(found):,} files ...", file=sys.stderr)
    with ReaderPool(1) as pool:
        for document in found:
            start = time.perf_counter()
            analysis = pool.read(document.path)
            taken = time.perf_counter() - start
            outcome = _outcome(analysis)
            outcomes[outcome] += 1
            if outcome != "unsupported":
                seconds.append(taken)
            score = None
            if document.expected is not None:
                score = bag_f1(whole_text(analysis), document.expected)
                scores.append(score)
            if options.each:
                _show(document.path.name, outcome, taken, score, analysis)
    if not seconds:
        raise EvalError(f"None of the files in {options.data} has a reader; nothing to measure.")
    figures: dict[str, float] = {"files": len(found)}
    figures |= {name: outcomes[name] for name in ("ok", "unsupported", "refused", "failed")}
    figures["seconds_median"] = round(median(seconds), 4)
    if scores:
        figures |= {"text_f1": round(fmean(scores), 4), "references": len(scores)}
    return figures


def _outcome(analysis: Analysis) -> str:
    from pipelines.readers.base import CORRUPT

    failure = analysis.failure
    if failure is None:
        is_told = bool(analysis.units or analysis.warnings or analysis.values or analysis.preview)
        return "ok" if is_told else "failed"
    if failure.code == "unsupported":
        return "unsupported"
    if analysis.units:
        return "ok"
    # What no reader foresaw is called damaged in the same general words.
    return "refused" if failure.code in _REFUSED and failure != CORRUPT else "failed"


def _show(name: str, outcome: str, taken: float, score: float | None, analysis: Analysis) -> None:
    shown = "" if score is None else f"{score:.3f}"
    reason = analysis.failure.reason if analysis.failure is not None else ""
    print(f"{name[:60]:60} {outcome:12} {taken:7.3f} s {shown:>6} {reason}", file=sys.stderr)
