"""An invoice in the vendor's colours: a band, three columns of facts, a box on how to pay."""

from __future__ import annotations

from typing import Any

from service.sample.documents.invoice import Invoice
from service.sample.documents.paper import (
    GREY,
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

_FOX, _CREAM = "#a8431f", "#fbf4ea"


def draw_modern(invoice: Invoice, canvas: Any) -> None:
    """Draw the invoice on one page of A4."""
    left, right = 48.0, PAGE_WIDTH - 48.0
    canvas.setFillColor(_FOX)
    canvas.rect(0, PAGE_HEIGHT - 132, PAGE_WIDTH, 132, stroke=0, fill=1)
    canvas.setFillColor("#ffffff")
    canvas.setFont("Helvetica-Bold", 25)
    canvas.drawString(left, PAGE_HEIGHT - 70, "slow fox")
    canvas.setFont("Helvetica", 10)
    canvas.drawString(left, PAGE_HEIGHT - 88, "coffee roasters, Galway")
    canvas.setFont("Helvetica-Bold", 12)
    canvas.drawRightString(right, PAGE_HEIGHT - 62, "INVOICE")
    canvas.setFont("Helvetica", 22)
    canvas.drawRightString(right, PAGE_HEIGHT - 88, invoice.number)

    label = style("label", fontSize=8, leading=11, textColor=_FOX, fontName="Helvetica-Bold")
    text = style("text", fontSize=9.5, leading=13.5)
    blocks = (
        ("BILLED TO", "<br/>".join((MUSEUM, *MUSEUM_ADDRESS, f"VAT {MUSEUM_VAT}")), 210.0),
        ("DATE", f"{invoice.date}<br/><br/><b>Due {invoice.due}</b>", 120.0),
        ("FOR", invoice.reference, 150.0),
    )
    x = left
    for heading, body, width in blocks:
        y = put(canvas, heading, x, PAGE_HEIGHT - 164, like=label, width=width)
        put(canvas, body, x, y - 4, like=text, width=width - 14)
        x += width

    y = _lines(invoice, canvas, left, right, PAGE_HEIGHT - 282)
    y = _totals(invoice, canvas, right, y - 24)
    canvas.setFillColor(_CREAM)
    canvas.roundRect(left, y - 118, right - left, 84, 6, stroke=0, fill=1)
    put(canvas, "HOW TO PAY", left + 16, y - 48, like=label, width=200)
    bank = "<br/>".join(f"{name} <b>{value}</b>" for name, value in invoice.bank)
    put(canvas, f"{bank}<br/>{invoice.vendor}", left + 16, y - 62, like=text, width=260)
    put(canvas, invoice.note, left + 300, y - 62, like=text, width=right - left - 316)
    foot = style("foot", fontSize=8, leading=11, textColor=GREY, alignment=1)
    footer = f"{invoice.vendor}, {', '.join(invoice.address)}, VAT {invoice.vat_number}"
    put(
        canvas,
        f"{footer}<br/>{', '.join(invoice.contact)}",
        left,
        62,
        like=foot,
        width=right - left,
    )


def _lines(invoice: Invoice, canvas: Any, left: float, right: float, y: float) -> float:
    canvas.setFont("Helvetica-Bold", 8)
    canvas.setFillColor(_FOX)
    columns = (
        (right - 215, "QUANTITY"),
        (right - 130, "PRICE"),
        (right - 78, "VAT"),
        (right, "AMOUNT"),
    )
    canvas.drawString(left, y, "ITEM")
    for x, heading in columns:
        canvas.drawRightString(x, y, heading)
    y -= 8
    for line in invoice.lines:
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        canvas.line(left, y, right, y)
        y -= 18
        canvas.setFillColor(INK)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(left, y, line.text)
        values = (
            f"{line.quantity} {line.unit}",
            money(line.price),
            f"{line.tax} %",
            money(line.net),
        )
        for (x, _), value in zip(columns, values, strict=True):
            canvas.drawRightString(x, y, value)
        y -= 10
    canvas.line(left, y, right, y)
    return y


def _totals(invoice: Invoice, canvas: Any, right: float, y: float) -> float:
    rows = [("Net", invoice.net), *((f"VAT {rate} %", tax) for rate, tax in invoice.taxes.items())]
    canvas.setFont("Helvetica", 10)
    for name, amount in rows:
        canvas.setFillColor(GREY)
        canvas.drawRightString(right - 100, y, name)
        canvas.setFillColor(INK)
        canvas.drawRightString(right, y, money(amount))
        y -= 17
    canvas.setFont("Helvetica-Bold", 14)
    canvas.setFillColor(_FOX)
    canvas.drawRightString(right - 100, y - 6, "Total due")
    canvas.drawRightString(right, y - 6, money(invoice.total))
    return y - 6
