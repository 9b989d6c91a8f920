"""Video and sound, by FFmpeg through PyAV: what the container says, and a poster frame.

Only demultiplexers of plain containers are allowed, and the file is their only input: a
playlist, or a container that names other files, opens nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO

from pipelines.analysis import Analysis, AssetKind, Unit
from pipelines.readers.av_facts import duration_of, facts_of, shown_size
from pipelines.readers.av_poster import cover_of, poster_of
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.embedded import EmbeddedPictures

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MEDIA_TYPES = frozenset(
    {
        "audio/aac",
        "audio/ac3",
        "audio/aiff",
        "audio/amr",
        "audio/basic",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/x-ape",
        "audio/x-caf",
        "audio/x-wavpack",
        "video/3gpp",
        "video/mp2t",
        "video/mp4",
        "video/mpeg",
        "video/quicktime",
        "video/webm",
        "video/x-flv",
        "video/x-matroska",
        "video/x-ms-asf",
        "video/x-msvideo",
    }
)

_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,flac,flv,matroska,mov,mp3,mpeg,mpegts,mpegvideo,ogg,wav,wv"
)
_NOT_INSTALLED = (
    "Reading video and sound needs the package av: install magpie-content[video] and read the "
    "file again."
)
_DAMAGED = "The video or sound is damaged and cannot be opened; upload a sound copy."
_EMPTY = "The file holds neither pictures nor sound; upload a whole copy."
_NO_FRAME = "No frame of the video can be decoded; its properties are kept."
_MOST_READ = 256 * 1024 * 1024
_SHARE_OF_TIME = 0.4


class _Bounded:
    """A file that ends early once enough of it has been read, or enough time has passed.

    FFmpeg takes it for the end of the file, so what was found until then is kept.
    """

    def __init__(self, file: BinaryIO, seconds: float) -> None:
        self._file = file
        self._left = _MOST_READ
        self._deadline = time.monotonic() + seconds

    def is_over(self) -> bool:
        return self._left <= 0 or time.monotonic() > self._deadline

    def read(self, size: int) -> bytes:
        if self.is_over():
            return b""
        data = self._file.read(size)
        self._left -= len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield a part with properties and tags, then one with a picture where there is one.

    A video gives unit ``scene:0`` with its poster frame, ``start_s`` being the frame's time;
    a sound with cover art gives an embedded image.
    """
    with file.path.open("rb") as stream:
        source = _Bounded(stream, file.limits.wall_s * _SHARE_OF_TIME)
        with closing(_opened(source)) as container:
            yield from _parts(container, source, file)


def _parts(container: InputContainer, source: _Bounded, file: InputFile) -> Iterator[Analysis]:
    from av import FFmpegError

    video = _moving_pictures(container)
    if video is None and not container.streams.audio:
        raise Unreadable("corrupt", _EMPTY)
    kind: AssetKind = "audio" if video is None else "video"
    size = shown_size(video) if video is not None else None
    yield Analysis(
        kind=kind,
        media_type=file.media_type,
        width=size[0] if size else None,
        height=size[1] if size else None,
        duration_s=duration_of(container),
        values=facts_of(container, video),
    )
    if video is None:
        cover = cover_of(container)
        unit = EmbeddedPictures(file).unit(cover) if cover else None
        if unit is not None:
            yield Analysis(kind, file.media_type, units=(unit,))
        return
    if video.width * video.height > file.limits.pixels:
        most = file.limits.pixels // 1_000_000
        raise Unreadable(
            "too_large",
            f"The frames of the video have more than {most} megapixels; upload a smaller copy.",
        )
    try:
        poster = poster_of(container, video, source.is_over)
    except FFmpegError:
        poster = None
    if poster is None:
        yield Analysis(kind, file.media_type, warnings=(_NO_FRAME,))
        return
    unit = Unit(key="scene:0", kind="scene", start_s=poster.at_s, picture=poster.picture)
    width, height = poster.picture.width, poster.picture.height
    yield Analysis(kind, file.media_type, width=width, height=height, units=(unit,))


def _opened(source: _Bounded) -> InputContainer:
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


def _moving_pictures(container: InputContainer) -> VideoStream | None:
    """The first stream of frames; cover art is one, too, to FFmpeg, but not to people."""
    from av.stream import Disposition

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None
