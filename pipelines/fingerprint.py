"""Fingerprints of pictures: equal pixels, and pictures that look the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.analysis import Fingerprints

_SIDE = 32
_KEPT = 8
_BAND_PIXELS = 4_000_000


def fingerprints(image: Image.Image, size: tuple[int, int]) -> Fingerprints:
    """Fingerprint an oriented RGB picture.

    Args:
        image: the picture as decoded for indexing: mode RGB, oriented. JPEGs (2000 too) above
            ``pictures.FULL_DECODE_PIXELS`` are decoded at 1/2, 1/4 or 1/8 of their
            size, everything else in full.
        size: width and height of the original, after orientation.

    Returns:
        The hash of exact pixels covers ``size`` and the decoded pixels. Two large JPEGs
        that share it have equal pixels at the decoded scale: the same compressed picture
        in another container or with other metadata always does; another picture of the
        same size would have to agree in every block of 2x2 to 8x8 pixels.
    """
    digest = hashlib.sha256(f"RGB {size[0]}x{size[1]} at {image.width}x{image.height}\n".encode())
    for _, band in bands(image):
        digest.update(band.tobytes())
    return Fingerprints(pixels=digest.hexdigest(), perceptual=perceptual_hash(image))


def bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Pieces of whole rows of an image with their first row, so that no large copy is made."""
    rows = max(1, _BAND_PIXELS // image.width)
    if rows >= image.height:
        yield 0, image
        return
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def perceptual_hash(image: Image.Image) -> str:
    """The 64-bit pHash of a picture's luminance as 16 hex digits.

    The picture is averaged down to 32x32, transformed by a two-dimensional DCT-II, and
    each of the 8x8 lowest frequencies (without the constant row and column) gives one bit:
    above the median or not (Zauner, "Implementation and benchmarking of perceptual image
    hash functions", 2010). The Hamming distance of two hashes grows with the difference.
    """
    small = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    spectrum = _BASIS @ np.asarray(small, dtype=np.float32) @ _BASIS.T
    bits = spectrum > np.median(spectrum)
    return np.packbits(bits.ravel()).tobytes().hex()


def _basis() -> NDArray[np.float32]:
    """Rows 1 to 8 of the DCT-II matrix of order 32: shape (8, 32)."""
    columns = np.arange(_SIDE)
    rows = np.arange(1, _KEPT + 1)
    return np.cos(np.pi * np.outer(rows, 2 * columns + 1) / (2 * _SIDE)).astype(np.float32)


_BASIS = _basis()
