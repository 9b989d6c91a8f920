"""Two invoices to the museum, by two vendors with two layouts."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from service.sample.documents.invoice import Invoice, Line
from service.sample.documents.invoice_modern import draw_modern
from service.sample.documents.invoice_sober import draw_sober
from service.sample.documents.paper import drawn

COFFEE = Invoice(
    vendor="Slow Fox Coffee Roasters",
    address=("Unit 6, Claddagh Works", "Galway, H91 KT28"),
    contact=("hello@slowfox.example", "+353 20 910 4417"),
    vat_number="IE 3318842A",
    number="SF-2025-0318",
    date="11 March 2025",
    due="10 April 2025",
    reference="Museum café, standing order",
    bank=(("IBAN", "IE29 AIBK 9311 5212 3456 78"), ("BIC", "AIBKIE2D")),
    lines=(
        Line("House espresso, whole beans", Decimal(24), "kg", Decimal("18.50"), Decimal(0)),
        Line("Decaf Huila, whole beans", Decimal(6), "kg", Decimal("21.00"), Decimal(0)),
        Line(
            "Stoneware cup and saucer, brick red", Decimal(36), "pc", Decimal("9.80"), Decimal(23)
        ),
        Line(
            "Service visit: grinder burrs, group seals",
            Decimal(1),
            "job",
            Decimal("185.00"),
            Decimal(23),
        ),
    ),
    note="Thank you. Please pay within 30 days and quote the invoice number.",
)
SHOWCASES = Invoice(
    vendor="Harrow & Finch Showcase Makers Ltd",
    address=("Ballyvolane Industrial Park", "Cork, T23 XE80"),
    contact=("accounts@harrowfinch.example", "+353 20 915 0862"),
    vat_number="IE 6402275MH",
    number="10482",
    date="28 February 2025",
    due="30 March 2025",
    reference="Purchase order NM-PO-2207",
    bank=(
        ("Bank", "Munster & Leinster Trade Bank"),
        ("IBAN", "IE64 IRCE 9205 0112 3456 78"),
        ("BIC", "IRCEIE2D"),
    ),
    lines=(
        Line(
            "Display case, anti-reflective laminated glass, 1200 x 600 x 900 mm, lockable, "
            "with passive humidity drawer",
            Decimal(4),
            "pc",
            Decimal("3480.00"),
            Decimal(23),
        ),
        Line("Coin mount, brass, adjustable", Decimal(24), "pc", Decimal("14.25"), Decimal(23)),
        Line(
            "Fibre-optic light bar, 3000 K, dimmable",
            Decimal(4),
            "pc",
            Decimal("412.00"),
            Decimal(23),
        ),
        Line(
            "Delivery and installation, two fitters",
            Decimal(2),
            "day",
            Decimal("960.00"),
            Decimal(23),
        ),
    ),
    note=(
        "Goods remain our property until paid in full. Interest on late payment is charged under "
        "the European Communities (Late Payment in Commercial Transactions) Regulations 2012."
    ),
)


def coffee_invoice() -> bytes:
    """Beans and cups for the café, in the vendor's colours, as PDF."""
    return drawn(
        [partial(draw_modern, COFFEE)], title=f"Invoice {COFFEE.number}", author=COFFEE.vendor
    )


def showcase_invoice() -> bytes:
    """Display cases for an exhibition, as a sober letterhead, as PDF."""
    return drawn(
        [partial(draw_sober, SHOWCASES)],
        title=f"Invoice {SHOWCASES.number}",
        author=SHOWCASES.vendor,
    )
