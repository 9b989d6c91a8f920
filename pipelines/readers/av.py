"""Video and sound: what the container says, and a poster frame.

Scenes, speech and copies for browsers come from ``pipelines.video``, later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from pipelines.analysis import Analysis, AssetKind, Unit
from pipelines.readers.av_facts import duration_of, facts_of, shown_size
from pipelines.readers.av_poster import cover_of, poster_of
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.embedded import EmbeddedPictures
from pipelines.video.container import Bounded, moving_pictures, open_media, refuse_huge_frames
from pipelines.video.keys import POSTER
from pipelines.video.scenes import frames_again, frames_wanted

if TYPE_CHECKING:
    from av.container import InputContainer

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

_EMPTY = "The file holds neither pictures nor sound; upload a whole copy."
_NO_FRAME = "No frame of the video can be decoded; its properties are kept."
_MOST_READ = 256 * 1024 * 1024
_SHARE_OF_TIME = 0.4


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield a part with properties and tags, then one with a picture where there is one.

    A video gives unit ``scenes:poster`` with its poster frame, ``start_s`` being the frame's time;
    a sound with cover art gives an embedded image.
    """
    if frames_wanted():
        yield from frames_again(file)
        return
    with file.path.open("rb") as stream:
        source = Bounded(stream, file.limits.wall_s * _SHARE_OF_TIME, _MOST_READ)
        with closing(open_media(source)) as container:
            yield from _parts(container, source, file)


def _parts(container: InputContainer, source: Bounded, file: InputFile) -> Iterator[Analysis]:
    from av import FFmpegError

    video = moving_pictures(container)
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
    refuse_huge_frames(video, file.limits.pixels)
    try:
        poster = poster_of(container, video, source.is_over)
    except FFmpegError:
        poster = None
    if poster is None:
        yield Analysis(kind, file.media_type, warnings=(_NO_FRAME,))
        return
    unit = Unit(key=POSTER, kind="scene", start_s=poster.at_s, picture=poster.picture)
    width, height = poster.picture.width, poster.picture.height
    yield Analysis(kind, file.media_type, width=width, height=height, units=(unit,))
