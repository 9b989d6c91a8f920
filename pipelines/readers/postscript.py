"""PostScript, EPS and old Illustrator files: properties, and the preview that they carry.

PostScript is a program; it is never run. After Adobe's "Encapsulated PostScript File
Format Specification" 3.0, sections 5.2 and 6, and "Document Structuring Conventions" 3.0.
"""

from __future__ import annotations

import io
import mmap
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from PIL import Image

from pipelines.analysis import Analysis, Unit, Value
from pipelines.limits import Limits
from pipelines.metadata import photoshop
from pipelines.metadata.blocks import Metadata, of_resources
from pipelines.metadata.blocks import decode as decode_metadata
from pipelines.metadata.fields import embedded
from pipelines.metadata.ifd import decode_text
from pipelines.metadata.packet import find_packet
from pipelines.metadata.times import iso_time
from pipelines.metadata.xmp import Node, parse_xmp
from pipelines.pictures import make_picture
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.raster import decode, finish, open_picture
from pipelines.readers.xmp_preview import preview_in
from pipelines.sniff import kind_of

MEDIA_TYPES = frozenset({"image/x-eps", "application/postscript"})

_BINARY = b"\xc5\xd0\xd3\xc6"
_HEAD_BYTES = 64 * 1024
_MOST_HEX = 16 * 1024 * 1024
_BOX = re.compile(rb"%%BoundingBox:\s*(-?\d+)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)")
_COMMENT = re.compile(rb"%%(Title|Creator|For|CreationDate):[ \t]*([^\r\n]*)")
_PREVIEW = re.compile(rb"%%BeginPreview:\s*(\d+)\s+(\d+)\s+(\d+)\s+\d+[^\r\n]*[\r\n]+")
_RESOURCES = re.compile(rb"%BeginPhotoshop:\s*\d+[^\r\n]*[\r\n]+")
_NO_HEX = re.compile(rb"[^0-9A-Fa-f]")
_NAMES = {b"Title": "title", b"Creator": "software", b"For": "creator"}
_ONLY_PREVIEW = "Only the preview in the file was read; save a PDF to make the text findable."
_DAMAGE = (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError)


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: properties and the preview as unit ``image``.

    Raises:
        Unreadable: the file carries no preview.
    """
    with (
        file.path.open("rb") as stream,
        mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        code, tiff = _sections(data)
        found = photoshop.resources(_hex(data, _RESOURCES.search(data, *code), b"%EndPhotoshop"))
        packet = find_packet(data)
        properties = _properties(packet)
        head = data[code[0] : min(code[1], code[0] + _HEAD_BYTES)]
        image = (
            _tiff_preview(data[slice(*tiff)], file.limits)
            or _bitmap_preview(data, code, file.limits)
            or preview_in(properties, file.limits.pixels)
            or _jpeg(photoshop.thumbnail(found))
        )
    metadata = _metadata(found, packet, head)
    size = _size(head) or (image.size if image else None)
    kind = kind_of(file.media_type)
    width, height = size or (None, None)
    if image is None or size is None:
        yield Analysis(kind, file.media_type, width, height, values=metadata.values)
        raise Unreadable(
            "unsupported",
            "The PostScript file carries no preview, and PostScript is never run; it is kept and "
            "found by its properties. Save a PDF to read it.",
        )
    yield Analysis(
        kind=kind,
        media_type=file.media_type,
        width=width,
        height=height,
        values=metadata.values,
        units=(
            Unit(key="image", kind="image", picture=make_picture(image, size, fingerprint=False)),
        ),
        warnings=(*metadata.warnings, _ONLY_PREVIEW),
    )


def _sections(data: mmap.mmap) -> tuple[tuple[int, int], tuple[int, int]]:
    """From where to where the program and the TIFF preview stand."""
    if data[:4] != _BINARY or len(data) < 28:
        return (0, len(data)), (0, 0)
    code, code_size, _, _, tiff, tiff_size = struct.unpack_from("<6I", data, 4)
    return (code, code + code_size), (tiff, tiff + tiff_size)


def _metadata(found: Mapping[int, bytes], packet: bytes, head: bytes) -> Metadata:
    blocks = of_resources(found)
    xmp = (packet,) if packet else blocks.xmp
    return decode_metadata(replace(blocks, xmp=xmp, values=tuple(_comments(head))))


def _comments(head: bytes) -> Iterator[Value]:
    """Values of the structuring comments; the first of each counts."""
    seen: set[bytes] = set()
    for key, raw in _COMMENT.findall(head):
        text = decode_text(raw).strip("() ")
        if key in seen or not text or text == "atend":
            continue
        seen.add(key)
        name = _NAMES.get(key)
        if name:
            yield embedded(name, text, f"PostScript {key.decode()}")
        elif iso_time(text):
            yield embedded("created_at", iso_time(text), "PostScript CreationDate")


def _size(head: bytes) -> tuple[int, int] | None:
    """Width and height in points, from the bounding box."""
    match = _BOX.search(head)
    if match is None:
        return None
    left, bottom, right, top = (int(edge) for edge in match.groups())
    return (right - left, top - bottom) if right > left and top > bottom else None


def _properties(packet: bytes) -> Mapping[str, Node]:
    try:
        return parse_xmp(packet)
    except ValueError:
        return {}


def _tiff_preview(data: bytes, limits: Limits) -> Image.Image | None:
    if not data:
        return None
    try:
        stream = io.BytesIO(data)
        opened = open_picture(stream, "image/tiff", limits)
        image, _ = decode(opened, stream, "image/tiff", limits)
    except Unreadable:
        return None
    return finish(image, image.size, 1)[0]


def _bitmap_preview(data: mmap.mmap, code: tuple[int, int], limits: Limits) -> Image.Image | None:
    """The grey preview of EPSI, in which 0 is white."""
    match = _PREVIEW.search(data, code[0], min(code[1], code[0] + _HEAD_BYTES))
    if match is None:
        return None
    width, height, depth = (int(number) for number in match.groups())
    samples = _hex(data, match, b"%%EndPreview")
    row = (width * depth + 7) // 8
    if depth not in {1, 2, 4, 8} or not 0 < width * height <= limits.pixels:
        return None
    if len(samples) < row * height:
        return None
    rows = np.frombuffer(samples[: row * height], np.uint8).reshape(height, row)
    bits = np.unpackbits(rows, axis=1)[:, : width * depth].reshape(height, width, depth)
    weights = 1 << np.arange(depth - 1, -1, -1)
    grey = 255 - (bits @ weights) * 255 // (2**depth - 1)
    return Image.fromarray(grey.astype(np.uint8)).convert("RGB")


def _hex(data: mmap.mmap, match: re.Match[bytes] | None, closing: bytes) -> bytes:
    """Bytes written as hexadecimal digits, between a match and what closes them."""
    if match is None:
        return b""
    end = data.find(closing, match.end(), match.end() + _MOST_HEX)
    digits = _NO_HEX.sub(b"", data[match.end() : end]) if end > 0 else b""
    return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


def _jpeg(data: bytes) -> Image.Image | None:
    try:
        return Image.open(io.BytesIO(data), formats=("JPEG",)).convert("RGB") if data else None
    except _DAMAGE:
        return None
