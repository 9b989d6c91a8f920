"""Credits as the blocks that picture files carry: EXIF and IPTC-IIM.

XMP says all of it too; these two are for programs that read nothing newer.
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image

from pipelines.renditions.recipe import Credits

_ENVELOPE_UTF_8 = b"\x1c\x01\x5a\x00\x03\x1b%G"
_MOST_SEGMENT = 65_533
# Longest values in bytes, by IPTC-IIM 4.2.
_DATASETS = {"title": (5, 64), "creator": (80, 32), "credit": (110, 32)}
_LONG_DATASETS = {"rights": (116, 128), "description": (120, 2000)}
_KEYWORD = (25, 64)
_EXIF_TEXTS = {0x010E: "description", 0x013B: "creator", 0x8298: "rights"}


CREDIT_TAGS = frozenset(_EXIF_TEXTS)
"""EXIF tags that say who made a picture and whose it is."""


def exif_tags(credits_: Credits) -> dict[int, bytes]:
    """Description, artist and copyright by their EXIF (and TIFF) tags, in UTF-8.

    Bytes, because Pillow writes a question mark for each letter of a text beyond ASCII.
    """
    texts = {tag: getattr(credits_, name) for tag, name in _EXIF_TEXTS.items()}
    return {tag: text.replace("\0", " ").encode("utf-8") for tag, text in texts.items() if text}


def exif_block(credits_: Credits) -> bytes:
    """The same as an EXIF block; empty where there are none."""
    exif = Image.Exif()
    exif.update(exif_tags(credits_))
    return exif.tobytes() if len(exif) else b""


def iptc_segment(credits_: Credits) -> bytes:
    """The APP13 segment of a JPEG with an IPTC-IIM block, in UTF-8; empty for no credits."""
    data = b"".join(_datasets(credits_))
    if not data:
        return b""
    data = _ENVELOPE_UTF_8 + data
    padded = data + b"\0" * (len(data) % 2)
    body = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(data).to_bytes(4, "big") + padded
    if len(body) > _MOST_SEGMENT:
        return b""
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body


def _datasets(credits_: Credits) -> Iterator[bytes]:
    for name, (number, most) in (_DATASETS | _LONG_DATASETS).items():
        if text := getattr(credits_, name):
            yield _dataset(number, text, most)
    for keyword in credits_.keywords:
        yield _dataset(_KEYWORD[0], keyword, _KEYWORD[1])


def _dataset(number: int, text: str, most: int) -> bytes:
    # Cut between characters, never within one.
    data = text.encode("utf-8")[:most].decode("utf-8", "ignore").encode("utf-8")
    return b"\x1c\x02" + bytes([number]) + len(data).to_bytes(2, "big") + data
