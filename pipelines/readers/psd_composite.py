"""The composite of Photoshop files that Pillow does not read: 16 and 32 bits, and PSB.

After Adobe's "Photoshop File Formats Specification", sections "File Header Section" and
"Image Data Section".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.metadata.ifd import Buffer
from pipelines.readers.base import Unreadable

_LARGE_VERSION = 2
_RAW, _PACK_BITS = 0, 1
_MODES = {1: ("L", 1), 3: ("RGB", 3), 4: ("CMYK", 4), 8: ("L", 1)}
_GAMMA = 2.2


@dataclass(frozen=True, slots=True)
class Header:
    """What the start of a file says.

    Attributes:
        large: whether it is a PSB, whose lengths are wider.
        channels: how many, alpha included.
        size: width and height in pixels.
        depth: bits of a channel.
        mode: Photoshop's number of the colour mode.
        resources: from where to where its image resources stand.
        image_data: where the composite begins.
    """

    large: bool
    channels: int
    size: tuple[int, int]
    depth: int
    mode: int
    resources: tuple[int, int]
    image_data: int


def read_header(data: Buffer) -> Header:
    """The header and the places of the sections.

    Raises:
        Unreadable: the file is damaged.
    """
    try:
        version, channels, height, width, depth, mode = struct.unpack_from(">4xH6xHIIHH", data)
        large = version == _LARGE_VERSION
        colours = struct.unpack_from(">I", data, 26)[0]
        resources = 30 + colours
        length = struct.unpack_from(">I", data, resources)[0]
        layers = resources + 4 + length
        size_of = ">Q" if large else ">I"
        image_data = (
            layers + struct.calcsize(size_of) + struct.unpack_from(size_of, data, layers)[0]
        )
    except struct.error as error:
        raise Unreadable(
            "corrupt", "The Photoshop file is damaged; upload a sound copy."
        ) from error
    places = (resources + 4, layers)
    return Header(large, channels, (width, height), depth, mode, places, image_data)


def deep_composite(data: Buffer, header: Header) -> Image.Image | None:
    """The composite with 8 bits a channel; None for files that Pillow reads, or odd ones."""
    mode, channels = _MODES.get(header.mode, ("", 0))
    usual = not header.large and header.depth <= 8
    if usual or not mode or channels > header.channels or header.depth not in {8, 16, 32}:
        return None
    width, height = header.size
    row_bytes = width * header.depth // 8
    at = header.image_data + 2
    compression = int.from_bytes(data[header.image_data : at], "big")
    if compression == _RAW:
        packed = data[at : at + channels * height * row_bytes]
    elif compression == _PACK_BITS:
        counts = np.frombuffer(
            data[at : at + header.channels * height * (4 if header.large else 2)],
            dtype=">u4" if header.large else ">u2",
        )
        at += counts.nbytes
        packed = data[at : at + int(counts[: channels * height].sum())]
    else:
        return None
    planes = []
    try:
        rows = Image.frombytes(
            "L",
            (row_bytes, channels * height),
            packed,
            *(("packbits", "L") if compression == _PACK_BITS else ("raw",)),
        )
    except ValueError:
        return None
    for number in range(channels):
        band = rows.crop((0, number * height, row_bytes, (number + 1) * height))
        planes.append(Image.fromarray(_eight_bits(np.asarray(band), header.depth)))
    if mode == "CMYK":
        planes = [plane.point(lambda value: 255 - value) for plane in planes]
    return Image.merge(mode, planes)


def _eight_bits(rows: NDArray[np.uint8], depth: int) -> NDArray[np.uint8]:
    """Samples of 16 bits by their higher byte; linear light of 32 bits with a gamma of 2.2."""
    if depth == 16:
        return np.ascontiguousarray(rows[:, ::2])
    if depth == 32:
        light = np.nan_to_num(np.ascontiguousarray(rows).view(">f4")).clip(0, 1)
        shown: NDArray[np.uint8] = (light ** np.float32(1 / _GAMMA) * 255).astype(np.uint8)
        return shown
    return rows
