"""What of a frame is compared to find where shots begin: small, and cheap to make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

_WIDTH, _HEIGHT = 64, 36
_CELL = 4
_QUARTERS = 2
_BINS = 16
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Signatures:
    """Of n frames, in the order of their times.

    Attributes:
        times: seconds: shape (n,).
        grids: mean luma and chroma of 9 by 16 cells, 0 to 255: shape (n, 3, 9, 16).
        histograms: of luma and chroma by quarter of the picture, 0 to 255 for shares of 0
            to 1: shape (n, 3, 4, 16).
    """

    times: NDArray[np.float64]
    grids: NDArray[np.uint8]
    histograms: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.times)

    def colour_change(
        self, before: NDArray[np.intp], after: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """How much the colours of pairs of frames differ, 0 to 1: half the L1 distance of
        their histograms, which little movement leaves alone; shape as ``before``."""
        found = np.empty(len(before), dtype=np.float32)
        for part in _parts(len(before)):
            left = self.histograms[before[part]].astype(np.int16)
            apart = np.abs(left - self.histograms[after[part]]).sum(axis=-1)
            found[part] = apart.mean(axis=(-1, -2)) / (2 * 255)
        return found

    def likeness(self, before: NDArray[np.intp], after: NDArray[np.intp]) -> NDArray[np.float32]:
        """How much pairs of frames show the same, whatever the light: the correlation of their
        luma cells, -1 to 1; shape as ``before``."""
        found = np.empty(len(before), dtype=np.float32)
        for part in _parts(len(before)):
            left, right = self._luma(before[part]), self._luma(after[part])
            scale = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
            found[part] = (left * right).sum(axis=1) / np.maximum(scale, 1e-6)
        return found

    def _luma(self, places: NDArray[np.intp]) -> NDArray[np.float32]:
        cells = self.grids[places, 0].reshape(len(places), self.grids[0, 0].size).astype(np.float32)
        return np.asarray(cells - cells.mean(axis=1, keepdims=True), dtype=np.float32)

    def contrasts(self) -> NDArray[np.float32]:
        """Standard deviation of the luma cells of each frame, 0 to 128: shape (n,)."""
        return np.asarray(self.grids[:, 0].std(axis=(1, 2)), dtype=np.float32)


class SignatureTaker:
    """Collects the signatures of frames as they are decoded."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._grids: list[NDArray[np.uint8]] = []
        self._histograms: list[NDArray[np.uint8]] = []

    def __len__(self) -> int:
        return len(self._times)

    def add(self, frame: VideoFrame, time: float) -> None:
        """Take the signature of the next frame."""
        small = frame.reformat(_WIDTH, _HEIGHT, "yuv444p", interpolation="AREA")
        planes = np.asarray(small.to_ndarray(), dtype=np.uint8)
        cells = planes.reshape(3, _HEIGHT // _CELL, _CELL, _WIDTH // _CELL, _CELL)
        self._times.append(time)
        self._grids.append(cells.mean(axis=(2, 4)).astype(np.uint8))
        self._histograms.append(_histograms(planes))

    def last_change(self) -> float:
        """How much the colours of the last two frames differ, 0 to 1."""
        if len(self._histograms) < 2:
            return 0.0
        difference = self._histograms[-1].astype(np.int16) - self._histograms[-2]
        return float(np.abs(difference).sum()) / (2 * 255 * difference[..., 0].size)

    def taken(self) -> Signatures:
        """All that were taken."""
        if not self._times:
            empty = np.zeros((0, 3, 1, 1), np.uint8)
            return Signatures(np.zeros(0), empty, empty)
        return Signatures(np.array(self._times), np.stack(self._grids), np.stack(self._histograms))


def _parts(count: int) -> Iterator[slice]:
    """Slices that bound the memory of a comparison."""
    return (slice(start, start + _AT_ONCE) for start in range(0, count, _AT_ONCE))


def _histograms(planes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Shape (3, 4, 16), each row adding up to about 255."""
    tall, wide = _HEIGHT // _QUARTERS, _WIDTH // _QUARTERS
    quarters = planes.reshape(3, _QUARTERS, tall, _QUARTERS, wide).transpose(0, 1, 3, 2, 4)
    rows = quarters.reshape(12, tall * wide) // (256 // _BINS)
    offsets = np.arange(12, dtype=np.intp)[:, None] * _BINS
    counts = np.bincount((rows + offsets).ravel(), minlength=12 * _BINS)
    return (counts * 255 // (tall * wide)).astype(np.uint8).reshape(3, 4, _BINS)
