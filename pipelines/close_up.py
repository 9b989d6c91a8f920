"""A second, closer look at some pictures of a file: as many pixels as OCR needs.

The first reading makes every picture small. For OCR the file is read once more by the same
reader, told which units are wanted; it makes their pictures large and leaves out pages
without any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipelines.analysis import Analysis, Pixels, Unit
from pipelines.limits import Limits

if TYPE_CHECKING:
    from PIL.Image import Image

CLOSE_UP_SIDE = 2_000
"""Longest side in pixels: 170 to the inch on A4, where 8-point print is 19 pixels high."""

_MOST_BYTES = 256 * 1024 * 1024


@dataclass(slots=True)
class _Wish:
    """What a second reading is for.

    Attributes:
        parts: last parts of the wanted keys; what stands before a slash names files inside.
        bytes_left: for pixels, so that a file of many pictures stays within its memory.
    """

    parts: frozenset[str]
    side: int
    bytes_left: int = _MOST_BYTES


_wish: ContextVar[_Wish | None] = ContextVar("close_up", default=None)


def close_ups(
    path: Path,
    keys: Collection[str],
    *,
    side: int = CLOSE_UP_SIDE,
    name: str = "",
    media_type_hint: str | None = None,
    password: str | None = None,
    limits: Limits | None = None,
) -> Iterator[Analysis]:
    """Yield parts with the wanted units, whose pictures carry pixels and nothing else.

    Args:
        path, name, media_type_hint, password, limits: as for the first reading.
        keys: of units that the first reading found.
        side: longest side of the pictures in pixels; smaller ones are not enlarged.

    Returns:
        Parts whose units have ``picture.pixels`` of shape (h, w, 3) and no thumbnail; units
        that cannot be read again are absent, and a ``failure`` says why reading ended.
    """
    from pipelines.reading import read_parts

    left = set(keys)
    with _looking(left, side):
        parts = read_parts(
            path, name=name, media_type_hint=media_type_hint, password=password, limits=limits
        )
        for part in parts:
            units = tuple(_without_prints(unit) for unit in part.units if unit.key in left)
            if units or part.failure:
                yield Analysis(part.kind, part.media_type, units=units, failure=part.failure)
            left -= {unit.key for unit in units}
            if not left:
                return


def is_second_reading() -> bool:
    """Whether a file is being read again for the pixels of some units."""
    return _wish.get() is not None


def page_is_wanted(number: int) -> bool:
    """Whether a reader should look at a page, numbered from 1: yes, in a first reading."""
    wish = _wish.get()
    if wish is None:
        return True
    return any(part.split(":")[1:2] == [str(number)] for part in wish.parts)


def keys_wanted(prefix: str) -> list[str]:
    """Keys with this beginning whose pictures are wanted, sorted; none in a first reading."""
    wish = _wish.get()
    return sorted(part for part in wish.parts if part.startswith(prefix)) if wish else []


def side_for(usual: float) -> float:
    """The longest side in pixels to draw or decode a picture at, ``usual`` in a first reading."""
    wish = _wish.get()
    return usual if wish is None else max(usual, wish.side)


def pixels_for_ocr(image: Image) -> Pixels | None:
    """All pixels that OCR needs of an upright picture in RGB.

    None in a first reading, and once the memory for a second one is used up.
    """
    wish = _wish.get()
    if wish is None:
        return None
    scale = min(1.0, wish.side / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    wish.bytes_left -= size[0] * size[1] * 3
    if wish.bytes_left < 0:
        return None
    from PIL import Image as Images

    shown = image if scale == 1 else image.resize(size, Images.Resampling.BICUBIC, reducing_gap=2)
    return np.asarray(shown, dtype=np.uint8)


@contextmanager
def _looking(keys: Collection[str], side: int) -> Iterator[None]:
    token = _wish.set(_Wish(frozenset(key.rpartition("/")[2] for key in keys), side))
    try:
        yield
    finally:
        _wish.reset(token)


def _without_prints(unit: Unit) -> Unit:
    assert unit.picture is not None
    return replace(unit, picture=replace(unit.picture, fingerprints=None))
