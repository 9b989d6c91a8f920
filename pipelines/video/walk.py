"""One walk through a video: signatures of its frames, and sharp ones to choose from.

Where decoding everything would take longer than there is time, only key frames are decoded,
which encoders put at cuts.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.pictures import THUMBNAIL_SIDE
from pipelines.readers.base import InputFile
from pipelines.video.container import Bounded, moving_pictures, open_media, refuse_huge_frames
from pipelines.video.frames import decoded, prepare, sharpness, upright, upright_size
from pipelines.video.signatures import Signatures, SignatureTaker

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_MOST_READ = 64 * 1024**3
_SHARE_OF_TIME = 0.8
_LOOK_AHEAD_S = 4.0
"""After so long it is clear whether there is time to decode every frame."""

_MOST_A_SECOND = 31.0
_SLOT_S = 0.5
_MOST_CANDIDATES = 1_200
_LOOKS_A_SLOT = 4
_MOST_FRAMES = 200_000
_QUALITY = 92
_JUMP = 0.2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A frame that could stand for its scene.

    Attributes:
        at_s: seconds from the beginning.
        sharpness: see ``pipelines.video.frames.sharpness``.
        jpeg: the frame upright, as large as a thumbnail.
        width, height: of the frame upright, in pixels.
    """

    at_s: float
    sharpness: float
    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Walk:
    """What was seen of a video.

    Attributes:
        signatures: of frames, up to 31 a second.
        candidates: a sharp frame of every half second, fewer in long videos; by time.
        end_s: where the last frame that was seen ends.
        complete: whether the end of the video was reached.
    """

    signatures: Signatures
    candidates: tuple[Candidate, ...]
    end_s: float
    complete: bool


def walk(file: InputFile) -> Walk | None:
    """Walk through a video; None where the file holds no moving pictures.

    Raises:
        Unreadable: it cannot be opened, or its frames are too large.
    """
    started = time.monotonic()
    seconds = file.limits.wall_s * _SHARE_OF_TIME
    found = _walk(file, seconds, key_frames=False)
    if found is None or found.complete:
        return found
    left = seconds - (time.monotonic() - started)
    return (_walk(file, left, key_frames=True) if left > 1 else None) or found


def _walk(file: InputFile, seconds: float, *, key_frames: bool) -> Walk | None:
    with file.path.open("rb") as stream:
        source = Bounded(stream, seconds, _MOST_READ)
        with closing(open_media(source)) as container:
            video = moving_pictures(container)
            if video is None:
                return None
            refuse_huge_frames(video, file.limits.pixels)
            prepare(container, video)
            if key_frames:
                video.codec_context.skip_frame = "NONKEY"
            return _Walker(container, video, source, seconds, hurried=key_frames).run()


class _Walker:
    def __init__(
        self,
        container: InputContainer,
        video: VideoStream,
        source: Bounded,
        seconds: float,
        *,
        hurried: bool,
    ) -> None:
        self._container = container
        self._video = video
        self._source = source
        self._started = time.monotonic()
        self._seconds = seconds
        self._hurried = hurried
        self._duration = max(0.0, (container.duration or 0) / 1_000_000)
        self._slot_s = max(_SLOT_S, self._duration / _MOST_CANDIDATES)
        self._taker = SignatureTaker()
        self._candidates: list[Candidate] = []
        self._slot_from = 0.0
        self._looked = float("-inf")
        self._best: tuple[float, float, VideoFrame] | None = None

    def run(self) -> Walk:
        """Decode to the end, to the end of the time, or until it is clear that it will not do."""
        last, complete = float("-inf"), True
        for at, frame in self._frames():
            if at - last < 1 / _MOST_A_SECOND:
                continue
            last = at
            self._taker.add(frame, at)
            self._consider(at, frame)
            if self._too_slow(at) or len(self._taker) >= _MOST_FRAMES:
                complete = False
                break
        self._close_slot()
        complete = complete and not self._source.is_over()
        rate = self._video.average_rate or self._video.guessed_rate
        step = 1 / float(rate) if rate else 0.04
        return Walk(self._taker.taken(), tuple(self._candidates), max(0.0, last) + step, complete)

    def _frames(self) -> Iterator[tuple[float, VideoFrame]]:
        """Frames with their seconds, which ascend."""
        start = (self._container.start_time or 0) / 1_000_000
        rate = float(self._video.average_rate or self._video.guessed_rate or 25)
        for number, frame in enumerate(decoded(self._container, self._video, self._source.is_over)):
            yield (number / rate if frame.time is None else max(0.0, frame.time - start)), frame

    def _too_slow(self, at: float) -> bool:
        spent = time.monotonic() - self._started
        if self._hurried or spent < _LOOK_AHEAD_S or at <= 0:
            return False
        return spent * self._duration / at > self._seconds

    def _consider(self, at: float, frame: VideoFrame) -> None:
        if at - self._slot_from >= self._slot_s or self._taker.last_change() > _JUMP:
            self._close_slot()
            self._slot_from, self._looked = at, float("-inf")
        if at - self._looked < self._slot_s / _LOOKS_A_SLOT:
            return
        self._looked = at
        sharp = sharpness(frame)
        if self._best is None or sharp > self._best[1]:
            self._best = at, sharp, frame

    def _close_slot(self) -> None:
        if self._best is None:
            return
        at, sharp, frame = self._best
        self._best = None
        # Where the container does not say how long it lasts, its slots grow as it goes on.
        if len(self._candidates) >= 2 * _MOST_CANDIDATES:
            self._candidates = self._candidates[::2]
            self._slot_s *= 2
        with suppress(ValueError):
            buffer = io.BytesIO()
            upright(frame, self._video, THUMBNAIL_SIDE).save(buffer, "JPEG", quality=_QUALITY)
            size = upright_size(frame, self._video)
            self._candidates.append(Candidate(at, sharp, buffer.getvalue(), *size))
