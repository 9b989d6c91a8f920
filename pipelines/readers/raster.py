"""Opening and decoding pictures by Pillow, within limits and in spite of damage."""

from __future__ import annotations

import io
import threading
import warnings
from typing import Any, BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from pipelines.colour import to_srgb
from pipelines.limits import Limits
from pipelines.pictures import decode_size, orient, turns_sideways
from pipelines.readers.base import Unreadable

FORMATS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("JPEG",),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/tiff": ("TIFF",),
    "image/bmp": ("BMP",),
    "image/avif": ("AVIF",),
    "image/heic": ("HEIF",),
    "image/heif": ("HEIF", "AVIF"),
    "image/jp2": ("JPEG2000",),
    "image/vnd.microsoft.icon": ("ICO",),
    "image/x-win-cursor": ("CUR",),
    "image/icns": ("ICNS",),
    "image/qoi": ("QOI",),
    "image/vnd-ms.dds": ("DDS",),
    "image/sgi": ("SGI",),
    "image/x-portable-anymap": ("PPM",),
    "image/vnd.zbrush.pcx": ("PCX",),
    "image/vnd.zbrush.dcx": ("DCX",),
    "image/x-blp": ("BLP",),
    "image/x-tga": ("TGA",),
    "image/x-xbitmap": ("XBM",),
    "image/x-xpixmap": ("XPM",),
    "image/x-sun-raster": ("SUN",),
    "image/x-photo-cd": ("PCD",),
    "image/fits": ("FITS",),
    "image/x-fli": ("FLI",),
}
"""Media types of pictures, and what Pillow calls their formats."""

CUT = "The file ends too early; only a part of the picture could be read."
WRONG_COLOURS = "The colour profile of the picture is damaged and was ignored."

_HEIF = frozenset({"image/heic", "image/heif"})
_lenient = threading.Lock()


def open_picture(stream: BinaryIO, media_type: str, limits: Limits) -> ImageFile.ImageFile:
    """Open without decoding.

    Raises:
        Unreadable: it is damaged, of a kind that cannot be shown, or would not fit into memory.
    """
    _register(media_type)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(stream, formats=FORMATS[media_type])
    except Image.DecompressionBombError as error:
        raise too_large(limits) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError) as error:
        raise Unreadable(
            "corrupt", "The picture is damaged and cannot be opened; upload a sound copy."
        ) from error
    check_size(image.size, limits)
    return image


def check_size(size: tuple[int, int], limits: Limits) -> None:
    """Refuse a picture that would not fit into memory.

    Raises:
        Unreadable: it has more pixels than are allowed.
    """
    if size[0] * size[1] > limits.pixels:
        raise too_large(limits)


def too_large(limits: Limits) -> Unreadable:
    """The failure of a picture with too many pixels."""
    most = limits.pixels // 1_000_000
    return Unreadable(
        "too_large", f"The picture has more than {most} megapixels; upload a smaller copy."
    )


def decode(
    image: ImageFile.ImageFile, stream: BinaryIO, media_type: str, limits: Limits
) -> tuple[Image.Image, bool]:
    """Decode; of a file that ends too early, what there is. The flag says whether it did.

    Raises:
        Unreadable: nothing can be decoded.
    """
    _draft(image)
    try:
        image.load()
        return image, False
    except (MemoryError, Unreadable):
        raise
    except Image.DecompressionBombError as error:
        raise too_large(limits) from error
    except Exception as error:
        partial = _decode_leniently(stream, media_type)
        if partial is None:
            raise Unreadable(
                "corrupt", "The picture is damaged and cannot be decoded; upload a sound copy."
            ) from error
        return partial, True


def finish(
    image: Image.Image, size: tuple[int, int], orientation: int
) -> tuple[Image.Image, tuple[int, int], tuple[str, ...]]:
    """Upright, in sRGB.

    Args:
        image: decoded; may be changed.
        size: of the original, as stored.
        orientation: EXIF orientation, 1 to 8.

    Returns:
        The picture, the upright size of the original, warnings.
    """
    profile = image.info.get("icc_profile")
    shown, trusted = to_srgb(image, profile if isinstance(profile, bytes) else b"")
    if turns_sideways(orientation):
        size = (size[1], size[0])
    return orient(shown, orientation), size, () if trusted else (WRONG_COLOURS,)


def _register(media_type: str) -> None:
    """Teach Pillow HEIF; it reads the others by itself.

    Raises:
        Unreadable: the decoder is not installed.
    """
    if media_type not in _HEIF:
        return
    try:
        import pi_heif
    except ModuleNotFoundError as error:
        raise Unreadable(
            "unsupported",
            "Reading HEIC photos needs the package pi-heif, which is not installed: install "
            "magpie-content again and read the file again.",
        ) from error
    pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)


def _draft(image: Any) -> None:
    """Let the decoder of JPEG or JPEG 2000 scale a large photo down while decoding."""
    target = decode_size(*image.size)
    if target is None:
        return
    if image.format in {"JPEG", "MPO"}:
        image.draft("RGB", target)
    elif image.format == "JPEG2000":
        # Its files nearly always hold five halvings.
        factor = min(image.width // target[0], image.height // target[1])
        image.reduce = min(max(factor.bit_length() - 1, 0), 3)


def _decode_leniently(stream: BinaryIO, media_type: str) -> Image.Image | None:
    """What can be decoded of a damaged picture; None if that is nothing but one colour."""
    with _lenient:
        # Pillow offers leniency only for the whole process.
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            stream.seek(0)
            image = Image.open(io.BytesIO(stream.read()), formats=FORMATS[media_type])
            if image.format != "JPEG2000":
                _draft(image)
            image.load()
            return image if image.convert("RGB").getcolors(1) is None else None
        except Exception:
            return None
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
