"""Two aligned pictures laid on one another: what is the same, and what was changed.

Differences of tone and colour that a linear map explains (brightness, contrast, saturation,
tint, greyscale) are no changes of content.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.duplicates.geometry import Affine

SIDE = 160
"""Longest side in pixels of the frame that they are compared in."""

_BLOCK = 10
_MARGIN = 4
_FLAT = 4.0
_ALIKE = 0.8
_MOST_LUMA = 32.0
_MOST_CHROMA = 24.0
_SMOOTH = 1.0
_NEARBY = np.ones((5, 5), np.uint8)

Colours = NDArray[np.uint8]
"""A picture: shape (height, width, 3), uint8, RGB."""

_Plane = NDArray[np.float32]
_Mask = NDArray[np.bool_]

_TO_YCC = np.array(
    [[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]], np.float32
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two pictures in the frame of the first.

    Attributes:
        first, second: luminance and both chroma differences (JFIF), shape (height, width, 3).
        covered: which pixels both show, shape (height, width).
        changed: which covered pixels show something else.
        agreement: of the blocks in which there is something to see, the share whose
            luminance correlates by at least 0.8.
        agreement_elsewhere: the same of blocks far from everything that was changed.
        difference: mean difference of colour, tone and all, where there is something to see.
        gain, offset: how luminance of the first becomes that of the second.
        colourfulness: mean distance from grey of the first and of the second.
    """

    first: _Plane
    second: _Plane
    covered: _Mask
    changed: _Mask
    agreement: float
    agreement_elsewhere: float
    difference: float
    gain: float
    offset: float
    colourfulness: tuple[float, float]

    @property
    def coverage(self) -> float:
        """Which share of the first picture the second shows."""
        return float(self.covered.mean())

    @property
    def changed_share(self) -> float:
        """Which share of what both show was changed."""
        return float(self.changed.sum() / max(1, self.covered.sum()))


def compare(first: Colours, second: Colours, affine: Affine) -> Comparison | None:
    """Lay the second picture on the first.

    Args:
        first, second: pictures.
        affine: from pixels of the first to pixels of the second.

    Returns:
        None where hardly anything is left to compare.
    """
    one, laid, covered = _laid(first, second, affine)
    a, b = one @ _TO_YCC.T, laid @ _TO_YCC.T
    alike, agreement = _blocks(a[..., 0], b[..., 0], covered)
    sure = alike & covered
    if sure.sum() < _BLOCK * _BLOCK:
        return None
    gain, offset = _tone(a[..., 0][sure], b[..., 0][sure])
    luma = np.abs(b[..., 0] - np.clip(gain * a[..., 0] + offset, 0, 255))
    chroma = _chroma_residual(a, b, sure)
    differs = (luma > _MOST_LUMA * max(1.0, min(gain, 2.0))) | (chroma > _MOST_CHROMA)
    changed = _opened(differs & ~alike)
    elsewhere = covered & ~_grown(changed)
    unchanged = elsewhere if elsewhere.any() else covered
    return Comparison(
        first=a,
        second=b,
        covered=covered,
        changed=changed & covered,
        agreement=agreement,
        agreement_elsewhere=_blocks(a[..., 0], b[..., 0], elsewhere)[1],
        difference=_difference(a, b, covered),
        gain=gain,
        offset=offset,
        colourfulness=(_colourfulness(a[unchanged]), _colourfulness(b[unchanged])),
    )


