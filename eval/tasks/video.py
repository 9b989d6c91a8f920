"""Video: where shots begin, also in spliced clips, which tags scenes get, and how fast.

- ``shot_f1``: of the shot starts of all clips together, within 0.3 seconds; the beginning of a
  clip does not count.
- ``shot_f1_spliced``: likewise, of clips that are spliced here from these clips and from moving
  crops of photos (scikit-image), with dissolves, fades and flashes (``eval.splices``).
- ``tag_recall``: share of the clips' tags among those that the product's tagger gives them by
  their scenes, both as terms of the general vocabulary; tags that it does not know cannot be given.
- ``video_seconds_per_second``: video looked at in one second by the clock.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from eval.layouts import clips as layout
from eval.registry import Figures

if TYPE_CHECKING:
    from eval.splices import Source
    from pipelines.analysis import Analysis

_TOLERANCE_S = 0.3
_SPLICED = 6
_LEAST_STRETCH_S = 1.6
_MARGIN_S = 0.3
_PHOTOS = (
    "astronaut.png",
    "chelsea.png",
    "coffee.png",
    "rocket.jpg",
    "hubble_deep_field.jpg",
    "coins.png",
    "camera.png",
    "motorcycle_left.png",
    "ihc.png",
    "retina.jpg",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with labels.jsonl and the clips that it names",
    )
    parser.add_argument("--each", action="store_true", help="show a line for every clip, too")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from pipelines.pool import ReaderPool

    clips = layout.read_clips(options.data)
    print(f"Looking at {len(clips):,} clips ...", file=sys.stderr)
    pooled, spliced = Matches(), Matches()
    seen: list[Analysis] = []
    start = time.perf_counter()
    with ReaderPool(1) as pool:
        seen = [pool.work(clip.path, "scenes") for clip in clips]
        spent = time.perf_counter() - start
        for clip, analysis in zip(clips, seen, strict=True):
            found = list(_starts(analysis))
            pooled.add(found, clip.starts)
            if options.each:
                print(f"{clip.path.name}  {found}", file=sys.stderr)
        print(f"Splicing {_SPLICED} clips ...", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            for path, starts in _splice(clips, Path(folder)):
                found = list(_starts(pool.work(path, "scenes")))
                spliced.add(found, starts)
                if options.each:
                    print(f"{path.name}  {found}  {starts}", file=sys.stderr)
    return {
        "clips": len(clips),
        **({"shot_f1": pooled.f1()} if pooled.wanted else {}),
        "shots": pooled.wanted,
        "shot_f1_spliced": spliced.f1(),
        "shots_spliced": spliced.wanted,
        **_tags(clips, seen),
        "video_seconds_per_second": round(sum(map(_length, seen)) / spent, 2),
    }


class Matches:
    """Found and wanted shot starts, counted over clips."""

    def __init__(self) -> None:
        self.right = self.found = self.wanted = 0

    def add(self, found: Sequence[float], wanted: Sequence[float]) -> None:
        """Match the starts of one clip in their order, each at most once."""
        left = sorted(found)
        self.found += len(left)
        self.wanted += len(wanted)
        for start in sorted(wanted):
            near = next((each for each in left if abs(each - start) <= _TOLERANCE_S), None)
            if near is not None:
                left.remove(near)
                self.right += 1

    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where nothing is wanted or found."""
        both = self.found + self.wanted
        return round(2 * self.right / both, 4) if both else 1.0


def _starts(analysis: Analysis) -> Iterator[float]:
    return (
        unit.start_s
        for unit in analysis.units
        if unit.kind == "scene" and unit.start_s is not None and unit.start_s > 0
    )


def _length(analysis: Analysis) -> float:
    return max((unit.end_s or 0.0 for unit in analysis.units), default=0.0)


def _splice(clips: Sequence[layout.Clip], folder: Path) -> Iterator[tuple[Path, tuple[float, ...]]]:
    from eval.splices import Source, splice
    from service.sample.photos import photo_file

    photos = [Source(photo_file(name)) for name in _PHOTOS]
    sources = list(_sources(clips))
    for number in range(_SPLICED):
        made = splice(folder / f"spliced-{number}.mp4", photos, sources, seed=number)
        yield made.path, made.starts


def _sources(clips: Sequence[layout.Clip]) -> Iterator[Source]:
    """Stretches of the clips that hold no cut."""
    from eval.splices import Source
    from pipelines.reading import read_file

    for clip in clips:
        end = read_file(clip.path).duration_s or 0.0
        stretches = tuple(
            (first + _MARGIN_S, last - _MARGIN_S)
            for first, last in pairwise([0.0, *clip.starts, end])
            if last - first >= _LEAST_STRETCH_S
        )
        if stretches:
            yield Source(clip.path, stretches)


def _tags(clips: Sequence[layout.Clip], seen: Sequence[Analysis]) -> dict[str, float]:
    from pipelines.analyse import encode
    from pipelines.tagging.bank import build
    from pipelines.tagging.signals import Signals
    from pipelines.tagging.tagger import Tagger
    from pipelines.vocabulary.general import general
    from service.encoders import Encoders
    from service.settings import Settings

    encoders = Encoders(Settings())
    vocabulary = general()
    tagger = Tagger(vocabulary, build(vocabulary, encoders.visual()), encoders.visual())
    wanted = given = 0
    for clip, analysis in zip(
        clips, encode(seen, text=encoders.text(), visual=encoders.visual()), strict=True
    ):
        scenes = (
            Signals(visual=unit.visual, look=unit.look, second=unit.start_s)
            for unit in analysis.units
            if unit.visual is not None
        )
        # Names of files are left out: some of these say what is to be found.
        [tags] = tagger.tags_of([(Signals(), *scenes)])
        found = {tag.term for tag in tags if tag.given}
        for name in clip.tags:
            term = vocabulary.find(name)
            wanted += 1
            given += term is not None and term.id in found
    return {"tag_recall": round(given / wanted, 4), "tags": wanted} if wanted else {}
