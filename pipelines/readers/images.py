"""Photos and graphics, by Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFile

from pipelines.analysis import Analysis, Unit
from pipelines.animation import Animation, animation_in
from pipelines.metadata.fields import embedded
from pipelines.metadata.of_picture import metadata_alone, metadata_of
from pipelines.pictures import make_picture
from pipelines.readers import tiff_pages
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.raster import CUT, FORMATS, decode, finish, open_picture

MEDIA_TYPES = frozenset(FORMATS)


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: the picture as unit ``image``, its size and its metadata.

    Of an animation the first frame; of a TIFF with several pages one part a page.
    """
    with file.path.open("rb") as stream:
        try:
            opened = open_picture(stream, file.media_type, file.limits)
        except Unreadable as error:
            values = metadata_alone(file.path, file.media_type).values
            yield Analysis("image", file.media_type, values=values)
            if file.media_type == "image/tiff" and tiff_pages.is_whole(file.path):
                raise tiff_pages.odd_kind() from error
            raise
        if opened.format == "TIFF":
            pages = tiff_pages.full_pages(file.path)
            if len(pages) > 1:
                yield from tiff_pages.read(opened, pages, file)
                return
        size = opened.size
        try:
            image, cut = decode(opened, stream, file.media_type, file.limits)
        except Unreadable:
            values = metadata_of(opened, file.path).values
            yield Analysis("image", file.media_type, *size, values=values)
            raise
        metadata = metadata_of(opened, file.path)
    # Pillow turns TIFFs itself while decoding.
    orientation = 1 if opened.format == "TIFF" else metadata.orientation
    upright, size, warnings = finish(image, size, orientation)
    animation = _animation(opened, file.path)
    values = metadata.values
    if animation is not None:
        values += (embedded("frames", animation.frames, f"{opened.format} frames"),)
    yield Analysis(
        kind="image",
        media_type=file.media_type,
        width=size[0],
        height=size[1],
        duration_s=animation.duration_s if animation is not None else None,
        values=values,
        units=(Unit(key="image", kind="image", picture=make_picture(upright, size)),),
        warnings=(*metadata.warnings, *warnings, *((CUT,) if cut else ())),
    )


def _animation(opened: ImageFile.ImageFile, path: Path) -> Animation | None:
    picture_format = opened.format or ""
    if picture_format != "GIF" and not getattr(opened, "is_animated", False):
        return None
    duration = opened.info.get("duration")
    if picture_format in {"AVIF", "FLI"} and isinstance(duration, int):
        frames = int(getattr(opened, "n_frames", 1))
        return Animation(frames, round(frames * duration / 1000, 3)) if frames > 1 else None
    try:
        return animation_in(path, picture_format)
    except (IndexError, OSError, ValueError):
        return None
