"""Formats of paragraphs and characters in binary Word documents (MS-DOC, 2.6 and 2.8)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

_PARAGRAPHS = 258
_CHARACTERS = 250
_PAGE = 512
_IN_TABLE, _ROW_END = 0x2416, 0x2417
_LIST_LEVEL, _LIST, _OUTLINE = 0x260A, 0x460B, 0x2640
_DELETED, _HIDDEN = 0x0800, 0x083C
_TABLE_DEFINITION, _TABS = 0xD608, 0xC615
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
_HEADINGS = range(1, 10)


class ParagraphLook(NamedTuple):
    """What a paragraph is.

    Attributes:
        level: depth of a list item from 0; None for what is no item.
        in_table, ends_row: whether it is in a table, and the mark at the end of a row.
    """

    heading: bool = False
    level: int | None = None
    in_table: bool = False
    ends_row: bool = False


class Formats:
    """Formats by the place of a character in the main stream."""

    def __init__(self, word: bytes, table: bytes) -> None:
        self._starts: list[int] = []
        self._looks: list[ParagraphLook] = []
        for start, _, run in _runs(word, table, _PARAGRAPHS, 13):
            self._starts.append(start)
            self._looks.append(_look(run))
        hidden = [
            (start, end)
            for start, end, run in _runs(word, table, _CHARACTERS, 1)
            if any(
                code in {_DELETED, _HIDDEN} and value[:1] == b"\x01" for code, value in _sprms(run)
            )
        ]
        self._hidden_starts = [start for start, _ in hidden]
        self._hidden_ends = [end for _, end in hidden]

    def paragraph(self, place: int) -> ParagraphLook:
        """The look of the paragraph whose end mark stands at a place."""
        at = bisect_right(self._starts, place) - 1
        return self._looks[at] if at >= 0 else ParagraphLook()

    def without_hidden(self, text: str, places: list[int], start: int, end: int) -> str:
        """Characters ``start`` to ``end`` that are neither deleted nor hidden."""
        if not self._hidden_starts:
            return text[start:end]
        return "".join(text[at] for at in range(start, end) if not self._is_hidden(places[at]))

    def _is_hidden(self, place: int) -> bool:
        at = bisect_right(self._hidden_starts, place) - 1
        return at >= 0 and place < self._hidden_ends[at]


def _runs(word: bytes, table: bytes, where: int, width: int) -> Iterator[tuple[int, int, bytes]]:
    """Start, end and formats of runs, in the order of their places.

    Args:
        where: offset of the pair (start, length) of the bin table in the header.
        width: bytes of an entry in a page of formats: 13 for paragraphs, 1 for characters.
    """
    start, length = struct.unpack_from("<II", word, where)
    bins = table[start : start + length]
    count = max(0, (len(bins) - 4) // 8)
    found = []
    for number in range(count):
        page_number = struct.unpack_from("<I", bins, (count + 1) * 4 + number * 4)[0] & 0x3FFFFF
        page = word[page_number * _PAGE : (page_number + 1) * _PAGE]
        if len(page) == _PAGE:
            found += _page_runs(page, width)
    yield from sorted(found, key=lambda run: run[0])


def _page_runs(page: bytes, width: int) -> list[tuple[int, int, bytes]]:
    count = page[-1]
    if (count + 1) * 4 + count * width > _PAGE:
        return []
    places = struct.unpack_from(f"<{count + 1}I", page)
    found = []
    for number in range(count):
        at = page[(count + 1) * 4 + number * width] * 2
        found.append((places[number], places[number + 1], _formats(page, at, width)))
    return found


def _formats(page: bytes, at: int, width: int) -> bytes:
    if at == 0:
        return b""
    size = page[at]
    if width == 1:
        return page[at + 1 : at + 1 + size]
    if size == 0:
        return page[at + 2 : at + 2 + page[min(at + 1, _PAGE - 1)] * 2]
    return page[at + 1 : at + size * 2]


def _look(run: bytes) -> ParagraphLook:
    if len(run) < 2:
        return ParagraphLook()
    heading = struct.unpack_from("<H", run)[0] in _HEADINGS
    level, listed, in_table, ends_row = 0, False, False, False
    for code, value in _sprms(run[2:]):
        if code == _LIST_LEVEL:
            level = value[0]
        elif code == _LIST:
            listed = value not in {b"\x00\x00", b"\x01\xf8"}
        elif code == _OUTLINE:
            heading = value[0] < 9
        elif code == _IN_TABLE:
            in_table = value == b"\x01"
        elif code == _ROW_END:
            ends_row = value == b"\x01"
    return ParagraphLook(heading, level if listed and not heading else None, in_table, ends_row)


def _sprms(run: bytes) -> Iterator[tuple[int, bytes]]:
    """Property modifiers (code, operand)."""
    at = 0
    while at + 3 <= len(run):
        code = struct.unpack_from("<H", run, at)[0]
        at += 2
        size = _SIZES[code >> 13]
        if size == 0:
            size = run[at] + 1
            if code == _TABLE_DEFINITION:
                size = struct.unpack_from("<H", run, at)[0] + 1 if at + 2 <= len(run) else 2
            elif code == _TABS and run[at] == 255:
                return
        value = run[at : at + size]
        if not value:
            return
        yield code, value
        at += size
