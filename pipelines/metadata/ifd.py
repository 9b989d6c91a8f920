"""The structure of TIFF files, which EXIF shares: directories of tags.

After TIFF 6.0, section 2, and BigTIFF. A damaged entry counts as absent; the others of its
directory are still read.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from typing import Literal

Buffer = bytes | mmap.mmap

_MOST_ENTRIES = 4_096
_MOST_BYTES = 64 * 1024 * 1024
_MOST_DIRECTORIES = 10_000
_MOST_NUMBERS = 65_536
_CLASSIC = 42
_BIG = 43
_RAW_MAGICS = frozenset({0x4F52, 0x5352, 0x0055})
"""Olympus (ORF) and Panasonic (RW2), which differ from TIFF in this number alone."""

_TYPES: dict[int, tuple[str, int]] = {
    1: ("B", 1),
    3: ("H", 2),
    4: ("I", 4),
    6: ("b", 1),
    7: ("B", 1),
    8: ("h", 2),
    9: ("i", 4),
    11: ("f", 4),
    12: ("d", 8),
    13: ("I", 4),
    16: ("Q", 8),
    17: ("q", 8),
    18: ("Q", 8),
}
_RATIONALS = {5: "I", 10: "i"}
_SIZES = {**{kind: size for kind, (_, size) in _TYPES.items()}, 2: 1, 129: 1, 5: 8, 10: 8}


class Directory:
    """The tags of one directory (IFD), decoded when they are asked for."""

    def __init__(self, tiff: Tiff, entries: dict[int, tuple[int, int, int]]) -> None:
        self.order = tiff.order
        self._tiff = tiff
        self._entries = entries

    def __contains__(self, tag: int) -> bool:
        return tag in self._entries

    def __bool__(self) -> bool:
        return bool(self._entries)

    def raw(self, tag: int) -> bytes:
        """The bytes of a value; none where the tag is absent or lies outside of the file."""
        kind, count, at = self._entries.get(tag, (0, 0, 0))
        length = count * _SIZES.get(kind, 0)
        if not 0 < length <= _MOST_BYTES:
            return b""
        data = self._tiff.data[at : at + length]
        return data if len(data) == length else b""

    def text(self, tag: int) -> str:
        """A text up to its first zero byte, without spaces around it."""
        return decode_text(self.raw(tag).partition(b"\0")[0])

    def numbers(self, tag: int) -> list[float]:
        """Numbers, at most 65,536; a rational with denominator zero is no number (``nan``)."""
        kind, count, _ = self._entries.get(tag, (0, 0, 0))
        data = self.raw(tag)
        if not data:
            return []
        count = min(count, _MOST_NUMBERS)
        data = data[: count * _SIZES[kind]]
        order = self.order
        if kind in _RATIONALS:
            parts = struct.unpack(f"{order}{2 * count}{_RATIONALS[kind]}", data)
            pairs = zip(parts[::2], parts[1::2], strict=True)
            return [top / bottom if bottom else float("nan") for top, bottom in pairs]
        if kind in _TYPES:
            return [float(n) for n in struct.unpack(f"{order}{count}{_TYPES[kind][0]}", data)]
        return []

    def number(self, tag: int) -> float | None:
        """The first finite number; None where there is none."""
        return next((n for n in self.numbers(tag) if n - n == 0), None)

    def integer(self, tag: int) -> int | None:
        """The first number as an integer; None where there is none."""
        number = self.number(tag)
        return None if number is None else int(number)

    def directory(self, tag: int) -> Directory:
        """The directory that a tag points to; an empty one where it points to none."""
        return next(self.directories(tag), Directory(self._tiff, {}))

    def directories(self, tag: int) -> Iterator[Directory]:
        """The directories that a tag points to."""
        for offset in self.numbers(tag)[:_MOST_ENTRIES]:
            if offset > 0:
                yield self._tiff.directory(int(offset))[0]


class Tiff:
    """A TIFF file, or a block of EXIF."""

    def __init__(self, data: Buffer) -> None:
        """Read the header.

        Raises:
            ValueError: this is no TIFF structure.
        """
        head = bytes(data[:16])
        if head[:2] not in {b"II", b"MM"} or len(head) < 8:
            raise ValueError("not a TIFF structure")
        self.data = data
        self.order: Literal["<", ">"] = "<" if head[:2] == b"II" else ">"
        magic = struct.unpack_from(f"{self.order}H", head, 2)[0]
        self.big = magic == _BIG and len(head) == 16
        if not self.big and magic != _CLASSIC and magic not in _RAW_MAGICS:
            raise ValueError("not a TIFF structure")
        self._first = (
            struct.unpack_from(f"{self.order}Q", head, 8)[0]
            if self.big
            else struct.unpack_from(f"{self.order}I", head, 4)[0]
        )

    def chain(self) -> Iterator[Directory]:
        """The main directories in their order: pages, or photo and thumbnail."""
        seen: set[int] = set()
        offset = self._first
        while offset and offset not in seen and len(seen) < _MOST_DIRECTORIES:
            seen.add(offset)
            directory, offset = self.directory(offset)
            yield directory

    def first(self) -> Directory:
        """The first directory, which describes the picture."""
        return next(self.chain(), Directory(self, {}))

    def directory(self, offset: int) -> tuple[Directory, int]:
        """The directory at an offset, and where the next one is (0 for none)."""
        count_size, entry_size, inline = (8, 20, 8) if self.big else (2, 12, 4)
        pointer = "Q" if self.big else "I"
        entries: dict[int, tuple[int, int, int]] = {}
        head = self.data[offset : offset + count_size]
        if len(head) < count_size:
            return Directory(self, entries), 0
        count = struct.unpack(f"{self.order}{'Q' if self.big else 'H'}", head)[0]
        start = offset + count_size
        rows = self.data[start : start + min(count, _MOST_ENTRIES) * entry_size]
        for at in range(0, len(rows) - entry_size + 1, entry_size):
            tag, kind, number = struct.unpack_from(f"{self.order}HH{pointer}", rows, at)
            length = number * _SIZES.get(kind, 0)
            place = start + at + entry_size - inline
            if length > inline:
                place = struct.unpack_from(
                    f"{self.order}{pointer}", rows, at + entry_size - inline
                )[0]
            if length:
                entries.setdefault(tag, (kind, number, place))
        end = start + count * entry_size
        follow = self.data[end : end + inline]
        following = (
            struct.unpack(f"{self.order}{pointer}", follow)[0] if len(follow) == inline else 0
        )
        return Directory(self, entries), following


def decode_text(data: bytes) -> str:
    """Text of a field without a declared encoding: UTF-8 where it is that, else Windows-1252."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text.replace("\0", " ").strip()
