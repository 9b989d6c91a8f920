"""How many copies of videos are found, and how many different videos are joined.

Of each video three copies are made: smaller and harder compressed, the middle three fifths, and
one with black bars. A copy is found when it is linked to its original as a duplicate. Videos are
the same where ``labels.jsonl`` gives them the same caption, or where they were made from one.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.layouts import rows
from eval.registry import Figures

if TYPE_CHECKING:
    from pipelines.duplicates.video_prints import VideoPrint

_THREADS = 2


@dataclass(frozen=True, slots=True)
class _Video:
    """A file, what it shows, and how it was made; ``edit`` is empty for originals."""

    path: Path
    shows: str
    original: Path
    edit: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with labels.jsonl and the videos that it names",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    originals = _originals(options.data)
    with tempfile.TemporaryDirectory(prefix="magpie-eval-") as folder:
        videos = [*originals, *_copies(originals, Path(folder))]
        print(f"Reading {len(videos)} videos ...", file=sys.stderr)
        with ThreadPoolExecutor(_THREADS) as threads:
            prints = list(threads.map(_print, [video.path for video in videos]))
    return _figures(videos, prints)


def _originals(data: Path) -> list[_Video]:
    path = rows.folder(data) / "labels.jsonl"
    if not path.is_file():
        raise EvalError(f"{data} holds no labels.jsonl; name a folder of described videos.")
    found = []
    for row in rows.read(path):
        video = data / str(rows.value(row, "file", path))
        if not video.is_file():
            raise EvalError(f"{video} is missing; complete the folder.")
        found.append(_Video(video, str(rows.value(row, "caption", path)), video, ""))
    return found


def _copies(originals: list[_Video], folder: Path) -> list[_Video]:
    from eval.made_up_clips import copies_of

    found = []
    for video in originals:
        print(f"Making copies of {video.path.name} ...", file=sys.stderr)
        found += [
            _Video(clip.path, video.shows, video.path, clip.edit)
            for clip in copies_of(video.path, folder)
        ]
    return found


def _print(path: Path) -> VideoPrint:
    from pipelines.duplicates.video_prints import video_print
    from pipelines.limits import Limits
    from pipelines.readers.base import InputFile

    file = InputFile(path, path.name, "video/mp4", limits=Limits(wall_s=600))
    found = video_print(file)
    if found is None:
        raise EvalError(f"{path} holds no moving pictures.")
    return found


def _figures(videos: list[_Video], prints: list[VideoPrint]) -> Figures:
    from pipelines.duplicates.links import GROUPED
    from pipelines.duplicates.videos import video_links

    links = {
        frozenset((link.first, link.second)): link
        for link in video_links(prints, names=[video.path.name for video in videos])
    }
    hits = defaultdict(list)
    false = 0
    for pair in combinations(range(len(videos)), 2):
        one, other = (videos[item] for item in pair)
        link = links.get(frozenset(pair))
        joined = link is not None and link.kind in GROUPED
        if one.shows != other.shows:
            false += joined
            if joined:
                print(f"Different: {one.path.name} and {other.path.name}", file=sys.stderr)
        elif other.original == one.path or (not one.edit and not other.edit):
            hits[other.edit or "given"].append(joined)
            if not joined:
                print(f"Not found: {other.path.name} ({link})", file=sys.stderr)
    every = [hit for edit in hits.values() for hit in edit]
    shares = {f"recall_{edit}": round(sum(of) / len(of), 4) for edit, of in sorted(hits.items())}
    return {
        "recall": round(sum(every) / len(every), 4),
        **shares,
        "false_pairs": false,
        "videos": len(videos),
    }
