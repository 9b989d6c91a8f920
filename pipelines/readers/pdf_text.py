"""The text of a PDF page, and where its characters stand."""

from __future__ import annotations

import re
from ctypes import byref, c_int
from typing import TYPE_CHECKING, Any

import pypdfium2.raw as pdfium

from pipelines.analysis import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_SCALE = 10_000
# PDFium ends lines with "\r\n", marks hyphens at line ends with U+FFFE or U+0002 and passes
# control characters on. Each is replaced by one character, so that positions stay.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_HYPHENS = "\x02\ufffe"


class PageText:
    """Text of a page.

    Attributes:
        text: as it is shown to people; spans of passages count in it.
    """

    def __init__(self, page: PdfPage, textpage: PdfTextPage) -> None:
        raw = textpage.get_text_range(errors="surrogatepass")
        self.text = _CONTROL.sub(_replacement, raw.replace("\r", " "))
        self._page = page
        self._textpage = textpage
        self._direct = textpage.count_chars() == len(raw)

    def box(self, start: int, end: int) -> Box | None:
        """The rectangle around the characters ``start`` to ``end``, from both ends of each line."""
        edges: list[tuple[float, float, float, float]] = []
        for first, last in _lines(self.text, start, end):
            edges += (found for at in {first, last} if (found := self._character(at)))
        if not edges:
            return None
        lefts, bottoms, rights, tops = zip(*edges, strict=True)
        return page_box(self._page, (min(lefts), min(bottoms), max(rights), max(tops)))

    def _character(self, at: int) -> tuple[float, float, float, float] | None:
        index = at
        if not self._direct:
            units = len(self.text[:at].encode("utf-16-le", "surrogatepass")) // 2
            index = pdfium.FPDFText_GetCharIndexFromTextIndex(self._textpage, units)
        rectangle = pdfium.FS_RECTF()
        if index < 0 or not pdfium.FPDFText_GetLooseCharBox(
            self._textpage, index, byref(rectangle)
        ):
            return None
        return (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)


def read_text(page: PdfPage) -> PageText:
    """Read the text of a page."""
    return PageText(page, page.get_textpage())


def page_box(page: Any, rectangle: tuple[float, float, float, float]) -> Box | None:
    """A rectangle (left, bottom, right, top) of page space as fractions of the page as shown.

    None where nothing of it is on the page.
    """
    corners = [(rectangle[0], rectangle[1]), (rectangle[2], rectangle[3])]
    return quad_box(page, corners)


def quad_box(page: Any, corners: list[tuple[float, float]]) -> Box | None:
    """The box around points of page space, rotation and crop of the page applied."""
    horizontal, vertical = [], []
    for x, y in corners:
        column, row = c_int(), c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, _SCALE, _SCALE, 0, x, y, byref(column), byref(row))
        horizontal.append(min(max(column.value / _SCALE, 0.0), 1.0))
        vertical.append(min(max(row.value / _SCALE, 0.0), 1.0))
    box = Box(min(horizontal), min(vertical), max(horizontal), max(vertical))
    return box if box.left < box.right and box.top < box.bottom else None


def _replacement(found: re.Match[str]) -> str:
    return "-" if found.group() in _HYPHENS else " "


def _lines(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """First and last visible character of each line between two positions."""
    found = []
    at = start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        line = text[at:stop]
        body = line.strip()
        if body:
            first = at + len(line) - len(line.lstrip())
            found.append((first, first + len(body) - 1))
        at = stop + 1
    return found
