"""Pictures inside documents, as units of their own."""

from __future__ import annotations

import io
import warnings

from PIL import Image

from models.pixels import opaque
from pipelines.analysis import Fingerprints, Picture, Unit
from pipelines.pictures import decode_size, make_picture
from pipelines.readers.base import InputFile

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_LEAST_SIDE = 64


class EmbeddedPictures:
    """Makes units of the pictures of one document: each picture once, within its limits."""

    def __init__(self, file: InputFile) -> None:
        self._limits = file.limits
        self._seen: set[Fingerprints | None] = set()
        self._count = 0

    def unit(self, data: bytes, *, page: int | None = None, section: str = "") -> Unit | None:
        """The unit of a picture.

        Args:
            data: an image file; one that cannot be decoded, or is too small to show
                anything, gives None, as does one that the document already had.
            page: page or slide that it stands on.
            section: heading that it stands under.
        """
        if self._count >= self._limits.pictures:
            return None
        picture = picture_of(data, self._limits.pixels)
        if picture is None or picture.fingerprints in self._seen:
            return None
        if min(picture.width, picture.height) < _LEAST_SIDE:
            return None
        self._seen.add(picture.fingerprints)
        self._count += 1
        return Unit(
            key=f"embedded_image:{page or 0}:{self._count - 1}",
            kind="embedded_image",
            page=page,
            section=section,
            picture=picture,
        )


def picture_of(data: bytes, most_pixels: int, *, encode: bool = True) -> Picture | None:
    """A picture from the bytes of an image file; None where they cannot be decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            size = image.size
            if size[0] * size[1] > most_pixels:
                return None
            target = decode_size(*size)
            if image.format == "JPEG" and target is not None:
                image.draft("RGB", target)
            return make_picture(opaque(image), size, encode=encode, fingerprint=encode)
    except (
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
        ArithmeticError,
        Image.DecompressionBombError,
    ):
        return None
