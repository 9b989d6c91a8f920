"""Photoshop files: by the picture of all layers that Photoshop saves, else layer by layer."""

from __future__ import annotations

import io
import mmap
from collections.abc import Iterator, Mapping

from PIL import Image

from pipelines.analysis import Analysis, Unit
from pipelines.metadata import photoshop
from pipelines.metadata.blocks import decode as decode_metadata
from pipelines.metadata.blocks import of_resources
from pipelines.metadata.fields import embedded
from pipelines.metadata.icc import profile_name
from pipelines.pictures import make_picture
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.psd_composite import Header, deep_composite, read_header
from pipelines.readers.raster import check_size, finish

MEDIA_TYPES = frozenset({"image/vnd.adobe.photoshop"})

_HAS_COMPOSITE = 4
_SMALL = (
    "Photoshop saved the file without its composite, so only the small preview was read; "
    "switch on 'Maximize compatibility', or install magpie-content[images]."
)
_DAMAGE = (OSError, ValueError, SyntaxError, KeyError, IndexError, EOFError, OverflowError)


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: the picture as unit ``image``, its size and its metadata."""
    with (
        file.path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        header = read_header(data)
        check_size(header.size, file.limits)
        found = photoshop.resources(data[slice(*header.resources)])
        deep = deep_composite(data, header) if _has_composite(found) else None
    blocks = of_resources(found)
    metadata = decode_metadata(blocks)
    values = metadata.values
    name = profile_name(blocks.icc)
    if name:
        values += (embedded("colour_profile", name, "ICC profileDescription"),)
    try:
        image, warnings = (deep, ()) if deep is not None else _picture(file, header, found)
    except Unreadable:
        yield Analysis("image", file.media_type, *header.size, values=values)
        raise
    if blocks.icc:
        image.info["icc_profile"] = blocks.icc
    # Photoshop turns the pixels themselves; the orientation tag is left from the camera.
    upright, shown, wrong = finish(image, header.size, 1)
    yield Analysis(
        kind="image",
        media_type=file.media_type,
        width=shown[0],
        height=shown[1],
        values=values,
        units=(Unit(key="image", kind="image", picture=make_picture(upright, shown)),),
        warnings=(*metadata.warnings, *warnings, *wrong),
    )


def _has_composite(found: Mapping[int, bytes]) -> bool:
    """Whether the saved picture shows the layers; without, it is white."""
    version = found.get(photoshop.VERSION_INFO, b"")
    return len(version) <= _HAS_COMPOSITE or version[_HAS_COMPOSITE] != 0


def _picture(
    file: InputFile, header: Header, found: Mapping[int, bytes]
) -> tuple[Image.Image, tuple[str, ...]]:
    """The composite, the layers put together, or the small preview; and warnings.

    Raises:
        Unreadable: there is none of them.
    """
    if _has_composite(found):
        image = _composite(file, header)
        if image is not None:
            return image, ()
    image = _layers(file)
    if image is not None:
        return image, ()
    try:
        small = Image.open(io.BytesIO(photoshop.thumbnail(found)), formats=("JPEG",))
        small.load()
    except _DAMAGE as error:
        if _has_composite(found):
            raise Unreadable(
                "corrupt", "The Photoshop file is damaged; upload a sound copy."
            ) from error
        raise Unreadable(
            "unsupported",
            "The Photoshop file holds no picture that can be shown; save it with 'Maximize "
            "compatibility', or install magpie-content[images].",
        ) from error
    return small, (_SMALL,)


def _composite(file: InputFile, header: Header) -> Image.Image | None:
    """The saved picture of 8 bits; None where it is damaged or of another kind."""
    if header.large or header.depth > 8:
        return None
    try:
        image = Image.open(file.path, formats=("PSD",))
        image.load()
    except _DAMAGE:
        return None
    return image


def _layers(file: InputFile) -> Image.Image | None:
    """The layers put together by psd-tools; None where it is not installed or cannot."""
    try:
        from psd_tools import PSDImage
    except ModuleNotFoundError:
        return None
    try:
        image: Image.Image | None = PSDImage.open(file.path).composite(force=True)
    except MemoryError:
        raise
    except Exception:
        # Unknown layers and effects raise whatever they happen to raise.
        return None
    return image
