"""The same invoice twice: vendor, number and amount are equal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipelines.duplicates.links import Link

_LEGAL_FORMS = frozenset(
    """
    ab ag aps as bv co company corp corporation eg gmbh gbr inc incorporated kg kgaa limited llc
    llp ltd mbh nv ohg oy oyj plc pte pty sa sarl sas se spa srl ug
    """.split()  # noqa: SIM905 - a list of 35 lines would hide the rest
)


@dataclass(frozen=True, slots=True)
class Invoice:
    """What identifies an invoice; empty where it is unknown.

    Attributes:
        vendor: name of who wrote it.
        number: of the invoice.
        amount: total, as a decimal number with a point.
        currency: ISO code.
    """

    vendor: str
    number: str
    amount: str
    currency: str = ""


def invoice_links(invoices: Sequence[Invoice]) -> list[Link[Invoice]]:
    """Links of kind ``same_invoice``, each later one with the first of its like.

    Invoices of which something is unknown, or whose amount is zero, match nothing.
    """
    first: dict[tuple[str, str, Decimal], list[int]] = {}
    found = []
    for item, invoice in enumerate(invoices):
        key = _key(invoice)
        if key is None:
            continue
        known = first.setdefault(key, [])
        twin = next((other for other in known if _may_be_same(invoices[other], invoice)), None)
        if twin is None:
            known.append(item)
        else:
            found.append(Link(twin, item, "same_invoice", 1.0, invoice))
    return found


def _key(invoice: Invoice) -> tuple[str, str, Decimal] | None:
    words = re.findall(r"[^\W_]+", invoice.vendor.casefold().replace(".", ""))
    vendor = " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words)
    number = re.sub(r"[\W_]", "", invoice.number.casefold()).lstrip("0")
    try:
        amount = Decimal(invoice.amount)
    except InvalidOperation:
        return None
    if not (vendor and number and amount.is_finite() and amount):
        return None
    return vendor, number, amount.normalize()


def _may_be_same(one: Invoice, other: Invoice) -> bool:
    """Whether the currencies allow it; one may be unknown."""
    return not one.currency or not other.currency or one.currency == other.currency
