"""New credits in a picture file whose pixels stay as they are, byte for byte.

The parts that hold metadata are left out and written anew; the coded picture is copied.
EXIF is kept without what must not leave the house, because orientation stands in it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, MutableMapping
from typing import Any

from PIL import Image

from pipelines.renditions.credits import CREDIT_TAGS, exif_tags, iptc_segment
from pipelines.renditions.recipe import Credits, Recipe

REWRITABLE = frozenset({"image/jpeg", "image/png", "image/webp"})
"""Media types whose metadata can be replaced without touching the picture."""

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_MOST_SEGMENT = 65_533
_PNG_DROPPED = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
_IN_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04

_GPS = 0x8825
_PRIVATE = 0xA430, 0xA431, 0xA435, 0xC62F
"""Owner and serial number of the camera, serial number of the lens, serial number (DNG)."""
_MAKER_NOTE = 0x927C
_EXIF_IFD = 0x8769


class CannotRewrite(ValueError):
    """The file is not built as its type says; the message says what to do."""


def rewrite(data: bytes, media_type: str, recipe: Recipe, credits_: Credits) -> bytes:
    """The file with other metadata and the same picture.

    Raises:
        CannotRewrite: it is damaged, or of a type whose metadata cannot be replaced.
    """
    parts = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}.get(media_type)
    if parts is None:
        raise CannotRewrite(
            f"What stands in a file of type {media_type} cannot be replaced; choose a download "
            "preset that converts it."
        )
    written = credits_ if recipe.credits else Credits()
    try:
        return b"".join(parts(data, recipe, written))
    except Exception as error:
        # Pillow raises errors of many kinds for EXIF that is not built as it should be.
        raise CannotRewrite(
            "The file is damaged, so nothing can be removed from it or written into it; "
            "choose a download preset that converts it."
        ) from error


def clean_exif(block: bytes, recipe: Recipe, credits_: Credits) -> bytes:
    """An EXIF block without what the recipe strips, with the credits in their place.

    Args:
        block: with or without the ``Exif`` header of JPEG; may be empty.

    Returns:
        The block, with that header.
    """
    exif = Image.Exif()
    if block:
        exif.load(block)
    inner = exif.get_ifd(_EXIF_IFD)
    if recipe.strip_location:
        exif.pop(_GPS, None)
    elif _GPS in exif:
        exif[_GPS] = exif.get_ifd(_GPS)
    if recipe.strip_device:
        # Maker notes hold serial numbers in places that only their maker knows.
        for tag in (*_PRIVATE, _MAKER_NOTE):
            exif.pop(tag, None)
            inner.pop(tag, None)
    _keep_letters(exif)
    _keep_letters(inner)
    if fresh := exif_tags(credits_):
        for tag in CREDIT_TAGS:
            exif.pop(tag, None)
        exif.update(fresh)
    return exif.tobytes() if len(exif) else b""


def _keep_letters(tags: MutableMapping[int, Any]) -> None:
    """Texts as the bytes that they were read from, which Pillow would write as ASCII."""
    for tag, value in tags.items():
        if isinstance(value, str):
            tags[tag] = value.encode("latin-1", "replace")


def _jpeg(data: bytes, recipe: Recipe, credits_: Credits) -> Iterator[bytes]:
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    exif = b""
    kept = []
    position = 2
    while True:
        marker, body, after = _segment(data, position)
        if marker == 0xDA:
            break
        if marker == 0xE1 and body.startswith(_EXIF):
            exif = exif or body
        elif not _is_replaced(marker, body):
            kept.append(data[position:after])
        position = after
    yield b"\xff\xd8"
    jfif = [segment for segment in kept if segment[1] == 0xE0]
    yield from jfif
    if block := clean_exif(exif, recipe, credits_):
        yield _app1(block)
    if credits_.xmp and len(_XMP + credits_.xmp) <= _MOST_SEGMENT:
        yield _app1(_XMP + credits_.xmp)
    yield iptc_segment(credits_)
    yield from (segment for segment in kept if segment[1] != 0xE0)
    # What cameras append (second pictures, clips) carries its own place and serial number.
    yield data[position : _end_of_picture(data, position)]


def _end_of_picture(data: bytes, position: int) -> int:
    """Where a JPEG ends whose first scan begins at a position: after its end marker.

    Raises:
        ValueError: there is none.
    """
    while True:
        _, _, position = _segment(data, position)
        # In coded data FF is followed by 00 or a restart marker.
        while (following := data[(position := data.index(b"\xff", position)) + 1]) in _IN_SCAN:
            position += 2
        if following == 0xD9:
            return position + 2


def _segment(data: bytes, position: int) -> tuple[int, bytes, int]:
    """The marker at a position, its content, and where the next one stands."""
    while data[position] == 0xFF and data[position + 1] == 0xFF:
        position += 1
    if data[position] != 0xFF:
        raise ValueError("no marker")
    marker = data[position + 1]
    length = int.from_bytes(data[position + 2 : position + 4], "big")
    after = position + 2 + length
    if length < 2 or after > len(data):
        raise ValueError("cut off")
    return marker, data[position + 4 : after], after


def _is_replaced(marker: int, body: bytes) -> bool:
    """Whether a segment tells anything but how the picture is coded and its colours.

    JFIF (APP0), the colour profile (APP2) and Adobe's colour transform (APP14) stay; cameras
    and editors write places, names and serial numbers into all the others.
    """
    if marker == 0xE2:
        return not body.startswith(b"ICC_PROFILE")
    return marker == 0xFE or (0xE0 < marker <= 0xEF and marker != 0xEE)


def _app1(body: bytes) -> bytes:
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body


def _png(data: bytes, recipe: Recipe, credits_: Credits) -> Iterator[bytes]:
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    chunks = list(_png_chunks(data))
    exif = next((body for name, body in chunks if name == b"eXIf"), b"")
    yield data[:8]
    for index, (name, body) in enumerate(chunks):
        if name not in _PNG_DROPPED:
            yield _png_chunk(name, body)
        if index == 0:
            if block := clean_exif(exif, recipe, credits_):
                yield _png_chunk(b"eXIf", block.removeprefix(_EXIF))
            if credits_.xmp:
                yield _png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + credits_.xmp)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    while True:
        length = int.from_bytes(data[position : position + 4], "big")
        name = data[position + 4 : position + 8]
        if len(name) < 4 or position + 12 + length > len(data):
            raise ValueError("cut off")
        yield name, data[position + 8 : position + 8 + length]
        if name == b"IEND":
            return
        position += 12 + length


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def _webp(data: bytes, recipe: Recipe, credits_: Credits) -> Iterator[bytes]:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP")
    chunks = list(_riff_chunks(data))
    found = dict(reversed(chunks))
    head = found.get(b"VP8X")
    if head is None:
        head = _webp_head(chunks)
    exif = clean_exif(found.get(b"EXIF", b""), recipe, credits_).removeprefix(_EXIF)
    flags = head[0] & ~(_WEBP_EXIF | _WEBP_XMP)
    flags |= (_WEBP_EXIF if exif else 0) | (_WEBP_XMP if credits_.xmp else 0)
    parts = [(b"VP8X", bytes([flags]) + head[1:])]
    parts += [part for part in chunks if part[0] not in {b"VP8X", b"EXIF", b"XMP "}]
    if exif:
        parts.append((b"EXIF", exif))
    if credits_.xmp:
        parts.append((b"XMP ", credits_.xmp))
    body = b"WEBP" + b"".join(
        name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
        for name, content in parts
    )
    yield b"RIFF" + len(body).to_bytes(4, "little") + body


def _riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position, end = 12, 8 + int.from_bytes(data[4:8], "little")
    if end > len(data) + 1:
        raise ValueError("cut off")
    while position + 8 <= end:
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if position + 8 + length > len(data):
            raise ValueError("cut off")
        yield data[position : position + 4], data[position + 8 : position + 8 + length]
        position += 8 + length + length % 2


def _webp_head(chunks: list[tuple[bytes, bytes]]) -> bytes:
    """The header that a WebP without metadata does without."""
    name, body = chunks[0]
    if name == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
        flags = 0x10 if bits >> 28 & 1 else 0
    elif name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width = int.from_bytes(body[6:8], "little") & 0x3FFF
        height = int.from_bytes(body[8:10], "little") & 0x3FFF
        flags = 0
    else:
        raise ValueError("no picture")
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes([flags, 0, 0, 0]) + sizes
