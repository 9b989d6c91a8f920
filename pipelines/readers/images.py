"""Photos and graphics, by Pillow."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from models.pixels import opaque
from pipelines.analysis import Analysis, Unit, Value
from pipelines.pictures import decode_size, make_picture, orient, turns_sideways
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.exif import exif_values, orientation_of

_FORMATS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/tiff": ("TIFF",),
    "image/bmp": ("BMP",),
    "image/avif": ("AVIF",),
    "image/jp2": ("JPEG2000",),
    "image/vnd.microsoft.icon": ("ICO",),
    "image/icns": ("ICNS",),
    "image/vnd.adobe.photoshop": ("PSD",),
    "image/qoi": ("QOI",),
    "image/vnd-ms.dds": ("DDS",),
    "image/sgi": ("SGI",),
    "image/x-portable-anymap": ("PPM",),
    "image/vnd.zbrush.pcx": ("PCX",),
    "image/x-blp": ("BLP",),
}
MEDIA_TYPES = frozenset(_FORMATS)

_TRUNCATED = "The file ends too early; only a part of the picture could be read."
_lenient = threading.Lock()


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: the picture as unit ``image``, its size and its metadata."""
    with file.path.open("rb") as stream:
        opened = _open(stream, file)
        size = opened.size
        exif, values, warnings = _metadata(opened)
        image, cut = _decode(opened, stream, file)
    if cut:
        warnings = (*warnings, _TRUNCATED)
    orientation = orientation_of(exif)
    if turns_sideways(orientation):
        size = (size[1], size[0])
    picture = make_picture(orient(opaque(image), orientation), size)
    yield Analysis(
        kind="image",
        media_type=file.media_type,
        width=size[0],
        height=size[1],
        values=values,
        units=(Unit(key="image", kind="image", picture=picture),),
        warnings=warnings,
    )


def _open(stream: BinaryIO, file: InputFile) -> ImageFile.ImageFile:
    """Open without decoding; refuses what would not fit into memory."""
    try:
        image = Image.open(stream, formats=_FORMATS[file.media_type])
    except Image.DecompressionBombError as error:
        raise _too_large(file) from error
    except UnidentifiedImageError as error:
        raise Unreadable(
            "corrupt", "The picture is damaged and cannot be opened; upload a sound copy."
        ) from error
    if image.width * image.height > file.limits.pixels:
        raise _too_large(file)
    return image


def _too_large(file: InputFile) -> Unreadable:
    most = file.limits.pixels // 1_000_000
    return Unreadable(
        "too_large",
        f"The picture has more than {most} megapixels; upload a smaller copy.",
    )


def _metadata(image: Image.Image) -> tuple[Image.Exif, tuple[Value, ...], tuple[str, ...]]:
    """EXIF of an image and its values; damaged metadata never keeps a picture from being read."""
    try:
        exif = image.getexif()
        return exif, tuple(exif_values(exif)), ()
    except Exception:
        return Image.Exif(), (), ("The EXIF data of the file is damaged and was left out.",)


def _decode(
    image: ImageFile.ImageFile, stream: BinaryIO, file: InputFile
) -> tuple[Image.Image, bool]:
    """Decode; of a file that ends too early, what there is. The flag says whether it did."""
    _draft(image)
    try:
        image.load()
        return image, False
    except Image.DecompressionBombError as error:
        raise _too_large(file) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:
        partial = _decode_leniently(stream, file)
        if partial is None:
            raise Unreadable(
                "corrupt", "The picture is damaged and cannot be decoded; upload a sound copy."
            ) from error
        return partial, True


def _draft(image: Image.Image) -> None:
    """Let the JPEG decoder scale a large photo down while decoding."""
    target = decode_size(*image.size)
    if image.format in {"JPEG", "MPO"} and target is not None:
        image.draft("RGB", target)


def _decode_leniently(stream: BinaryIO, file: InputFile) -> Image.Image | None:
    """What can be decoded of a damaged picture; None if that is nothing but one colour."""
    with _lenient:
        # Pillow offers leniency only for the whole process.
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            stream.seek(0)
            image = Image.open(io.BytesIO(stream.read()), formats=_FORMATS[file.media_type])
            _draft(image)
            image.load()
        except Exception:
            return None
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
    return image if opaque(image).getcolors(1) is None else None
