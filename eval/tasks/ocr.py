"""Text in scans: letters and words against what people read in them.

Scans go the way of an ingest: read, gated, read again closely, recognised, kept as passages.

- ``char_similarity``: mean over the scans of 1 - edit distance / length of the longer text
  (``eval.edit_distance``). Case does not count, since the references are in capitals. The
  references list their lines in no order, so lines of both sides are put into rows by their
  places (``eval.reading_order``).
- ``word_recall``: mean over the scans of the share of the reference's words that were found;
  words are what stands between white space, case folded, each as often as it occurs.
- ``word_precision``: likewise, of the words found, those that the reference has.
- ``seconds_median``: by the clock, for the second reading and the recognition of a scan.
- ``gated``: scans that the gate took for pictures without text; they count as empty.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from statistics import fmean, median

from eval.edit_distance import similarity
from eval.layouts import scans as layout
from eval.reading_order import Placed, by_rows
from eval.registry import Figures
from pipelines.analysis import Box, Unit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with expected.jsonl, or with images and annotations",
    )
    parser.add_argument(
        "--engine",
        choices=("rapidocr", "tesseract"),
        default="rapidocr",
        help="what recognises (default: %(default)s)",
    )
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="cores to use; 0 means all"
    )
    parser.add_argument("--each", action="store_true", help="show a line for every scan, too")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from models.ocr.load import load_ocr
    from pipelines.ocr import recognise_text, wants_ocr
    from pipelines.pool import ReaderPool

    scans = layout.read(options.data)
    engine = load_ocr(options.engine, options.threads)
    similar: list[float] = []
    recall: list[float] = []
    precision: list[float] = []
    seconds: list[float] = []
    gated = 0
    print(f"Recognising {len(scans):,} scans with {engine.name} ...", file=sys.stderr)
    with ReaderPool(1) as pool:
        for scan in scans:
            analysis = pool.read(scan.path)
            gated += not wants_ocr(analysis)
            start = time.perf_counter()
            found = recognise_text(analysis, partial(pool.close_ups, scan.path), engine)
            seconds.append(time.perf_counter() - start)
            ours = by_rows(_lines(found.units)).casefold()
            theirs = by_rows(scan.lines).casefold()
            similar.append(similarity(ours, theirs))
            recall.append(_share(theirs, ours))
            precision.append(_share(ours, theirs))
            if options.each:
                print(
                    f"{scan.path.name}  {similar[-1]:.3f}  {recall[-1]:.3f}  "
                    f"{precision[-1]:.3f}  {seconds[-1]:.2f} s",
                    file=sys.stderr,
                )
    return {
        "files": len(scans),
        "char_similarity": round(fmean(similar), 4),
        "word_recall": round(fmean(recall), 4),
        "word_precision": round(fmean(precision), 4),
        "seconds_median": round(median(seconds), 3),
        "gated": gated,
    }


def _lines(units: tuple[Unit, ...]) -> list[Placed]:
    """Recognised lines, those that two passages share only once and uncut."""
    texts: dict[Box, str] = {}
    for unit in units:
        for line in unit.lines:
            text = unit.text[line.start : line.end]
            texts[line.box] = max(text, texts.get(line.box, ""), key=len)
    return [Placed(box.left, box.top, box.right, box.bottom, text) for box, text in texts.items()]


def _share(wanted: str, given: str) -> float:
    """Share of the words of one text that the other has as often; 1 where there are none."""
    words, there = Counter(wanted.split()), Counter(given.split())
    return (words & there).total() / words.total() if words else 1.0
