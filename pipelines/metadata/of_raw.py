"""Blocks of metadata out of camera raw files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipelines.metadata.blocks import DAMAGED, Blocks, Metadata, bare_exif, decode, of_tiff, packets
from pipelines.metadata.boxes import boxes
from pipelines.metadata.exif import EXIF_IFD, directory_values, orientation_of
from pipelines.metadata.ifd import Buffer, Directory, Tiff
from pipelines.metadata.packet import find_packet
from pipelines.metadata.reconcile import reconcile

_SUB_DIRECTORIES = 330
_NEW_SUBFILE_TYPE = 254
_SIZE = (256, 257)
_PIXELS = (0xA002, 0xA003)
_CROP_SIZE = 0xC620
_CR3_METADATA = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CR3_PARTS = (b"CMT1", b"CMT2", b"CMT4")
_NO_TAGS = Tiff(b"II*\x00\x00\x00\x00\x00")
_MINOLTA = b"\x00MRM"
_MINOLTA_EXIF = b"\x00TTW"


def metadata_of_raw(data: Buffer, preview: Mapping[Any, Any]) -> Metadata:
    """Metadata of a raw file: its own where it is built like a TIFF, else of its preview.

    Args:
        data: the file.
        preview: what Pillow found in the preview JPEG.
    """
    blocks = of_tiff(data)
    if not blocks.exif and data[:4] == _MINOLTA:
        blocks = of_tiff(_minolta_exif(data))
    if not blocks.exif and data[4:8] == b"ftyp":
        return _of_cr3(data)
    if not blocks.exif:
        blocks = Blocks(exif=bare_exif(preview.get("exif") or b""))
    if not blocks.xmp:
        blocks = replace(blocks, xmp=packets(find_packet(data)))
    return decode(blocks)


def sensor_size(data: Buffer) -> tuple[int, int] | None:
    """Width and height of the photo that the sensor saw; None where the file does not say."""
    try:
        first = Tiff(data).first()
    except ValueError:
        return None
    sizes = [_pair(first.directory(EXIF_IFD), *_PIXELS)]
    for directory in (first, *first.directories(_SUB_DIRECTORIES)):
        if directory.integer(_NEW_SUBFILE_TYPE) in {None, 0}:
            crop = [int(n) for n in directory.numbers(_CROP_SIZE) if n - n == 0]
            sizes += [(crop[0], crop[1]) if len(crop) == 2 else None, _pair(directory, *_SIZE)]
    return next((size for size in sizes if size is not None and min(size) > 0), None)


def _pair(directory: Directory, width: int, height: int) -> tuple[int, int] | None:
    across, down = directory.integer(width), directory.integer(height)
    return (across, down) if across is not None and down is not None else None


def _minolta_exif(data: Buffer) -> bytes:
    """The TIFF block among the blocks of an MRW file."""
    at, end = 8, min(len(data), 8 + int.from_bytes(data[4:8], "big"))
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        if data[at : at + 4] == _MINOLTA_EXIF:
            return bytes(data[at + 8 : at + 8 + size])
        at += 8 + size
    return b""


def _of_cr3(data: Buffer) -> Metadata:
    """Canon CR3: picture, exposure and place each as a TIFF structure of its own."""
    main = decode(Blocks(xmp=packets(find_packet(data))))
    try:
        parts = {kind: Tiff(block) for kind, block in _cr3_blocks(data)}
        picture, exposure, place = (parts.get(kind, _NO_TAGS).first() for kind in _CR3_PARTS)
        orientation = orientation_of(parts.get(_CR3_PARTS[0], _NO_TAGS))
        values = [*directory_values(picture, exposure, place), *main.values]
    except Exception:
        return replace(main, warnings=(*main.warnings, DAMAGED.format("EXIF")))
    return Metadata(reconcile(values), orientation, main.warnings)


def _cr3_blocks(data: Buffer) -> Iterator[tuple[bytes, bytes]]:
    for movie in boxes(data):
        if movie.kind != b"moov":
            continue
        for box in boxes(data, movie.start, movie.end):
            if box.user == _CR3_METADATA:
                for part in boxes(data, box.start, box.end):
                    if part.kind in _CR3_PARTS:
                        yield part.kind, bytes(data[part.start : part.end])
