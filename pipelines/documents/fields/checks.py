"""Validators and cross-checks of fields: what a bookkeeper would notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from pipelines.documents.fields import identifiers

_CENT = Decimal("0.02")
"""Sums of rounded lines may differ by that much."""

EMBEDDED = "embedded"
"""The check that embedded data and the page agree (see ``einvoice.compare``)."""

_AMOUNTS = ("net", "tax", "total")
_ORDERS = (
    ("date", "due_date"),
    ("order_date", "delivery_date"),
    ("effective_date", "expiry_date"),
)
_EARLIEST = date(1970, 1, 1)
_YEARS_AHEAD = 50


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked.

    Attributes:
        name: short and stable (``checksum``, ``sum``, ``date_order``, ``plausible_date``,
            ``currency``, ``embedded``).
        outcome: ``passed`` or ``failed``.
        reason: a sentence for people.
    """

    name: str
    outcome: Literal["passed", "failed"]
    reason: str


def check_fields(
    types: Mapping[str, str], values: Mapping[str, str], details: Mapping[str, str]
) -> dict[str, tuple[Check, ...]]:
    """Checks of each field's value, by field.

    Args:
        types: of the fields of the schema.
        values: normalised, of the fields that are known.
        details: of the values; the currency of an amount.
    """
    made: dict[str, list[Check]] = {name: list(_own(types[name], values[name])) for name in values}
    for name, check in (*_sum(values), *_order(values), *_currency(types, values, details)):
        made[name].append(check)
    return {name: tuple(checks) for name, checks in made.items()}


def _own(kind: str, value: str) -> Iterator[Check]:
    if kind == "iban":
        yield _check("checksum", bool(identifiers.iban(value)), "the IBAN's check digits")
    elif kind == "vat_number":
        yield _check("checksum", bool(identifiers.vat(value)), "the VAT number's form and check")
    elif kind == "date":
        day = date.fromisoformat(value)
        likely = day >= _EARLIEST and day.year <= date.today().year + _YEARS_AHEAD
        yield _check("plausible_date", likely, "a day between 1970 and 50 years from now")


def _sum(values: Mapping[str, str]) -> Iterator[tuple[str, Check]]:
    if all(name in values for name in _AMOUNTS):
        net, tax, total = (Decimal(values[name]) for name in _AMOUNTS)
        check = _check("sum", abs(net + tax - total) <= _CENT, f"{net} + {tax} = {total}")
        yield from ((name, check) for name in _AMOUNTS)


def _order(values: Mapping[str, str]) -> Iterator[tuple[str, Check]]:
    for first, second in _ORDERS:
        if first in values and second in values:
            in_order = values[first] <= values[second]
            words = f"{first.replace('_', ' ')} {values[first]} before {values[second]}"
            yield second, _check("date_order", in_order, words)


def _currency(
    types: Mapping[str, str], values: Mapping[str, str], details: Mapping[str, str]
) -> Iterator[tuple[str, Check]]:
    stated = values.get("currency", "")
    for name in values:
        if types[name] == "money" and stated and details.get(name):
            same = details[name] == stated
            yield name, _check("currency", same, f"written in {details[name]}, stated {stated}")


def _check(name: str, passed: bool, what: str) -> Check:
    return Check(name, "passed" if passed else "failed", f"{what}: {'fits' if passed else 'no'}")
