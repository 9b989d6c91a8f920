"""The boxes of ISO base media files (ISO 14496-12) and of JPEG 2000."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.metadata.ifd import Buffer

_MOST_BOXES = 10_000


@dataclass(frozen=True, slots=True)
class Box:
    """One box.

    Attributes:
        kind: four letters.
        user: the 16 bytes that name a ``uuid`` box; else empty.
        start, end: where its content lies in the file.
    """

    kind: bytes
    user: bytes
    start: int
    end: int


def boxes(data: Buffer, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """Boxes side by side within a part of a file; a damaged one ends the list."""
    end = len(data) if end is None else min(end, len(data))
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size = int.from_bytes(data[start : start + 4], "big")
        kind = bytes(data[start + 4 : start + 8])
        head = 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < head or start + size > end:
            return
        user = bytes(data[start + head : start + head + 16]) if kind == b"uuid" else b""
        yield Box(kind, user, start + head + len(user), start + size)
        start += size
