"""What is kept of a picture to find its duplicates again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.duplicates.local_features import LocalFeatures, local_features
from pipelines.fingerprint import perceptual_hash

TURNS: tuple[Image.Transpose | None, ...] = (
    None,
    Image.Transpose.ROTATE_90,
    Image.Transpose.ROTATE_180,
    Image.Transpose.ROTATE_270,
    Image.Transpose.FLIP_LEFT_RIGHT,
    Image.Transpose.TRANSPOSE,
    Image.Transpose.FLIP_TOP_BOTTOM,
    Image.Transpose.TRANSVERSE,
)
"""The eight ways to show a picture: turned by 0 to 3 quarters against the clock, as it is or
mirrored (left and right swapped) before."""

_HASHED_SIDE = 256
_LEAST_SIDE = 24
_LEAST_SPREAD = 6.0
_LEAST_EDGE = 3.0
_LEAST_BUSY = 0.01


@dataclass(frozen=True, slots=True)
class ImagePrint:
    """What finds the duplicates of one picture.

    Attributes:
        size: width and height of the original, after orientation.
        pixels: hash of the exact pixels; empty where unknown.
        hashes: perceptual hashes of the picture turned and mirrored as ``TURNS`` lists:
            shape (8,), uint64.
        plain: too flat, too empty or too small to say that another shows the same; such a
            picture matches by exact pixels alone.
        features: local features; None of plain pictures.
    """

    size: tuple[int, int]
    pixels: str
    hashes: NDArray[np.uint64]
    plain: bool
    features: LocalFeatures | None


def image_print(image: Image.Image, size: tuple[int, int], pixels: str = "") -> ImagePrint:
    """Take the print of an upright picture, of a thumbnail of 400 pixels or more as well.

    Args:
        image: of any size and mode.
        size: width and height of the original.
        pixels: hash of its exact pixels, where known.

    Raises:
        ModuleNotFoundError: OpenCV is not installed (extra ``duplicates``).
    """
    small = image.convert("L")
    small.thumbnail((_HASHED_SIDE, _HASHED_SIDE), Image.Resampling.BOX)
    turned = [small if turn is None else small.transpose(turn) for turn in TURNS]
    hashes = np.array([int(perceptual_hash(each), 16) for each in turned], np.uint64)
    plain = is_plain(small)
    return ImagePrint(size, pixels, hashes, plain, None if plain else local_features(image))


def is_plain(grey: Image.Image) -> bool:
    """Whether a grey picture is flat, nearly empty, or too small to compare."""
    if min(grey.size) < _LEAST_SIDE:
        return True
    pixels = np.asarray(grey, np.float32)
    steps = np.abs(np.diff(pixels, axis=0))[:, :-1] + np.abs(np.diff(pixels, axis=1))[:-1]
    busy = float((steps > _LEAST_EDGE).mean())
    return float(pixels.std()) < _LEAST_SPREAD or busy < _LEAST_BUSY
