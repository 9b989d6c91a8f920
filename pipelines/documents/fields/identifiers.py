"""Numbers that carry their own check: IBAN, VAT, payment cards, national numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[ \t]?[A-Z0-9]){11,30}(?![A-Z0-9])")
_IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
    "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22,
    "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MT": 31, "NL": 18, "NO": 15,
    "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "TR": 26, "SA": 24, "AE": 23,
}  # fmt: skip
"""Lengths of the registry that SWIFT keeps for ISO 13616."""

_VAT_FORMS = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}", "DE": r"\d{9}", "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}",
    "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}", "FR": r"[A-Z0-9]{2}\d{9}",
    "GB": r"\d{9}(?:\d{3})?", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}", "LT": r"\d{9}(?:\d{3})?", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}",
    "NL": r"\d{9}B\d{2}", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}",
    "SE": r"\d{10}01", "SI": r"\d{8}", "SK": r"\d{10}", "CHE": r"\d{9}(?:MWST|TVA|IVA)?",
}  # fmt: skip
"""Forms of the VAT Information Exchange System (VIES), and of Switzerland."""

VAT = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    + "|".join(sorted(_VAT_FORMS, key=len, reverse=True))
    + r")[ .-]?[A-Z0-9](?:[ .-]?[A-Z0-9]){1,12}(?![A-Za-z0-9])"
)


def normal(text: str) -> str:
    """An identifier without spaces and marks, in capitals."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def iban(text: str) -> str:
    """The IBAN that a text begins with (ISO 13616, ISO 7064 mod 97-10); empty if it is none."""
    number = normal(text)
    number = number[: _IBAN_LENGTHS.get(number[:2], 0)]
    if len(number) < 15 or len(number) != _IBAN_LENGTHS[number[:2]]:
        return ""
    turned = number[4:] + number[:4]
    return number if int("".join(str(int(each, 36)) for each in turned)) % 97 == 1 else ""


def vat(text: str) -> str:
    """The VAT number a text is, its check digits right where we know them; empty if not."""
    number = normal(text)
    for country, form in _VAT_FORMS.items():
        if number.startswith(country) and re.fullmatch(form, number[len(country) :]):
            check = _VAT_CHECKS.get(country)
            return number if check is None or check(number[len(country) :]) else ""
    return ""


def luhn(digits: str) -> bool:
    """The check of payment cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _german(digits: str) -> bool:
    product = 10
    for digit in digits[:8]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(digits[8])


def _dutch(digits: str) -> bool:
    old = _weighted(digits[:8], (9, 8, 7, 6, 5, 4, 3, 2)) % 11 == int(digits[8])
    # Sole traders have numbers with the check of ISO 7064 since 2020.
    new = int("".join(str(int(each, 36)) for each in "NL" + digits)) % 97 == 1
    return old or new


def _austrian(digits: str) -> bool:
    total = sum(
        int(digit) if place % 2 == 0 else sum(map(int, str(2 * int(digit))))
        for place, digit in enumerate(digits[1:8])
    )
    return (96 - total) % 10 == int(digits[8])


def _belgian(digits: str) -> bool:
    return 97 - int(digits[:8]) % 97 == int(digits[8:])


def _french(text: str) -> bool:
    if not text[:2].isdigit():
        return luhn(text[2:])
    return (12 + 3 * (int(text[2:]) % 97)) % 97 == int(text[:2])


def _polish(digits: str) -> bool:
    return _weighted(digits[:9], (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(digits[9])


_VAT_CHECKS: dict[str, Callable[[str], bool]] = {
    "DE": _german,
    "NL": _dutch,
    "AT": _austrian,
    "BE": _belgian,
    "FR": _french,
    "IT": luhn,
    "PL": _polish,
    "SE": lambda digits: luhn(digits[:10]),
}
