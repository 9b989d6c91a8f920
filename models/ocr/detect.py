"""Where text stands: differentiable binarisation (Liao et al. 2020).

The network gives every pixel a probability of being in the shrunken core of a line; a core
becomes the smallest rotated rectangle around it, grown back by a fixed ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.ocr.base import Pixels

Quad = NDArray[np.float32]
"""Corners of a rectangle in pixels, shape (4, 2) of (x, y), clockwise from the top left."""

STRIDE = 32
"""Sides of what the network sees are multiples of this."""

_PIXEL = 0.3
_BOX = 0.5
_GROW = 1.6
_LEAST_SIDE = 3.0
_MOST_BOXES = 2_000


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture prepared for the network.

    Attributes:
        input: shape (1, 3, h, w), float32, between -1 and 1, BGR.
        scale: width and height of the network's input over those of the picture.
    """

    input: NDArray[np.float32]
    scale: tuple[float, float]


def frame(pixels: Pixels, longest: int) -> Frame:
    """Scale a picture so that its longest side is about ``longest`` pixels."""
    import cv2

    height, width = pixels.shape[:2]
    ratio = longest / max(height, width)
    to_height, to_width = _multiple(height * ratio), _multiple(width * ratio)
    smooth = cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR
    resized = cv2.resize(pixels, (to_width, to_height), interpolation=smooth)
    return Frame(
        as_input(np.asarray(resized, dtype=np.uint8)), (to_width / width, to_height / height)
    )


def as_input(pixels: Pixels) -> NDArray[np.float32]:
    """Pixels as both networks take them: shape (1, 3, h, w), float32, -1 to 1, BGR."""
    planes = pixels[:, :, ::-1].transpose(2, 0, 1)[np.newaxis]
    return np.ascontiguousarray(planes, dtype=np.float32) / np.float32(127.5) - np.float32(1)


def quads(probability: NDArray[np.float32], scale: tuple[float, float]) -> list[Quad]:
    """Rectangles around text in pixels of the picture.

    Args:
        probability: shape (h, w), the network's answer to a frame.
        scale: of that frame.
    """
    import cv2

    core = cv2.dilate((probability > _PIXEL).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(core, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    per_pixel = np.asarray(scale, dtype=np.float32)
    found = []
    for contour in contours[:_MOST_BOXES]:
        centre, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < _LEAST_SIDE:
            continue
        if _mean_inside(probability, cv2.boxPoints((centre, (width, height), angle))) < _BOX:
            continue
        # Growing a rectangle by area x ratio / perimeter on every side, as in the paper.
        grow = width * height * _GROW / (width + height)
        grown = cv2.boxPoints((centre, (width + grow, height + grow), angle))
        found.append(_clockwise(np.asarray(grown, dtype=np.float32) / per_pixel))
    return found


def _multiple(side: float) -> int:
    return max(STRIDE, round(side / STRIDE) * STRIDE)


def _mean_inside(probability: NDArray[np.float32], box: Any) -> float:
    """Mean probability inside a polygon."""
    import cv2

    height, width = probability.shape
    left, top = np.floor(box.min(axis=0)).astype(int).clip(0, (width - 1, height - 1))
    right, bottom = np.ceil(box.max(axis=0)).astype(int).clip(0, (width - 1, height - 1))
    mask = np.zeros((bottom - top + 1, right - left + 1), dtype=np.uint8)
    cv2.fillPoly(mask, [(box - (left, top)).astype(np.int32)], 1)
    return float(cv2.mean(probability[top : bottom + 1, left : right + 1], mask)[0])


def _clockwise(corners: Quad) -> Quad:
    """Order corners from the top left, by their place in the picture."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    top_left, bottom_left = left[np.argsort(left[:, 1], kind="stable")]
    top_right, bottom_right = right[np.argsort(right[:, 1], kind="stable")]
    return np.stack([top_left, top_right, bottom_right, bottom_left])
