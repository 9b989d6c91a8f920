"""The text of a document in reading order, with its headings, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.analysis import Unit
from pipelines.limits import Limits
from pipelines.passages import Section, passages

_CONTROL = dict.fromkeys((*range(9), *range(14, 32), 0x7F, 0xFFFE, 0xFFFF)) | {
    0x0B: "\n",
    0x0C: "\n",
    0x0D: "\n",
}
_SPACES = re.compile(r"[^\S\n]+")
_MOST_TITLE = 200


class Flow:
    """Collects blocks of text and cuts them into passages.

    Blocks are paragraphs apart by an empty line; items of a list and rows of a table stand
    on lines of their own. Text beyond the limit of the file is left out, and ``cut`` is set.
    """

    def __init__(self, limits: Limits) -> None:
        self.cut = False
        self._most = limits.text_chars
        self._kept = 0
        self._passages = 0
        self._offset = 0
        self._units: list[Unit] = []
        self._pieces: list[str] = []
        self._length = 0
        self._sections: list[Section] = []
        self._last = ""

    def heading(self, text: str) -> None:
        """A heading; what follows stands under it."""
        title = " ".join(_clean(text).split())
        if title:
            at = self._length + len(self._separator("heading"))
            self._add(title, "heading")
            if self._length > at:
                self._sections.append(Section(at, title[:_MOST_TITLE]))

    def paragraph(self, text: str) -> None:
        """A paragraph; empty ones are left out."""
        self._add(_SPACES.sub(" ", _clean(text)).strip(), "paragraph")

    def lines(self, text: str) -> None:
        """Text whose lines and columns are to stay as they are."""
        self._add(_clean(text).strip("\n").rstrip(), "lines")

    def item(self, text: str, level: int = 0) -> None:
        """An item of a list, ``level`` deep."""
        text = _SPACES.sub(" ", _clean(text)).strip()
        if text:
            self._add("  " * min(level, 8) + "- " + text, "item")

    def row(self, cells: Sequence[str]) -> None:
        """A row of a table; trailing empty cells are left out."""
        texts = [" ".join(_clean(cell).split()) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            self._add(" | ".join(texts), "row")

    def end_table(self) -> None:
        """What follows is no longer part of the table or list before it."""
        self._last = "paragraph"

    def begin(self, section: str) -> None:
        """What follows stands under a title that is not in the text: a sheet, the comments.

        It shares no passage with what stands before.
        """
        self._cut()
        self._sections = [Section(0, section[:_MOST_TITLE])]

    def take(self, page: int | None = None) -> tuple[Unit, ...]:
        """Passages of what was added since the last time.

        Args:
            page: the page that it stands on; spans then count in the text of that page,
                else in the text of the whole file.
        """
        self._cut()
        units, self._units = self._units, []
        if page is not None:
            self._offset, self._sections = 0, []
        return tuple(replace(unit, page=page) for unit in units)

    def _cut(self) -> None:
        """Make passages of the blocks so far."""
        text = "".join(self._pieces)
        units = passages(text, sections=self._sections, first=self._passages)
        self._passages += len(units)
        self._units += (_shifted(unit, self._offset) for unit in units)
        self._offset += len(text) + 2 if text else 0
        self._sections = [Section(0, section.title) for section in self._sections[-1:]]
        self._pieces, self._length, self._last = [], 0, ""

    def warnings(self) -> tuple[str, ...]:
        """That text was left out, where it was."""
        return (f"Only the first {self._most:,} characters were read.",) if self.cut else ()

    def _separator(self, kind: str) -> str:
        if not self._pieces:
            return ""
        return "\n" if kind == self._last and kind in {"item", "row"} else "\n\n"

    def _add(self, text: str, kind: str) -> None:
        separator = self._separator(kind)
        room = self._most - self._kept - len(separator)
        self.cut = self.cut or len(text) > max(room, 0)
        if not text or room <= 0:
            return
        piece = separator + text[:room]
        self._pieces.append(piece)
        self._length += len(piece)
        self._kept += len(piece)
        self._last = kind


def _clean(text: str) -> str:
    return text.translate(_CONTROL)


def _shifted(unit: Unit, offset: int) -> Unit:
    assert unit.char_start is not None and unit.char_end is not None
    return replace(unit, char_start=unit.char_start + offset, char_end=unit.char_end + offset)
