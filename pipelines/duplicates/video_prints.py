"""What is kept of a video to find its copies again: a hash of each frame on an even clock.

Black bars are cut off before, so that a letterboxed copy has the same hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.analysis import Box
from pipelines.fingerprint import perceptual_hash
from pipelines.readers.base import InputFile
from pipelines.video.container import Bounded, moving_pictures, open_media, refuse_huge_frames
from pipelines.video.frames import decoded, prepare

RATE = 4.0
"""Frames a second; halved until a long video has at most ``MOST_FRAMES``."""

MOST_FRAMES = 7200

_SIDE = 96
_BLACK = 24
_LIT = 0.05
_MOST_BAR = 0.4
_LEAST_SPREAD = 8.0
_SHARE_OF_TIME = 0.8
_MOST_READ = 64 * 1024**3

_Frames = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class VideoPrint:
    """What finds the copies of one video.

    Attributes:
        rate: frames a second.
        hashes: perceptual hash of each, without bars: shape (n,), uint64.
        shown: whether it shows anything; flat and black frames match nothing: shape (n,).
        picture: what is left of the frame when black bars are cut off.
        complete: whether the whole video was seen.
    """

    rate: float
    hashes: NDArray[np.uint64]
    shown: NDArray[np.bool_]
    picture: Box
    complete: bool

    @property
    def duration_s(self) -> float:
        """How long what was seen lasts, to the frame."""
        return len(self.hashes) / self.rate


def video_print(file: InputFile) -> VideoPrint | None:
    """Take the print of a video; None where the file holds no moving pictures.

    To be called in a reader process, as everything that decodes files.

    Raises:
        Unreadable: it cannot be opened, its frames are too large, or PyAV is not installed.
    """
    with file.path.open("rb") as stream:
        source = Bounded(stream, file.limits.wall_s * _SHARE_OF_TIME, _MOST_READ)
        with closing(open_media(source)) as container:
            video = moving_pictures(container)
            if video is None:
                return None
            refuse_huge_frames(video, file.limits.pixels)
            prepare(container, video)
            start = (container.start_time or 0) / 1_000_000
            step = float(video.average_rate or video.guessed_rate or 25)
            clock = _Clock()
            for number, frame in enumerate(decoded(container, video, source.is_over)):
                at = number / step if frame.time is None else max(0.0, frame.time - start)
                if clock.wants(at):
                    small = frame.reformat(_SIDE, _SIDE, "gray", interpolation="AREA")
                    clock.add(np.asarray(small.to_ndarray(), np.uint8), at)
        return print_of(clock.frames(), clock.rate, complete=not source.is_over())


def print_of(frames: _Frames, rate: float, *, complete: bool = True) -> VideoPrint:
    """The print of grey frames on an even clock, of any small size: shape (n, height, width)."""
    top, bottom = _picture(frames.mean(axis=2))
    left, right = _picture(frames.mean(axis=1))
    inside = frames[:, top:bottom, left:right]
    hashes = [int(perceptual_hash(Image.fromarray(each)), 16) for each in _each(inside)]
    height, width = frames.shape[1:]
    return VideoPrint(
        rate,
        np.array(hashes, np.uint64),
        np.array([each.std() >= _LEAST_SPREAD for each in inside], np.bool_),
        Box(left / width, top / height, right / width, bottom / height),
        complete,
    )


class _Clock:
    """Keeps the first frame of each tick, every other one when there are too many."""

    def __init__(self) -> None:
        self.rate = RATE
        self._kept: list[_Frames] = []

    def wants(self, at: float) -> bool:
        """Whether the frame at a second begins a new tick."""
        return at * self.rate >= len(self._kept) - 1e-3

    def add(self, frame: _Frames, at: float) -> None:
        """Keep a frame; where there was none for a while, the last one stands for it."""
        behind = min(int(at * self.rate + 1e-3), MOST_FRAMES) - len(self._kept)
        last = self._kept[-1] if self._kept else frame
        self._kept += [last] * max(0, behind)
        self._kept.append(frame)
        if len(self._kept) > MOST_FRAMES:
            self._kept = self._kept[::2]
            self.rate /= 2

    def frames(self) -> _Frames:
        """All of them: shape (n, side, side)."""
        return np.stack(self._kept) if self._kept else np.zeros((0, _SIDE, _SIDE), np.uint8)


def _each(frames: _Frames) -> Iterator[_Frames]:
    return (np.ascontiguousarray(frame) for frame in frames)


def _picture(lines: NDArray[np.float64]) -> tuple[int, int]:
    """From where to where rows or columns are not black nearly all the time.

    All, where none or too many are.

    Args:
        lines: mean luminance of each line in each frame: shape (n, lines).
    """
    size = lines.shape[1]
    # Ringing of hard compression brightens a line of a bar for a moment.
    lit = np.flatnonzero((lines > _BLACK).sum(axis=0) > _LIT * len(lines))
    if not len(lit):
        return 0, size
    first, end = int(lit[0]), int(lit[-1]) + 1
    if first > _MOST_BAR * size or size - end > _MOST_BAR * size:
        return 0, size
    return first, end