def _laid(first: Colours, second: Colours, affine: Affine) -> tuple[_Plane, _Plane, _Mask]:
    """Both pictures in a small frame of the first, and where the second covers it."""
    import cv2

    height, width = first.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Averaged to the scale that it is compared at, or its fine detail would disagree.
    grow = float(np.sqrt(np.linalg.det(affine[:, :2])))
    shrink = min(1.0, scale / grow)
    small = tuple(max(1, round(side * shrink)) for side in second.shape[1::-1])
    one = cv2.resize(first, size, interpolation=cv2.INTER_AREA)
    other = cv2.resize(second, small, interpolation=cv2.INTER_AREA)
    to_small = (
        _scaling(small, second.shape[1::-1])
        @ np.vstack([affine, [0, 0, 1]])
        @ np.linalg.inv(_scaling(size, (width, height)))
    )[:2]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(other, to_small, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.warpAffine(np.full(other.shape[:2], 255, np.uint8), to_small, size, flags=how)
    covered = cv2.erode(seen, np.ones((5, 5), np.uint8), borderValue=255) > 250
    covered[:_MARGIN] = covered[-_MARGIN:] = False
    covered[:, :_MARGIN] = covered[:, -_MARGIN:] = False
    return _smooth(np.asarray(one)), _smooth(np.asarray(laid)), covered


def _scaling(to: tuple[int, ...], size: tuple[int, ...]) -> NDArray[np.float64]:
    """The map of pixel centres when a picture is resized."""
    x, y = to[0] / size[0], to[1] / size[1]
    return np.array([[x, 0, (x - 1) / 2], [0, y, (y - 1) / 2], [0, 0, 1.0]])


def _smooth(image: NDArray[np.generic]) -> _Plane:
    import cv2

    return np.asarray(cv2.GaussianBlur(image.astype(np.float32), (0, 0), _SMOOTH), np.float32)


def _blocks(first: _Plane, second: _Plane, covered: _Mask) -> tuple[_Mask, float]:
    """Pixels of blocks that correlate or are flat in both, and how many of the rest correlate."""
    height, width = (side // _BLOCK * _BLOCK for side in first.shape)
    a, b, seen = (
        _cut(each[:height, :width]) for each in (first, second, covered.astype(np.float32))
    )
    a_spread, b_spread = a.std(axis=2), b.std(axis=2)
    product = ((a - a.mean(axis=2, keepdims=True)) * (b - b.mean(axis=2, keepdims=True))).mean(2)
    textured = np.maximum(a_spread, b_spread) > _FLAT
    likeness = product / np.maximum(a_spread * b_spread, 1e-6)
    whole = seen.mean(axis=2) > 0.5
    shown = textured & whole
    alike = (likeness > _ALIKE) | ~textured
    agreement = float((likeness[shown] > _ALIKE).mean()) if shown.any() else 0.0
    pixels = np.zeros(first.shape, np.bool_)
    pixels[:height, :width] = np.kron(alike, np.ones((_BLOCK, _BLOCK), np.bool_))
    return pixels, agreement


def _cut(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    """Blocks of a plane: shape (rows, columns, pixels of a block)."""
    rows, columns = plane.shape[0] // _BLOCK, plane.shape[1] // _BLOCK
    return plane.reshape(rows, _BLOCK, columns, _BLOCK).swapaxes(1, 2).reshape(rows, columns, -1)


def _tone(first: _Plane, second: _Plane) -> tuple[float, float]:
    """Gain and offset from one luminance to another, by pixels that are not clipped."""
    unclipped = (second > 8) & (second < 247) & (first > 8) & (first < 247)
    if unclipped.sum() > 50:
        first, second = first[unclipped], second[unclipped]
    kept = np.ones(len(first), np.bool_)
    gain, offset = 1.0, 0.0
    for _ in range(3):
        spread = first[kept].std()
        if kept.sum() < 20 or spread < 2:
            return 1.0, float(np.median(second - first))
        gain = float(np.cov(first[kept], second[kept], bias=True)[0, 1] / spread**2)
        offset = float(second[kept].mean() - gain * first[kept].mean())
        residual = np.abs(second - gain * first - offset)
        kept = residual <= np.quantile(residual, 0.9)
    return gain, offset


def _chroma_residual(first: _Plane, second: _Plane, sure: _Mask) -> _Plane:
    """How far the colour of each pixel is from a linear map of what it was.

    Of the two pictures the more colourful one is mapped: grey has no way back.
    """
    a, b = first[..., 1:], second[..., 1:]
    if np.abs(a[sure]).mean() < np.abs(b[sure]).mean():
        a, b = b, a
    rows = np.concatenate([a, np.ones_like(a[..., :1])], axis=2)
    ridge = np.diag([10.0, 10.0, 1e-3]).astype(np.float32)
    known = rows[sure]
    solved = np.linalg.solve(known.T @ known + ridge, known.T @ b[sure])
    residual: _Plane = np.abs(b - rows @ solved).max(axis=2)
    return residual


def _opened(mask: _Mask) -> _Mask:
    """Without lines and specks, which come from sharpening, blur and half pixels."""
    import cv2

    kernel = np.ones((3, 3), np.uint8)
    return cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel).astype(np.bool_)


def _grown(mask: _Mask) -> _Mask:
    import cv2

    kernel = np.ones((_BLOCK - 1, _BLOCK - 1), np.uint8)
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(np.bool_)


def _colourfulness(pixels: _Plane) -> float:
    return float(np.abs(pixels[:, 1:]).mean())


def _difference(first: _Plane, second: _Plane, covered: _Mask) -> float:
    """Mean of the largest difference of luminance and chroma, off plain backgrounds."""
    import cv2

    apart = np.abs(first - second).max(axis=2)
    either = [
        cv2.morphologyEx(plane[..., 0], cv2.MORPH_GRADIENT, _NEARBY) for plane in (first, second)
    ]
    shown = covered & (np.maximum(*either) > _FLAT)
    return float(apart[shown].mean()) if shown.any() else 0.0
