"""Opening video and sound by FFmpeg through PyAV.

Only demultiplexers of plain containers are allowed, and the file is their only input: a
playlist, or a container that names other files, opens nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, BinaryIO

from pipelines.readers.base import Unreadable

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,flac,flv,matroska,mov,mp3,mpeg,mpegts,mpegvideo,ogg,wav,wv"
)
_NOT_INSTALLED = (
    "Reading video and sound needs the package av: install magpie-content[video] and read the "
    "file again."
)
_DAMAGED = "The video or sound is damaged and cannot be opened; upload a sound copy."


class Bounded:
    """A file that ends early once enough of it has been read, or enough time has passed.

    FFmpeg takes it for the end of the file, so what was found until then is kept.

    Args:
        file: opened for reading.
        seconds: from now on.
        most_bytes: that may be read of it.
    """

    def __init__(self, file: BinaryIO, seconds: float, most_bytes: int) -> None:
        self._file = file
        self._left = most_bytes
        self._deadline = time.monotonic() + seconds

    def is_over(self) -> bool:
        """Whether no more may be read."""
        return self._left <= 0 or time.monotonic() > self._deadline

    def read(self, size: int) -> bytes:
        """As of a file."""
        if self.is_over():
            return b""
        data = self._file.read(size)
        self._left -= len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """As of a file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As of a file."""
        return self._file.tell()


def open_media(source: Bounded) -> InputContainer:
    """The container in a file.

    Raises:
        Unreadable: it is none, or PyAV is not installed.
    """
    try:
        import av
    except ModuleNotFoundError as error:
        raise Unreadable("unsupported", _NOT_INSTALLED) from error
    try:
        return av.open(
            source,
            mode="r",
            options={"format_whitelist": _CONTAINERS, "protocol_whitelist": "none"},
            metadata_errors="replace",
        )
    except MemoryError:
        raise
    except av.FFmpegError as error:
        raise Unreadable("corrupt", _DAMAGED) from error


def moving_pictures(container: InputContainer) -> VideoStream | None:
    """The first stream of frames; cover art is one, too, to FFmpeg, but not to people."""
    from av.stream import Disposition

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def refuse_huge_frames(video: VideoStream, most_pixels: int) -> None:
    """Raise Unreadable where one frame would take too much memory."""
    if video.width * video.height > most_pixels:
        raise Unreadable(
            "too_large",
            f"The frames of the video have more than {most_pixels // 1_000_000} megapixels; "
            "upload a smaller copy.",
        )
