"""Blocks of metadata in HEIF files (ISO 23008-12), found without decoding a picture."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from pipelines.metadata.blocks import Blocks, bare_exif, packets
from pipelines.metadata.boxes import boxes
from pipelines.metadata.ifd import Buffer

_MOST_ITEMS = 10_000
_MOST_BYTES = 32 * 1024 * 1024
_XMP_TYPE = b"application/rdf+xml"


def of_heif(data: Buffer) -> Blocks:
    """EXIF and XMP, from the items that the box ``meta`` lists; nothing where it is damaged."""
    try:
        meta = next((box for box in boxes(data) if box.kind == b"meta"), None)
        if meta is None:
            return Blocks()
        parts = {
            box.kind: data[box.start : box.end] for box in boxes(data, meta.start + 4, meta.end)
        }
        places = dict(_places(parts.get(b"iloc", b"")))
        exif = xmp = b""
        for number, kind, content_type in _items(parts.get(b"iinf", b"")):
            start, length = places.get(number, (0, 0))
            block = data[start : start + min(length, _MOST_BYTES)]
            if kind == b"Exif" and len(block) > 4:
                # The block starts with how many bytes stand before the TIFF header.
                exif = block[4 + int.from_bytes(block[:4], "big") :] or block[4:]
            elif content_type == _XMP_TYPE:
                xmp = block
    except (struct.error, IndexError):
        return Blocks()
    return Blocks(exif=bare_exif(exif), xmp=packets(xmp))


def _items(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, kind and content type of each item (``iinf``, 8.11.6)."""
    if not data:
        return
    first = 6 if data[0] == 0 else 8
    for box in boxes(data, first):
        entry = data[box.start : box.end]
        version = entry[0]
        if box.kind != b"infe" or version not in {2, 3}:
            continue
        number, rest = _number(entry, 4, 2 if version == 2 else 4)
        names = entry[rest + 6 :].split(b"\0")
        yield number, entry[rest + 2 : rest + 6], names[1] if len(names) > 1 else b""


def _places(data: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
    """Item number, and where its first piece stands in the file (``iloc``, 8.11.3)."""
    if not data:
        return
    version = data[0]
    offset_size, length_size = data[4] >> 4, data[4] & 15
    base_size, index_size = data[5] >> 4, data[5] & 15 if version else 0
    count, at = _number(data, 6, 4 if version == 2 else 2)
    for _ in range(min(count, _MOST_ITEMS)):
        number, at = _number(data, at, 4 if version == 2 else 2)
        at += 4 if version else 2
        base, at = _number(data, at, base_size)
        extents, at = _number(data, at, 2)
        for extent in range(min(extents, _MOST_ITEMS)):
            at += index_size
            offset, at = _number(data, at, offset_size)
            length, at = _number(data, at, length_size)
            if extent == 0:
                yield number, (base + offset, length)


def _number(data: bytes, at: int, size: int) -> tuple[int, int]:
    """A number of some bytes, and where the next one stands."""
    if at + size > len(data):
        raise IndexError("the box ends too early")
    return int.from_bytes(data[at : at + size], "big"), at + size
