"""What all sample documents share: the museum they belong to, its colours, and PDF as bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

MUSEUM = "Northgate Museum of Science and Design"
MUSEUM_ADDRESS = ("14 Canal Quay", "Dublin 8", "Ireland")
MUSEUM_VAT = "IE 9700461VH"

INK = "#16213a"
GREY = "#5d6675"
HAIRLINE = "#c9ced6"
AMBER = "#d98a1f"

PAGE_WIDTH, PAGE_HEIGHT = 595.3, 841.9
"""A4 in points."""

Draw = Callable[[Any, Any], None]
"""Draws what every page carries: takes the reportlab canvas and the document."""


def money(amount: Decimal) -> str:
    """An amount in euro as Irish invoices write it: ``€1,234.50``."""
    return f"€{amount:,.2f}"


def style(name: str, **options: Any) -> Any:
    """A paragraph style: ink on white, 10 on 14 points of Helvetica, changed by ``options``."""
    from reportlab.lib.styles import ParagraphStyle

    chosen = {"fontName": "Helvetica", "fontSize": 10, "leading": 14, "textColor": INK, **options}
    return ParagraphStyle(name, **chosen)


def flowing(
    story: Sequence[Any], *, title: str, author: str, margins_mm: float = 24, each_page: Draw
) -> bytes:
    """A PDF on A4 whose text flows from page to page.

    Args:
        story: reportlab flowables.
        each_page: draws headers and footers.

    Returns:
        The same bytes for the same story, always: no clock and no random ids.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import SimpleDocTemplate

    buffer = io.BytesIO()
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=margins_mm * mm,
        rightMargin=margins_mm * mm,
        topMargin=28 * mm,
        bottomMargin=26 * mm,
        title=title,
        author=author,
        invariant=1,
        lang="en",
    )
    document.build(list(story), onFirstPage=each_page, onLaterPages=each_page)
    return buffer.getvalue()


def drawn(pages: Sequence[Callable[[Any], None]], *, title: str, author: str) -> bytes:
    """A PDF on A4 whose pages are drawn one by one; the same bytes for the same drawing."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, lang="en")
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def put(canvas: Any, text: str, x: float, y: float, *, like: Any, width: float) -> float:
    """Set a paragraph with its top left corner at (x, y), in points; returns where it ends."""
    from reportlab.platypus import Paragraph

    paragraph = Paragraph(text, like)
    _, height = paragraph.wrap(width, 10_000)
    paragraph.drawOn(canvas, x, y - height)
    return float(y - height)
