"""Amounts of money with their currency, in the ways of writing them that are in use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

SYMBOLS = {
    "€": "EUR", "£": "GBP", "$": "USD", "US$": "USD", "A$": "AUD", "C$": "CAD", "S$": "SGD",
    "RM": "MYR", "Fr.": "CHF", "SFr.": "CHF", "zł": "PLN", "Kč": "CZK", "₹": "INR", "¥": "JPY",
    "R$": "BRL", "HK$": "HKD", "NZ$": "NZD",
}  # fmt: skip
_CODES = (
    "EUR USD GBP CHF AUD CAD SGD MYR SEK NOK DKK PLN CZK HUF RON BGN JPY CNY HKD INR BRL MXN ZAR "
    "NZD TRY AED SAR ILS THB IDR PHP KRW"
)
CODES = frozenset(_CODES.split())
_SIGNS = "|".join(sorted((re.escape(sign) for sign in (*SYMBOLS, *CODES)), key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:[., '’\u00a0]\d{3})+(?:[.,]\d{1,2})?|\d+[.,] ?\d{2}|\d+"
_AMOUNT = re.compile(
    rf"(?<![\w.,/])(?P<minus>[-–(])?[ ]?(?P<before>{_SIGNS})?[ ]?[.:]?[ ]?(?P<sign>[-–])?"
    rf"(?P<number>{_NUMBER})(?![.,]?\d)(?P<dash>,-|\.-)?[ ]?(?P<after>(?:{_SIGNS})(?!\w))?"
)
_ANY_SIGN = re.compile(rf"(?<![A-Za-z])(?P<sign>{_SIGNS})(?![A-Za-z])")


class FoundMoney(NamedTuple):
    """An amount in a text: its characters, its value, its currency where written (ISO 4217)."""

    start: int
    end: int
    value: Decimal
    currency: str


def find_money(text: str, *, whole: bool = False) -> Iterator[FoundMoney]:
    """Amounts in a text: numbers with two decimals, or with a currency.

    Args:
        whole: whether a whole number without a currency counts, too.
    """
    for match in _AMOUNT.finditer(text):
        digits = match["number"]
        sign = match["before"] or match["after"] or ""
        cents = re.search(r"[.,] ?\d{2}$", digits) is not None
        if not (cents or sign or match["dash"] or whole):
            continue
        value = parse_number(digits)
        if value is None:
            continue
        if match["minus"] in {"-", "–"} or match["sign"]:
            value = -value
        start = match.start("before") if match["before"] else match.start("number")
        end = match.end("after") if match["after"] else match.end("number")
        yield FoundMoney(start, end, value, SYMBOLS.get(sign, sign))


def parse_number(text: str) -> Decimal | None:
    """The value of a written number: the last mark is the decimal one if two digits follow."""
    compact = re.sub(r"[\s'’]", "", text)
    match = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", compact)
    if match is None:
        return None
    whole = re.sub(r"[.,]", "", match[1])
    try:
        return Decimal(f"{whole or '0'}.{match[2] or '0'}")
    except InvalidOperation:
        return None


def currencies(text: str) -> Iterator[tuple[int, int, str]]:
    """Currency signs and codes in a text: first character, end, ISO 4217."""
    for match in _ANY_SIGN.finditer(text):
        yield match.start(), match.end(), SYMBOLS.get(match["sign"], match["sign"])
