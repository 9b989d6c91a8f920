"""What was done to a picture, read off the map and the comparison with the other."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipelines.analysis import Box
from pipelines.duplicates.comparison import Colours, Comparison
from pipelines.duplicates.geometry import Affine, inverse

EditName = Literal[
    "mirrored",
    "turned",
    "rotated",
    "stretched",
    "cropped",
    "border",
    "greyscale",
    "brightness",
    "contrast",
    "saturation",
    "banner",
    "overlay",
]

_LEAST_ANGLE = 1.0
_LEAST_STRETCH = 1.04
_WHOLE = 0.965
_GREY = 1.5
_COLOURED = 3.5
_GAIN = 1.12
_OFFSET = 12.0
_SATURATION = 1.5
_PLAIN_SPREAD = 14.0
_BANNER_FILL = 0.6
_FULL_SIDE = 0.85


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that tells two pictures apart.

    Attributes:
        name: what was done.
        amount: how much: degrees counter-clockwise (``turned``, ``rotated``), the share of
            the other that is left (``cropped``), the share of the picture that it takes
            (``border``, ``banner``, ``overlay``), grey levels (``brightness``), or a factor.
        on_second: whether it was done to the second picture rather than to the first, as far
            as can be told.
        box: where, in the picture it was done to; None where it is everywhere.
    """

    name: EditName
    amount: float
    on_second: bool
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Frames:
    """How two pictures cover each other.

    Attributes:
        shown_of_first: share of the first picture that the second shows.
        shown_of_second: share of the second picture that the first shows.
        plain_around_first, plain_around_second: whether what only that picture has is of
            one colour: a border rather than a larger view.
    """

    shown_of_first: float
    shown_of_second: float
    plain_around_first: bool
    plain_around_second: bool


def frames(first: Colours, second: Colours, affine: Affine) -> Frames:
    """How pictures cover each other by a map from pixels of the first to those of the second."""
    back = inverse(affine)
    inside_first, around_first = _outside(first, second.shape, affine)
    inside_second, around_second = _outside(second, first.shape, back)
    return Frames(inside_first, inside_second, around_first, around_second)


