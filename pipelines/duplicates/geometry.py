"""How one picture lies in another: matched local features, and the affine map they agree on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.duplicates.local_features import LocalFeatures

Affine = NDArray[np.float64]
"""A map of points, shape (2, 3): ``x' = a x + b y + c`` and ``y' = d x + e y + f``."""

LEAST_MATCHES = 10
"""Fewer matched points than this prove nothing."""

_RATIO = 0.85
_REACH = 5.0
_TRIES = 1000
_LEAST_SCALE = 1 / 10
_MOST_STRETCH = 2.2
_MIRRORING = np.array([-1, 1], np.float32)


@dataclass(frozen=True, slots=True)
class Alignment:
    """A plausible affine map from one picture to another.

    Attributes:
        map: from points of the first picture (mirrored before where ``mirrored``) to points
            of the second, in the pixels that the features are counted in.
        mirrored: whether the first picture was mirrored before.
        first, second: the matched points that agree, each of shape (n, 2); those of the
            first picture as they stand in it, not mirrored.
        first_size, second_size: width and height that the points are counted in.
    """

    map: Affine
    mirrored: bool
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    first_size: tuple[int, int]
    second_size: tuple[int, int]


def align(first: LocalFeatures, second: LocalFeatures) -> Alignment | None:
    """The map that most matched points agree on, straight or mirrored; None if there is none."""
    straight = _aligned(first, second, mirrored=False)
    mirror = _aligned(first.mirrored(), second, mirrored=True)
    return max((straight, mirror), key=lambda found: 0 if found is None else len(found.first))


def _aligned(first: LocalFeatures, second: LocalFeatures, *, mirrored: bool) -> Alignment | None:
    import cv2

    rows, columns = _matches(first.descriptors, second.descriptors)
    if len(rows) < LEAST_MATCHES:
        return None
    source, target = first.points[rows], second.points[columns]
    found, inliers = cv2.estimateAffine2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=_REACH, maxIters=_TRIES
    )
    if found is None:
        return None
    affine = np.asarray(found, np.float64)
    if not is_plausible(affine):
        return None
    agree = inliers.ravel().astype(bool)
    source, target = source[agree], target[agree]
    if min(_places(source), _places(target)) < LEAST_MATCHES:
        return None
    if mirrored:
        source = source * _MIRRORING + np.array([first.size[0] - 1, 0], np.float32)
    return Alignment(affine, mirrored, source, target, first.size, second.size)


def is_plausible(affine: Affine) -> bool:
    """Whether a map may be what somebody did to a picture: no mirror, little stretching."""
    linear = affine[:, :2]
    if not np.isfinite(affine).all() or np.linalg.det(linear) <= 0:
        return False
    large, small = np.linalg.svd(linear, compute_uv=False)
    return bool(
        small >= _LEAST_SCALE and large <= 1 / _LEAST_SCALE and large <= _MOST_STRETCH * small
    )


def inverse(affine: Affine) -> Affine:
    """The map back."""
    back: Affine = np.linalg.inv(np.vstack([affine, [0.0, 0.0, 1.0]]))[:2]
    return back


def in_units(affine: Affine, first: tuple[int, int], second: tuple[int, int]) -> Affine:
    """A map of pixels as one of shares of width and height."""
    return _between(_grid(first), affine, _pixels(second))


def in_pixels(across: Affine, first: tuple[int, int], second: tuple[int, int]) -> Affine:
    """A map of shares of width and height as one of pixels."""
    return _between(_pixels(first), across, _grid(second))


def _between(before: NDArray[np.float64], affine: Affine, after: NDArray[np.float64]) -> Affine:
    whole: Affine = (after @ np.vstack([affine, [0.0, 0.0, 1.0]]) @ before)[:2]
    return whole


def _grid(size: tuple[int, int]) -> NDArray[np.float64]:
    """From shares to pixel centres."""
    return np.array([[size[0], 0, -0.5], [0, size[1], -0.5], [0, 0, 1.0]])


def _pixels(size: tuple[int, int]) -> NDArray[np.float64]:
    """From pixel centres to shares."""
    width, height = size
    return np.array([[1 / width, 0, 0.5 / width], [0, 1 / height, 0.5 / height], [0, 0, 1.0]])


def _matches(
    first: NDArray[np.uint8], second: NDArray[np.uint8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that are each other's nearest, clearly nearer than the next (Lowe's ratio test)."""
    if len(first) < 2 or len(second) < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    likeness = _units(first) @ _units(second).T
    best = likeness.argmax(axis=1)
    rows = np.arange(len(first))
    top = likeness[rows, best]
    mutual = likeness.argmax(axis=0)[best] == rows
    likeness[rows, best] = -1
    distance, next_distance = 1 - top, 1 - likeness.max(axis=1)
    kept = np.flatnonzero(mutual & (distance < _RATIO**2 * next_distance))
    return kept, best[kept]


def _units(descriptors: NDArray[np.uint8]) -> NDArray[np.float32]:
    """As unit vectors: the square of their distance is twice one minus their product."""
    rows = descriptors.astype(np.float32)
    units: NDArray[np.float32] = rows / np.maximum(
        np.linalg.norm(rows, axis=1, keepdims=True), 1e-6
    )
    return units


def _places(points: NDArray[np.float32]) -> int:
    """How many different places there are, to the pixel: points may share one."""
    return len(np.unique(np.rint(points), axis=0))
