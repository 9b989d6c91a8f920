"""One frame that shows what a video is about, and the cover of a sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pipelines.analysis import Picture
from pipelines.pictures import make_picture

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_PLACES = (0.1, 0.2, 0.3, 0.4, 0.5)
_ENOUGH = 3
_WALKED = 120
_EVERY = 24
_MOST_PACKETS = 2_000
_SIDE = 160
_DARK = 20.0
_BRIGHT = 240.0
_FLAT = 8.0
_QUARTERS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180}
_QUARTERS[270] = Image.Transpose.ROTATE_270


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
    _prepare(container, video)
    for find in (_key_frames, _first_frames):
        for frame in find(container, video, is_over):
            if frame.pts in seen and frame.pts is not None:
                continue
            seen.add(frame.pts)
            score = _score(frame)
            good += score >= 1
            if score > most:
                best, most = frame, score
        if good >= _ENOUGH:
            break
    if best is None:
        return None
    image = _upright(best, video)
    picture = make_picture(image, image.size)
    return Poster(picture, round(best.time, 3) if best.time is not None else None)


def cover_of(container: InputContainer) -> bytes:
    """The image file that a sound carries as its cover; empty without one."""
    for stream in container.streams.video:
        for packet in islice(container.demux(stream), 1):
            return bytes(packet)
    return b""


def _prepare(container: InputContainer, video: VideoStream) -> None:
    """Decode nothing else, and in this thread."""
    from av.stream import Discard

    for other in container.streams:
        if other.index != video.index:
            other.discard = Discard.all
    video.thread_count = 1
    video.thread_type = "NONE"


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
            yield from islice(_decoded(container, video, is_over), 1)
    video.codec_context.skip_frame = "DEFAULT"


def _first_frames(
    container: InputContainer, video: VideoStream, is_over: Callable[[], bool]
) -> Iterator[VideoFrame]:
    """Every so many frames from the beginning, or from here where the file cannot be rewound."""
    from av import FFmpegError

    with suppress(FFmpegError):
        container.seek(0)
    yield from islice(_decoded(container, video, is_over), 0, _WALKED, _EVERY)


def _decoded(
    container: InputContainer, video: VideoStream, is_over: Callable[[], bool]
) -> Iterator[VideoFrame]:
    """Frames from here on; packets that cannot be decoded are passed over."""
    from av import FFmpegError

    for packet in islice(container.demux(video), _MOST_PACKETS):
        if is_over():
            return
        try:
            yield from packet.decode()
        except MemoryError:
            raise
        except FFmpegError:
            continue


def _score(frame: VideoFrame) -> float:
    """Sharpness (variance of the Laplacian), at least 1; below 1 for a frame that shows nothing."""
    scale = min(1.0, _SIDE / max(frame.width, frame.height))
    width, height = max(3, int(frame.width * scale)), max(3, int(frame.height * scale))
    grey = frame.reformat(width, height, "gray").to_ndarray().astype(np.float32)
    spread = float(grey.std())
    if spread < _FLAT or not _DARK < float(grey.mean()) < _BRIGHT:
        return min(spread / 128, 0.99)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return 1.0 + float((around - 4 * grey[1:-1, 1:-1]).var())


def _upright(frame: VideoFrame, video: VideoStream) -> Image.Image:
    """In RGB with square pixels, turned as the container says."""
    width = frame.width
    aspect = video.sample_aspect_ratio
    if aspect and 0.25 <= aspect <= 4:
        width = round(width * float(aspect))
    pixels = frame.reformat(width, frame.height, "rgb24").to_ndarray()
    image = Image.fromarray(pixels)
    turn = _QUARTERS.get(round(frame.rotation) % 360)
    return image if turn is None else image.transpose(turn)