def _outside(image: Colours, other: tuple[int, ...], affine: Affine) -> tuple[float, bool]:
    """The share of a picture that a map leads into the other, and whether the rest is plain."""
    step = max(1, max(image.shape[:2]) // 100)
    rows, columns = np.mgrid[0 : image.shape[0] : step, 0 : image.shape[1] : step]
    x, y = (line[0] * columns + line[1] * rows + line[2] for line in affine)
    inside = (x > -1) & (y > -1) & (x < other[1]) & (y < other[0])
    # What touches the inside is mixed with it.
    far = (x < -4) | (y < -4) | (x > other[1] + 3) | (y > other[0] + 3)
    rest = image[rows[far], columns[far]].astype(np.float32)
    plain = len(rest) > 0 and float(np.abs(rest - np.median(rest, axis=0)).mean()) < _PLAIN_SPREAD
    return float(inside.mean()), plain


def edits_of(
    affine: Affine, mirrored: bool, covers: Frames, compared: Comparison, *, swapped: bool
) -> tuple[Edit, ...]:
    """Name what tells the second picture from the first.

    Args:
        affine: from pixels of the first, mirrored before where ``mirrored``, to the second.
        mirrored: whether it was.
        covers: how they cover each other.
        compared: the comparison; of the second with the first where ``swapped``.
        swapped: see ``compared``.
    """
    return (
        *_of_shape(affine, mirrored),
        *_of_frame(covers, affine),
        *_of_colour(compared, swapped=swapped),
        *_drawn_on(compared, swapped=swapped),
    )


def _of_shape(affine: Affine, mirrored: bool) -> list[Edit]:
    found = [Edit("mirrored", 1.0, on_second=True)] if mirrored else []
    # Rows of pictures count downwards, angles do not.
    angle = -math.degrees(math.atan2(affine[1, 0] - affine[0, 1], affine[0, 0] + affine[1, 1]))
    quarter = 90 * round(angle / 90)
    if quarter % 360:
        found.append(Edit("turned", float(quarter % 360), on_second=True))
    if abs(angle - quarter) > _LEAST_ANGLE:
        found.append(Edit("rotated", round(angle - quarter, 1), on_second=True))
    across, down = np.linalg.norm(affine[:, 0]), np.linalg.norm(affine[:, 1])
    stretch = float(across / down)
    if max(stretch, 1 / stretch) > _LEAST_STRETCH:
        found.append(Edit("stretched", round(stretch, 3), on_second=True))
    return found


def _of_frame(covers: Frames, affine: Affine) -> list[Edit]:
    found = []
    turned_corners = any(edit.name == "rotated" for edit in _of_shape(affine, mirrored=False))
    sides = (
        (covers.shown_of_first, covers.plain_around_first, False),
        (covers.shown_of_second, covers.plain_around_second, True),
    )
    for shown, plain, is_second in sides:
        if shown > _WHOLE:
            continue
        if not plain:
            found.append(Edit("cropped", round(shown, 3), on_second=not is_second))
        elif not turned_corners:
            found.append(Edit("border", round(1 - shown, 3), on_second=is_second))
    return found


def _of_colour(compared: Comparison, *, swapped: bool) -> list[Edit]:
    one, other = compared.colourfulness
    gain, offset = compared.gain, compared.offset
    if swapped:
        one, other = other, one
        gain, offset = 1 / max(gain, 0.05), -offset / max(gain, 0.05)
    found = []
    if min(one, other) < _GREY and max(one, other) > _COLOURED:
        found.append(Edit("greyscale", 1.0, on_second=other < one))
    elif max(one, other) > _COLOURED:
        factor = other / one
        if max(factor, 1 / factor) > _SATURATION * max(gain, 1 / gain):
            found.append(Edit("saturation", round(factor, 2), on_second=True))
    if max(gain, 1 / gain) > _GAIN:
        found.append(Edit("contrast", round(gain, 2), on_second=True))
    # In the middle of the scale: an offset alone would say little beside a gain.
    shift = gain * 128 + offset - 128
    if abs(shift) > _OFFSET:
        found.append(Edit("brightness", round(shift, 1), on_second=True))
    return found


def _drawn_on(compared: Comparison, *, swapped: bool) -> list[Edit]:
    if not has_overlay(compared):
        return []
    changed = compared.changed
    box, fill = _box(changed)
    wide = max(box.right - box.left, box.bottom - box.top) > _FULL_SIDE
    name: EditName = "banner" if wide and fill > _BANNER_FILL else "overlay"
    one, other = (
        _outlined(plane, changed, compared.covered) for plane in (compared.first, compared.second)
    )
    on_first = one > other
    on_second = on_first if swapped else not on_first
    return [Edit(name, round(float(changed.mean()), 3), on_second, box)]


def has_overlay(compared: Comparison) -> bool:
    """Whether something was drawn over one of the pictures."""
    return compared.changed_share > LEAST_OVERLAY


LEAST_OVERLAY = 0.005
"""The share of a picture from which changes count as content."""


def _outlined(
    plane: NDArray[np.float32], changed: NDArray[np.bool_], covered: NDArray[np.bool_]
) -> float:
    """How much steeper the luminance is where the changed pixels end than within them.

    What is drawn has an outline; what it covers goes on beyond it.
    """
    import cv2

    mask, kernel = changed.astype(np.uint8), np.ones((3, 3), np.uint8)
    outline = cv2.dilate(mask, kernel) != cv2.erode(mask, kernel)
    # Where the comparison ends, nothing was drawn.
    outline &= cv2.erode(covered.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    if not outline.any():
        return 0.0
    across = cv2.Sobel(plane[..., 0], cv2.CV_32F, 1, 0)
    down = cv2.Sobel(plane[..., 0], cv2.CV_32F, 0, 1)
    steep = np.hypot(across, down)
    inside = changed & ~outline
    return float(steep[outline].mean() - (steep[inside].mean() if inside.any() else 0.0))


def _box(mask: NDArray[np.bool_]) -> tuple[Box, float]:
    """The rectangle around most of a mask, and how much of it the mask fills."""
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    top, bottom = np.percentile(rows, [1, 99])
    left, right = np.percentile(columns, [1, 99])
    fill = len(rows) / ((bottom - top + 1) * (right - left + 1))
    edges = (left / width, top / height, (right + 1) / width, (bottom + 1) / height)
    box = Box(*(round(float(edge), 3) for edge in edges))
    return box, float(fill)
