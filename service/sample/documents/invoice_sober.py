"""An invoice as a sober letterhead with a ruled table."""

from __future__ import annotations

from typing import Any

from service.sample.documents.invoice import Invoice
from service.sample.documents.paper import (
    HAIRLINE,
    INK,
    MUSEUM,
    MUSEUM_ADDRESS,
    MUSEUM_VAT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    money,
    put,
    style,
)


def draw_sober(invoice: Invoice, canvas: Any) -> None:
    """Draw the invoice on one page of A4."""
    left, right = 62.0, PAGE_WIDTH - 62.0
    width = right - left
    name = style("name", fontName="Times-Bold", fontSize=19, leading=23, alignment=1)
    small = style("small", fontName="Times-Roman", fontSize=9.5, leading=13, alignment=1)
    y = put(
        canvas, invoice.vendor.replace("&", "&amp;"), left, PAGE_HEIGHT - 52, like=name, width=width
    )
    y = put(
        canvas,
        ", ".join((*invoice.address, *invoice.contact)),
        left,
        y - 4,
        like=small,
        width=width,
    )
    y = put(canvas, f"VAT registration {invoice.vat_number}", left, y, like=small, width=width)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.2)
    canvas.line(left, y - 10, right, y - 10)
    canvas.setLineWidth(0.4)
    canvas.line(left, y - 12.5, right, y - 12.5)

    text = style("text", fontName="Times-Roman", fontSize=11, leading=15)
    top = y - 40
    put(
        canvas,
        "<br/>".join((MUSEUM, "Accounts payable", *MUSEUM_ADDRESS)),
        left,
        top,
        like=text,
        width=240,
    )
    facts = (
        ("Invoice no.", invoice.number),
        ("Invoice date", invoice.date),
        ("Payment due", invoice.due),
        ("Your order", invoice.reference.removeprefix("Purchase order ")),
        ("Your VAT no.", MUSEUM_VAT),
    )
    for row, (label, value) in enumerate(facts):
        put(canvas, label, right - 190, top - 15 * row, like=text, width=90)
        put(canvas, value, right - 105, top - 15 * row, like=text, width=110)
    heading = style("heading", fontName="Times-Bold", fontSize=15, leading=19)
    put(canvas, "Invoice", left, top - 104, like=heading, width=200)
    y = _table(invoice, canvas, left, top - 136, width)
    terms = "<br/>".join(f"{label}: {value}" for label, value in invoice.bank)
    y = put(canvas, f"Please pay by transfer to<br/>{terms}", left, y - 34, like=text, width=width)
    put(
        canvas,
        invoice.note,
        left,
        y - 18,
        like=style("note", fontName="Times-Italic", fontSize=9.5, leading=13),
        width=width,
    )


def _table(invoice: Invoice, canvas: Any, left: float, y: float, width: float) -> float:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table, TableStyle

    cell = style("cell", fontName="Times-Roman", fontSize=10.5, leading=14)
    rows: list[list[Any]] = [["Pos.", "Description", "Qty", "Unit price", "Amount"]]
    rows.extend(
        [
            str(place),
            Paragraph(line.text, cell),
            f"{line.quantity} {line.unit}",
            money(line.price),
            money(line.net),
        ]
        for place, line in enumerate(invoice.lines, 1)
    )
    totals = [
        ["", "", "", "Subtotal", money(invoice.net)],
        *(["", "", "", f"VAT at {rate} %", money(tax)] for rate, tax in invoice.taxes.items()),
        ["", "", "", "Total", money(invoice.total)],
    ]
    table = Table([*rows, *totals], colWidths=[30, width - 270, 50, 90, 100])
    line = HexColor(INK)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), "Times-Roman", 10.5),
                ("FONT", (0, 0), (-1, 0), "Times-Bold", 10.5),
                ("FONT", (3, -1), (-1, -1), "Times-Bold", 12),
                ("TEXTCOLOR", (0, 0), (-1, -1), line),
                ("ALIGN", (2, 0), (-1, -1), "RIGHT"),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
                ("BOX", (0, 0), (-1, len(rows) - 1), 0.6, line),
                ("INNERGRID", (0, 0), (-1, len(rows) - 1), 0.4, HexColor(HAIRLINE)),
                ("LINEBELOW", (0, 0), (-1, 0), 0.6, line),
                ("LINEABOVE", (3, -1), (-1, -1), 0.8, line),
                ("LINEBELOW", (3, -1), (-1, -1), 1.6, line),
            ]
        )
    )
    _, height = table.wrap(width, 1000)
    table.drawOn(canvas, left, y - height)
    return float(y - height)
