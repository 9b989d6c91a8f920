"""How much embedded metadata the records hold: recall of EXIF, IPTC, XMP and GPS values.

Files are read through the reader pool, as ingest does it, and compared with ExifTool.

- ``fields``: values that the records should hold (``eval.metadata_fields`` has the list).
- ``fields_recall``: the share that they do hold, under the right name and standard.
- ``exif_recall``, ``iptc_recall``, ``xmp_recall``, ``gps_recall``: the same by standard; GPS
  is not counted in EXIF and XMP.
- ``crashed``: files at which a reader process died.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from statistics import median

from eval.errors import EvalError
from eval.layouts import exiftool as layout
from eval.metadata_match import expected_fields, is_held
from eval.registry import Figures


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with files and expected_exiftool.json",
    )
    parser.add_argument("--misses", action="store_true", help="show every value that is missing")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from pipelines.pool import ReaderPool

    found = layout.read(options.data)
    held: dict[str, list[bool]] = {"exif": [], "iptc": [], "xmp": [], "gps": []}
    seconds: list[float] = []
    crashed = 0
    print(f"Reading {len(found):,} files ...", file=sys.stderr)
    with ReaderPool(1) as pool:
        for described in found:
            start = time.perf_counter()
            analysis = pool.read(described.path)
            seconds.append(time.perf_counter() - start)
            crashed += analysis.failure is not None and analysis.failure.code == "crashed"
            for tag in expected_fields(described.tags):
                group, name = tag.split(":")
                is_there = is_held(tag, described.tags, analysis.values)
                held["gps" if name.startswith("GPS") else group.lower()].append(is_there)
                if options.misses and not is_there:
                    print(f"{described.path.name}: {tag} = {described.tags[tag]!r}")
    every = [each for one in held.values() for each in one]
    if not every:
        raise EvalError(f"No file in {options.data} has metadata that counts; nothing to measure.")
    return {
        "files": len(found),
        "fields": len(every),
        "fields_recall": round(sum(every) / len(every), 4),
        **{f"{name}_recall": round(sum(one) / len(one), 4) for name, one in held.items() if one},
        "crashed": crashed,
        "seconds_median": round(median(seconds), 4),
    }
