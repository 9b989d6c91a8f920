"""The price list of the museum's picture library, one page."""

from __future__ import annotations

from typing import Any

from service.sample.documents.paper import (
    AMBER,
    GREY,
    HAIRLINE,
    INK,
    MUSEUM,
    MUSEUM_ADDRESS,
    flowing,
    style,
)

_TITLE = "Picture library price list 2025"
_COLUMNS = ("Use", "Ireland", "European Union", "World")
_GROUPS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "Editorial",
        (
            ("Newspaper or magazine, inside page", "€45", "€70", "€110"),
            ("Newspaper or magazine, cover", "€160", "€240", "€390"),
            ("Academic journal, up to 2,000 copies", "free", "free", "€25"),
        ),
    ),
    (
        "Books",
        (
            ("Inside page, up to 5,000 copies", "€60", "€85", "€130"),
            ("Inside page, more than 5,000 copies", "€95", "€140", "€210"),
            ("Jacket or cover", "€220", "€310", "€480"),
        ),
    ),
    (
        "Online",
        (
            ("Website, one year", "€50", "€50", "€50"),
            ("Social media post by a company", "€80", "€80", "€80"),
        ),
    ),
    (
        "Advertising and packaging",
        (
            ("Printed advertisement, one year", "€380", "€620", "€1,150"),
            ("Packaging, one product, three years", "€540", "€890", "€1,600"),
        ),
    ),
    (
        "Exhibition and film",
        (
            ("Wall graphic or label in an exhibition", "€75", "€105", "€150"),
            ("Documentary film, all channels, five years", "€190", "€280", "€420"),
        ),
    ),
)
_NOTES = (
    "Prices are for one picture, without VAT, for non-exclusive use in one language.",
    "New photography of an object in the collection: €120 an object, ready in fifteen working "
    "days. Scans above 600 dpi: €35 a picture.",
    "Museums, schools and charities receive 50 % off. Pictures marked CC0 in the catalogue are "
    "free for every use.",
    "A credit line is required: Northgate Museum, followed by the photographer's name.",
)


def price_list() -> bytes:
    """Fees for using the museum's pictures, by use and territory, as PDF."""
    from reportlab.platypus import Paragraph, Spacer

    title = style("title", fontName="Helvetica-Bold", fontSize=24, leading=29, spaceAfter=5)
    lead = style("lead", fontSize=11, leading=16, textColor=GREY, spaceAfter=16)
    note = style("note", fontSize=9, leading=13, spaceAfter=3, leftIndent=12)
    story: list[Any] = [
        Paragraph(_TITLE, title),
        Paragraph("Valid from 1 January to 31 December 2025", lead),
        _table(),
        Spacer(1, 16),
        *(Paragraph(text, note, bulletText="•") for text in _NOTES),
    ]
    return flowing(story, title=_TITLE, author=MUSEUM, each_page=_letterhead)


def _table() -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table, TableStyle

    rows: list[tuple[str, ...]] = [_COLUMNS]
    headings: list[int] = []
    for name, prices in _GROUPS:
        headings.append(len(rows))
        rows.append((name, "", "", ""))
        rows.extend(prices)
    table = Table(rows, colWidths=["49%", "15%", "21%", "15%"], rowHeights=22, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Helvetica", 9.5),
                ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9.5),
                ("TEXTCOLOR", (0, 0), (-1, -1), HexColor(INK)),
                ("TEXTCOLOR", (0, 0), (-1, 0), HexColor(GREY)),
                ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (0, -1), 2),
                ("RIGHTPADDING", (-1, 0), (-1, -1), 2),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(HAIRLINE)),
                ("LINEBELOW", (0, 0), (-1, 0), 1.2, HexColor(INK)),
                *(("FONT", (0, row), (0, row), "Helvetica-Bold", 10) for row in headings),
                *(("TEXTCOLOR", (0, row), (0, row), HexColor(AMBER)) for row in headings),
                *(("VALIGN", (0, row), (0, row), "BOTTOM") for row in headings),
            ]
        )
    )
    return table


def _letterhead(canvas: Any, document: Any) -> None:
    left, right = document.leftMargin + 6, document.pagesize[0] - document.rightMargin - 6
    canvas.saveState()
    canvas.setFillColor(INK)
    canvas.setFont("Helvetica-Bold", 10)
    canvas.drawString(left, document.pagesize[1] - 44, MUSEUM)
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(GREY)
    canvas.drawString(left, 44, ", ".join(MUSEUM_ADDRESS))
    canvas.drawRightString(right, 44, "pictures@northgate.example")
    canvas.restoreState()
