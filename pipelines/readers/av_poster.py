"""One frame that shows what a video is about, and the cover of a sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from pipelines.analysis import Picture
from pipelines.pictures import make_picture
from pipelines.video.frames import decoded, prepare, sharpness, upright

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_PLACES = (0.1, 0.2, 0.3, 0.4, 0.5)
_ENOUGH = 3
_WALKED = 120
_EVERY = 24
_MOST_PACKETS = 2_000


@dataclass(frozen=True, slots=True)
class Poster:
    """A frame of a video, and where it stands in seconds."""

    picture: Picture
    at_s: float | None


def poster_of(
    container: InputContainer, video: VideoStream, is_over: Callable[[], bool]
) -> Poster | None:
    """The sharpest of a few frames that are neither black, white nor of one colour.

    Key frames between a tenth and a half of the duration are looked at, since they can be
    decoded by themselves; where there are not enough, the first seconds are, too.

    Args:
        container, video: opened.
        is_over: whether no more may be read.

    Returns:
        None where no frame can be decoded.
    """
    best: VideoFrame | None = None
    most = -1.0
    seen: set[int | None] = set()
    good = 0
    prepare(container, video)
    for find in (_key_frames, _first_frames):
        for frame in find(container, video, is_over):
            if frame.pts in seen and frame.pts is not None:
                continue
            seen.add(frame.pts)
            score = sharpness(frame)
            good += score >= 1
            if score > most:
                best, most = frame, score
        if good >= _ENOUGH:
            break
    if best is None:
        return None
    image = upright(best, video)
    picture = make_picture(image, image.size)
    return Poster(picture, round(best.time, 3) if best.time is not None else None)


def cover_of(container: InputContainer) -> bytes:
    """The image file that a sound carries as its cover; empty without one."""
    for stream in container.streams.video:
        for packet in islice(container.demux(stream), 1):
            return bytes(packet)
    return b""


def _key_frames(
    container: InputContainer, video: VideoStream, is_over: Callable[[], bool]
) -> Iterator[VideoFrame]:
    """The key frames before some places; none where the duration is unknown."""
    from av import FFmpegError

    duration = container.duration or 0
    video.codec_context.skip_frame = "NONKEY"
    for place in _PLACES if duration > 0 else ():
        with suppress(FFmpegError):
            container.seek(int(duration * place) + (container.start_time or 0))
            yield from islice(decoded(container, video, is_over, _MOST_PACKETS), 1)
    video.codec_context.skip_frame = "DEFAULT"


def _first_frames(
    container: InputContainer, video: VideoStream, is_over: Callable[[], bool]
) -> Iterator[VideoFrame]:
    """Every so many frames from the beginning, or from here where the file cannot be rewound."""
    from av import FFmpegError

    with suppress(FFmpegError):
        container.seek(0)
    yield from islice(decoded(container, video, is_over, _MOST_PACKETS), 0, _WALKED, _EVERY)
