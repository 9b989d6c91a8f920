"""The text of a PDF in pieces with their places, for fields.

Runs in the calling process: whoever does not trust the file calls it in a limited one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.analysis import Box
from pipelines.documents.pages import Piece, View, rows_of

if TYPE_CHECKING:
    from pipelines.readers.pdf_text import PageText

MOST_PAGES = 60
"""Pages of one document that are looked at."""

_WORD = re.compile(r"\S+")
_GAP = 0.9
"""Words further apart than that share of their height are of two pieces."""


def pdf_view(path: Path, password: str | None = None) -> View:
    """The view of a PDF's own text; empty for scans.

    Raises:
        pypdfium2.PdfiumError: the file cannot be opened.
    """
    return View(rows_of(pdf_pieces(path, password)))


def pdf_pieces(path: Path, password: str | None = None) -> Iterator[Piece]:
    """Pieces page by page; ``start`` counts in the text that passages count in."""
    from pypdfium2 import PdfDocument, PdfiumError

    from pipelines.readers.pdf_text import read_text

    document = PdfDocument(path, password=password)
    try:
        for index in range(min(len(document), MOST_PAGES)):
            try:
                page = document[index]
            except PdfiumError:
                continue
            width, height = page.get_size()
            yield from _pieces(read_text(page), index + 1, width / max(height, 1.0))
            page.close()
    finally:
        document.close()


def _pieces(text: PageText, page: int, aspect: float) -> Iterator[Piece]:
    at = 0
    for line in text.text.split("\n"):
        held: list[tuple[int, int, Box]] = []
        for word in _WORD.finditer(line):
            start, end = at + word.start(), at + word.end()
            box = text.box(start, end)
            if box is None:
                continue
            if held and not _together(held[-1][2], box, aspect):
                yield _piece(text.text, page, held)
                held = []
            held.append((start, end, box))
        if held:
            yield _piece(text.text, page, held)
        at += len(line) + 1


def _together(before: Box, box: Box, aspect: float) -> bool:
    """Whether a word continues a piece; widths are put into the unit of heights."""
    height = max(before.bottom - before.top, box.bottom - box.top)
    gap = (box.left - before.right) * aspect
    same_line = abs((before.top + before.bottom) - (box.top + box.bottom)) < height
    return same_line and -height < gap < _GAP * height


def _piece(text: str, page: int, words: list[tuple[int, int, Box]]) -> Piece:
    start, end = words[0][0], words[-1][1]
    box = Box(
        min(word[2].left for word in words),
        min(word[2].top for word in words),
        max(word[2].right for word in words),
        max(word[2].bottom for word in words),
    )
    return Piece(" ".join(text[start:end].split()), page, start, box)
