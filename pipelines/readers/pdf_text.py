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
_LINE = re.compile(r"\S(?:[^\n]*\S)?")


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
        # One for all characters of the page: making them takes longer than filling them.
        self._rectangle = pdfium.FS_RECTF()
        self._pointer = byref(self._rectangle)

    def box(self, start: int, end: int) -> Box | None:
        """The rectangle around the characters ``start`` to ``end``, from both ends of each line."""
        lefts, bottoms, rights, tops = [], [], [], []
        rectangle = self._rectangle
        for line in _LINE.finditer(self.text, start, end):
            first, last = line.start(), line.end() - 1
            for at in (first, last) if first < last else (first,):
                if self._locate(at):
                    lefts.append(rectangle.left)
                    bottoms.append(rectangle.bottom)
                    rights.append(rectangle.right)
                    tops.append(rectangle.top)
        if not lefts:
            return None
        return page_box(self._page, (min(lefts), min(bottoms), max(rights), max(tops)))

    def _locate(self, at: int) -> bool:
        """Put the rectangle of a character into ``_rectangle``; false where it has none."""
        index = at
        if not self._direct:
            units = len(self.text[:at].encode("utf-16-le", "surrogatepass")) // 2
            index = pdfium.FPDFText_GetCharIndexFromTextIndex(self._textpage, units)
        if index < 0:
            return False
        return bool(pdfium.FPDFText_GetLooseCharBox(self._textpage, index, self._pointer))


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
