"""Copies of a video as people make them: smaller, a part of it, with black bars."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WIDTH = 480
_BAR = 0.13
_FROM, _TO = 0.2, 0.8
_RATE = 24
_HARD = {"crf": "34", "preset": "veryfast"}


@dataclass(frozen=True, slots=True)
class Clip:
    """A file that was made, and how: ``reencode``, ``trim`` or ``letterbox``."""

    path: Path
    edit: str


def copies_of(video: Path, folder: Path) -> list[Clip]:
    """Make a copy of each kind in a folder."""
    import av
    import numpy as np

    with av.open(str(video)) as source:
        length = (source.duration or 0) / 1_000_000
    clips = [Clip(folder / f"{video.stem}.{edit}.mp4", edit) for edit in _EDITS]
    with ExitStack() as stack:
        writers = {clip.edit: stack.enter_context(_Writer(clip.path)) for clip in clips}
        for at, frame in _frames(video):
            writers["reencode"].write(frame)
            if _FROM * length <= at < _TO * length:
                writers["trim"].write(frame)
            bar = round(frame.shape[0] * _BAR) // 2 * 2
            writers["letterbox"].write(np.pad(frame, ((bar, bar), (0, 0), (0, 0))))
    return clips


_EDITS = ("reencode", "trim", "letterbox")


def _frames(video: Path) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Small frames on an even clock, with their seconds."""
    import av
    import numpy as np

    with av.open(str(video)) as source:
        stream = source.streams.video[0]
        stream.thread_type = "AUTO"
        due = 0.0
        for frame in source.decode(stream):
            at = frame.time or 0.0
            if at < due:
                continue
            height = round(frame.height * _WIDTH / frame.width) // 2 * 2
            shown = frame.reformat(_WIDTH, height, "rgb24").to_ndarray()
            small = np.asarray(shown, np.uint8)
            # Of slower videos a frame is shown more than once, or the copy would run faster.
            while due <= at:
                yield due, small
                due += 1 / _RATE


class _Writer:
    """Writes frames as H.264 in MP4; a context manager."""

    def __init__(self, path: Path) -> None:
        import av

        self._container = av.open(str(path), "w")
        self._stream = self._container.add_stream("libx264", rate=Fraction(_RATE), options=_HARD)
        self._stream.pix_fmt = "yuv420p"
        self._begun = False

    def __enter__(self) -> _Writer:
        return self

    def write(self, pixels: NDArray[np.uint8]) -> None:
        """Add a frame: shape (height, width, 3)."""
        from av import VideoFrame

        if not self._begun:
            self._stream.height, self._stream.width = pixels.shape[:2]
            self._begun = True
        frame = VideoFrame.from_ndarray(pixels, format="rgb24")
        self._container.mux(self._stream.encode(frame))

    def __exit__(self, *_: object) -> None:
        if self._begun:
            self._container.mux(self._stream.encode(None))
        self._container.close()
