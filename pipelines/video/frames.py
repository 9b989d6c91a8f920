"""Decoding frames one by one, and what of a frame is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_SIDE = 160
_DARK = 20.0
_BRIGHT = 240.0
_FLAT = 8.0
_QUARTERS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180}
_QUARTERS[270] = Image.Transpose.ROTATE_270


def prepare(container: InputContainer, video: VideoStream) -> None:
    """Decode nothing else, and in this thread."""
    from av.stream import Discard

    for other in container.streams:
        if other.index != video.index:
            other.discard = Discard.all
    video.thread_count = 1
    video.thread_type = "NONE"


def decoded(
    container: InputContainer,
    video: VideoStream,
    is_over: Callable[[], bool],
    most_packets: int | None = None,
) -> Iterator[VideoFrame]:
    """Frames from here on; packets that cannot be decoded are passed over."""
    from av import FFmpegError

    for packet in islice(container.demux(video), most_packets):
        if is_over():
            return
        try:
            yield from packet.decode()
        except MemoryError:
            raise
        except FFmpegError:
            continue


def sharpness(frame: VideoFrame) -> float:
    """Variance of the Laplacian, at least 1; below 1 for a frame that shows nothing."""
    scale = min(1.0, _SIDE / max(frame.width, frame.height))
    width, height = max(3, int(frame.width * scale)), max(3, int(frame.height * scale))
    grey = frame.reformat(width, height, "gray").to_ndarray().astype(np.float32)
    spread = float(grey.std())
    if spread < _FLAT or not _DARK < float(grey.mean()) < _BRIGHT:
        return min(spread / 128, 0.99)
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return 1.0 + float((around - 4 * grey[1:-1, 1:-1]).var())


def upright_size(frame: VideoFrame, video: VideoStream) -> tuple[int, int]:
    """Width and height as a frame is shown: square pixels, turned as the container says."""
    width, height = _square(frame, video), frame.height
    return (height, width) if round(frame.rotation) % 180 == 90 else (width, height)


def upright(frame: VideoFrame, video: VideoStream, side: int | None = None) -> Image.Image:
    """A frame as it is shown, in RGB; the longer side has at most ``side`` pixels."""
    width, height = _square(frame, video), frame.height
    scale = min(1.0, side / max(width, height)) if side else 1.0
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = Image.fromarray(frame.reformat(*size, "rgb24").to_ndarray())
    turn = _QUARTERS.get(round(frame.rotation) % 360)
    return image if turn is None else image.transpose(turn)


def _square(frame: VideoFrame, video: VideoStream) -> int:
    aspect = video.sample_aspect_ratio
    return round(frame.width * float(aspect)) if aspect and 0.25 <= aspect <= 4 else frame.width
