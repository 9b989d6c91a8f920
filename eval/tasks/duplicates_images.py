"""How many edits of photos are found as duplicates, and how many different photos are joined.

Photos are read and encoded as ingest does it; candidates are the nearest by perceptual hash and,
among all photos given, by ``look``; local features decide. An edit is found when it stands in a
group with its original. A false pair is two different photos in a group, or linked as duplicates;
photos are the same where their names say so (``NAME__EDIT.jpg``, or ``NAME.jpg``).

Thresholds were chosen on other photos than ``--data``: see ``pipelines.duplicates.verify``. Of
background folders every other photo (the 1st, 3rd ... by name) was seen then, the rest not; the
bound for packshots of 60 by 80 pixels saw all of ``fashion_products``.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.errors import EvalError
from eval.layouts import edited_photos as layout
from eval.layouts.photos import photos_in
from eval.registry import Figures

if TYPE_CHECKING:
    from PIL import Image

    from pipelines.duplicates.images import ExactNeighbours, ImageLink
    from pipelines.duplicates.prints import ImagePrint

_THREADS = 2
_PEER_BITS = 10
_SHOWN_SIDE = 300

_Pairs = set[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Photo:
    """A file: which photo it shows, by which edit, and whether it is of the background."""

    path: Path
    name: str
    edit: str
    background: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with groups.jsonl, the photos that it names, and distractors.txt",
    )
    parser.add_argument(
        "--background",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="folder of other photos, all different from each other; may be repeated",
    )
    parser.add_argument(
        "--show",
        type=Path,
        metavar="DIR",
        help="folder to write each false pair to, side by side",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    photos = _photos(options.data, options.background)
    print(f"Reading {len(photos):,} photos ...", file=sys.stderr)
    prints, thumbnails, neighbours = _read(photos)
    from pipelines.duplicates.groups import groups
    from pipelines.duplicates.images import image_links
    from pipelines.duplicates.links import GROUPED

    pairs_tried = 0

    def progress(done: int, total: int) -> None:
        nonlocal pairs_tried
        pairs_tried = total
        if done % 10_000 == 0:
            print(f"{done:,} of {total:,} pairs ...", file=sys.stderr)

    names = [each.pixels for each in prints]
    links = image_links(
        prints, neighbours, lambda item: _opened(thumbnails[item]), names=names, progress=progress
    )
    joined = {_ordered(link.first, link.second) for link in links if link.kind in GROUPED}
    grouped = _within(group.members for group in groups(links, names))
    false = {pair for pair in joined | grouped if _differ(photos, pair)}
    background = {pair for pair in false if any(photos[item].background for item in pair)}
    if options.show is not None:
        _show(false, photos, options.show)
    _tell(false, photos, links)
    return {
        **_recalls(photos, grouped),
        "false_pairs": len(false - background),
        "photos": len(photos),
        "candidate_pairs": pairs_tried,
        **_background_figures(options.background, len(background), pairs_tried),
        **_peer(photos),
    }


def _background_figures(folders: Sequence[Path], false: int, pairs: int) -> dict[str, float]:
    if not folders:
        return {}
    per_million = round(false / max(1, pairs) * 1_000_000, 1)
    return {"false_pairs_background": false, "false_per_million_candidates": per_million}


def _photos(data: Path, folders: Sequence[Path]) -> list[_Photo]:
    known = layout.read(data)
    files = [
        _Photo(path, name, edit)
        for name, edits in known.groups.items()
        for edit, path in edits.items()
    ]
    files += [_Photo(path, _name(path), "") for path in known.distractors]
    missing = next((each.path for each in files if not each.path.is_file()), None)
    if missing is not None:
        raise EvalError(f"{missing} is missing; complete the folder.")
    taken = {each.path for each in files}
    for folder in folders:
        files += [
            _Photo(path, _name(path), "", background=True)
            for path in photos_in(folder)
            if path not in taken
        ]
    return files


def _name(path: Path) -> str:
    return path.stem.partition("__")[0]


def _read(photos: Sequence[_Photo]) -> tuple[list[ImagePrint], list[bytes], ExactNeighbours]:
    import numpy as np

    from eval.pictures import encoded
    from pipelines.duplicates.images import ExactNeighbours
    from pipelines.duplicates.prints import image_print
    from service.encoders import Encoders
    from service.settings import Settings

    settings = Settings()
    thumbnails, looks, waiting = [], [], []
    with ThreadPoolExecutor(_THREADS) as threads:
        for picture, _, look in encoded(
            [each.path for each in photos], settings, Encoders(settings)
        ):
            pixels = picture.fingerprints.pixels if picture.fingerprints else ""
            size = (picture.width, picture.height)
            thumbnails.append(picture.thumbnail)
            looks.append(look)
            waiting.append(
                threads.submit(
                    lambda data, *rest: image_print(_opened(data), *rest),
                    picture.thumbnail,
                    size,
                    pixels,
                )
            )
        prints = [each.result() for each in waiting]
    return prints, thumbnails, ExactNeighbours(np.stack(looks))


def _opened(data: bytes) -> Image.Image:
    import io

    from PIL import Image

    return Image.open(io.BytesIO(data)).convert("RGB")


def _recalls(photos: Sequence[_Photo], found: _Pairs, prefix: str = "") -> dict[str, float]:
    """Of all edits, and of each kind, the share that stands with its original."""
    originals = {
        each.name: item for item, each in enumerate(photos) if each.edit == layout.ORIGINAL
    }
    hits: Mapping[str, list[bool]] = defaultdict(list)
    for item, each in enumerate(photos):
        if each.edit and each.edit != layout.ORIGINAL:
            hits[each.edit].append(_ordered(item, originals[each.name]) in found)
    every = [hit for edit in hits.values() for hit in edit]
    figures = {f"{prefix}recall": _share(every)}
    figures.update({f"{prefix}recall_{edit}": _share(hits[edit]) for edit in sorted(hits)})
    return figures


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / max(1, len(hits)), 4)


def _within(groups: Iterable[Sequence[int]]) -> _Pairs:
    return {(one, other) for group in groups for one in group for other in group if one < other}


def _ordered(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _differ(photos: Sequence[_Photo], pair: tuple[int, int]) -> bool:
    return photos[pair[0]].name != photos[pair[1]].name


def _tell(false: _Pairs, photos: Sequence[_Photo], links: Sequence[ImageLink]) -> None:
    known = {_ordered(link.first, link.second): link for link in links}
    for pair in sorted(false):
        one, other = (photos[item].path for item in pair)
        link = known.get(pair)
        found = link.evidence if link is not None else None
        how = "in one group" if found is None else f"{found.matches} points, {found.agreement}"
        print(f"Different names: {one.name} and {other.name} ({how})", file=sys.stderr)


def _show(false: _Pairs, photos: Sequence[_Photo], folder: Path) -> None:
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for pair in false:
        sheet = Image.new("RGB", (2 * _SHOWN_SIDE + 10, _SHOWN_SIDE), "white")
        for place, item in enumerate(pair):
            with Image.open(photos[item].path) as image:
                small = image.convert("RGB")
            small.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
            sheet.paste(small, (place * (_SHOWN_SIDE + 10), 0))
        sheet.save(folder / f"{photos[pair[0]].path.stem}-{photos[pair[1]].path.stem}.jpg")


def _peer(photos: Sequence[_Photo]) -> dict[str, float]:
    """The same of imagededup's perceptual hash at its own threshold, where it is installed."""
    from eval.peers import imagededup_phash

    method = imagededup_phash()
    if method is None:
        return {}
    codes = {str(item): method.encode_image(str(each.path)) for item, each in enumerate(photos)}
    near = method.find_duplicates(encoding_map=codes, max_distance_threshold=_PEER_BITS)
    found = {_ordered(int(one), int(other)) for one, others in near.items() for other in others}
    false = {pair for pair in found if _differ(photos, pair)}
    background = sum(any(photos[item].background for item in pair) for pair in false)
    figures = _recalls(photos, found, "imagededup_")
    figures["imagededup_false_pairs"] = len(false) - background
    if background or any(each.background for each in photos):
        figures["imagededup_false_pairs_background"] = background
    return figures
