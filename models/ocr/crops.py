"""Cutting lines out of a picture, upright whichever way the picture lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from models.ocr.base import Pixels
from models.ocr.detect import Quad

_TALL = 1.5
_MARGIN = 2


class Place(NamedTuple):
    """Where a line stands.

    Attributes:
        quad: its rectangle; the first corner is where the text begins.
        sideways: whether it runs across the page's lines, so that it may run either way.
    """

    quad: Quad
    sideways: bool = False


def size(quad: Quad) -> tuple[float, float]:
    """Width (along the first side) and height of a rectangle in pixels."""
    across, down = quad[1] - quad[0], quad[3] - quad[0]
    return float(np.hypot(*across)), float(np.hypot(*down))


def lies_on_its_side(quads: Sequence[Quad]) -> bool:
    """Whether most of the text, by length, runs up or down the picture.

    Args:
        quads: with the corner first that is top left in the picture.
    """
    running = 0.0
    for width, height in map(size, quads):
        if max(width, height) >= _TALL * min(width, height):
            running += width if width >= height else -height
    return running < 0


def places(quads: Sequence[Quad], quarters: int) -> list[Place]:
    """Where the lines of a page begin that is turned by so many quarters, clockwise.

    Args:
        quads: with the corner first that is top left in the picture.
        quarters: 0 to 3.
    """
    return [_place(_next_corner(quad, quarters)) for quad in quads]


def half_turn(place: Place) -> Place:
    """The same line, read from its other end."""
    return place._replace(quad=_next_corner(place.quad, 2))


def cut(pixels: Pixels, quad: Quad) -> Pixels:
    """What is inside a rectangle, with its first corner at the top left."""
    import cv2

    width, height = (max(1, round(side)) for side in size(quad))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    left, top = np.maximum(np.floor(quad.min(axis=0)).astype(int) - _MARGIN, 0)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int) + _MARGIN
    around = np.ascontiguousarray(pixels[top:bottom, left:right])
    moved = (quad - np.array([left, top])).astype(np.float32)
    warped = cv2.warpPerspective(
        around,
        cv2.getPerspectiveTransform(moved, target),
        (width, height),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(warped, dtype=np.uint8)


def _next_corner(quad: Quad, steps: int) -> Quad:
    """Let a rectangle begin so many corners further, clockwise."""
    return np.roll(quad, -steps, axis=0)


def _place(quad: Quad) -> Place:
    """A line on an upright page; one that is much higher than wide is taken to run up it."""
    width, height = size(quad)
    return Place(_next_corner(quad, 3), sideways=True) if height >= _TALL * width else Place(quad)
