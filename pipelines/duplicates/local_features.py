"""Local features of a picture: where its corners and blobs are, and what is around them.

RootSIFT (Arandjelovic and Zisserman, "Three things everyone should know to improve object
retrieval", 2012) on a small grey picture. A picture keeps at most ``MOST_POINTS`` of them, 136
bytes each: 55 kB, so that the features of 100,000 pictures take 5 GB on disk.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 400
"""Longest side in pixels of the picture that is looked at."""

MOST_POINTS = 400

_DIMENSIONS = 128
_SCALE = 512.0
_CONTRAST = 0.02
_POINT = np.dtype([("x", "<f4"), ("y", "<f4"), ("descriptor", "u1", _DIMENSIONS)])


@dataclass(frozen=True, slots=True)
class LocalFeatures:
    """The local features of one picture.

    Attributes:
        size: width and height in pixels that the points are counted in.
        points: x and y, shape (n, 2), float32.
        descriptors: RootSIFT times 512, shape (n, 128), uint8.
    """

    size: tuple[int, int]
    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]

    def to_bytes(self) -> bytes:
        """As bytes to keep: width and height, then 136 bytes a point, little endian."""
        packed = np.empty(len(self.points), _POINT)
        packed["x"], packed["y"] = self.points[:, 0], self.points[:, 1]
        packed["descriptor"] = self.descriptors
        return np.array(self.size, "<u2").tobytes() + packed.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> LocalFeatures:
        """Undo ``to_bytes``.

        Raises:
            ValueError: the bytes were cut or are something else.
        """
        if len(data) < 4 or (len(data) - 4) % _POINT.itemsize:
            raise ValueError("the local features were cut, or are something else")
        width, height = np.frombuffer(data[:4], "<u2")
        packed = np.frombuffer(data[4:], _POINT)
        points = np.stack([packed["x"], packed["y"]], axis=1)
        return cls((int(width), int(height)), points, packed["descriptor"])

    def mirrored(self) -> LocalFeatures:
        """The features of the picture as a mirror shows it (left and right swapped)."""
        points = self.points.copy()
        points[:, 0] = self.size[0] - 1 - points[:, 0]
        return LocalFeatures(self.size, points, self.descriptors[:, _MIRROR])


def local_features(image: Image.Image) -> LocalFeatures:
    """Find the strongest local features of a picture of any size and mode.

    Raises:
        ModuleNotFoundError: OpenCV is not installed (extra ``duplicates``).
    """
    import cv2

    cv2.setNumThreads(1)
    grey = np.asarray(small_grey(image))
    sift = cv2.SIFT_create(nfeatures=MOST_POINTS, contrastThreshold=_CONTRAST)  # type: ignore[attr-defined]
    keypoints, descriptors = sift.detectAndCompute(grey, None)
    size = (grey.shape[1], grey.shape[0])
    if descriptors is None:
        return LocalFeatures(
            size, np.empty((0, 2), np.float32), np.empty((0, _DIMENSIONS), np.uint8)
        )
    # Where several are equally strong, OpenCV returns more than were asked for.
    kept = slice(0, MOST_POINTS)
    points = np.array([keypoint.pt for keypoint in keypoints[kept]], np.float32)
    sums = np.maximum(descriptors[kept].sum(axis=1, keepdims=True), 1e-6)
    rooted = np.sqrt(descriptors[kept] / sums) * _SCALE
    return LocalFeatures(size, points, np.clip(np.rint(rooted), 0, 255).astype(np.uint8))


def small_grey(image: Image.Image, side: int = SIDE) -> Image.Image:
    """A grey copy, longest side at most ``side`` pixels, never enlarged."""
    scale = side / max(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.BOX)
    return image.convert("L")


def _mirror() -> NDArray[np.int64]:
    """Where each number of a descriptor stands in that of the mirrored picture.

    A descriptor holds 4 x 4 cells of 8 directions, along and across the direction of its
    point; a mirror swaps what is across, and turns directions the other way round.
    """
    order = np.arange(_DIMENSIONS).reshape(4, 4, 8)
    return order[::-1][:, :, (-np.arange(8)) % 8].ravel()


_MIRROR = _mirror()
