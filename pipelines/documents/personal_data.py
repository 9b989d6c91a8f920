"""Personal data in a document: where it stands, and how sure that is.

Found are e-mail, phone, IBAN, payment cards and some national numbers. What has check digits
is given only where they are right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipelines.documents.fields import identifiers
from pipelines.documents.pages import Evidence, View

MOST = 2_000
"""Places of one document that are given."""

_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)
_PHONE = re.compile(
    r"(?<![\w./-])(?:\+|00)[1-9]\d{0,2}[ ./-]?(?:\(\d{1,4}\)[ ./-]?)?\d(?:[ ./-]?\d){5,12}(?!\w)"
)
_LOCAL = re.compile(r"(?<![\w./-])(?:\(0?\d{2,4}\)|0?\d{2,4})[ ./-]\d(?:[ ./-]?\d){4,9}(?!\w)")
_PHONE_WORD = re.compile(
    r"(?:te[l1]|telefon|phone|mobil|mobile|fax|cell|h/p|call)\b[^\n]{0,14}$", re.IGNORECASE
)
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_CARD_STARTS = re.compile(r"4|5[1-5]|2[2-7]|3[47]|6(?:011|5|4[4-9])|3(?:0[0-5]|[68])")
_SSN = re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])")
_NINO = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)")
_GERMAN_TAX = re.compile(r"(?<![\d.])[1-9]\d(?: ?\d{3}){3}(?![\d.])")
_DUTCH = re.compile(r"(?:bsn|burgerservicenummer)\D{0,12}(?P<number>\d{9})(?!\d)", re.I)


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One place of personal data.

    Attributes:
        kind: ``email``, ``phone``, ``iban``, ``card``, ``national_id``.
        detail: which national number: ``us_ssn``, ``gb_nino``, ``de_tax_id``, ``nl_bsn``.
        evidence: where it stands.
        confidence: between 0 and 1; set by hand: what has right check digits is surer.
    """

    kind: str
    detail: str
    evidence: Evidence
    confidence: float


def find_personal_data(view: View) -> list[PersonalData]:
    """Places of personal data in the order of the document, at most ``MOST``."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, PersonalData]] = []
    for kind, detail, start, end, sure in islice(_places(view.text), MOST):
        if any(start < high and end > low for low, high in taken):
            continue
        taken.append((start, end))
        found.append((start, PersonalData(kind, detail, view.evidence(start, end), sure)))
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def masked(kind: str, text: str) -> str:
    """What a list may show of a value: enough to know it again, too little to use it."""
    if kind == "email":
        name, _, domain = text.partition("@")
        return f"{name[:1]}…@{domain[:1]}….{domain.rpartition('.')[2]}"
    plain = re.sub(r"[\W_]", "", text)
    shown = 4 if kind == "card" else 2
    return f"{plain[:2] if kind == 'iban' else ''}…{plain[-shown:]}"


_Place = tuple[str, str, int, int, float]


def _places(text: str) -> Iterator[_Place]:
    """Surer kinds first: what they take, others leave."""
    yield from _each(_EMAIL, text, "email", "", 0.98)
    for match in identifiers.IBAN.finditer(text):
        number = identifiers.iban(match.group())
        if number:
            end = match.start() + _length(match.group(), len(number))
            yield "iban", "", match.start(), end, 0.99
    # A mistyped IBAN holds neither a card nor a phone number.
    text = identifiers.IBAN.sub(lambda match: "#" * len(match.group()), text)
    yield from _each(_CARD, text, "card", "", 0.95, _is_card)
    yield from _each(_SSN, text, "national_id", "us_ssn", 0.7)
    yield from _each(_NINO, text, "national_id", "gb_nino", 0.85)
    for match in _DUTCH.finditer(text):
        if _is_dutch(match["number"]):
            yield "national_id", "nl_bsn", *match.span("number"), 0.97
    yield from _each(_GERMAN_TAX, text, "national_id", "de_tax_id", 0.8, _is_german_tax)
    yield from _each(_PHONE, text, "phone", "", 0.9)
    for match in _LOCAL.finditer(text):
        if _PHONE_WORD.search(text, max(0, match.start() - 24), match.start()):
            yield "phone", "", *match.span(), 0.8


def _each(
    pattern: re.Pattern[str],
    text: str,
    kind: str,
    detail: str,
    sure: float,
    check: Callable[[str], bool] = bool,
) -> Iterator[_Place]:
    for match in pattern.finditer(text):
        if check(match.group()):
            yield kind, detail, match.start(), match.end(), sure


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return bool(_CARD_STARTS.match(digits)) and len(set(digits)) > 1 and identifiers.luhn(digits)


def _is_dutch(digits: str) -> bool:
    """The eleven-check of the burgerservicenummer."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(int(d) * weight for d, weight in zip(digits, weights, strict=True)) % 11 == 0


def _is_german_tax(text: str) -> bool:
    """The tax number of persons (section 139b AO): one digit twice or thrice, ISO 7064 11,10."""
    digits = _digits(text)
    counts = sorted(digits[:10].count(each) for each in set(digits[:10]))
    if counts[-1] not in {2, 3} or (len(counts) > 1 and counts[-2] > 1):
        return False
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10 == int(digits[10])


def _length(text: str, letters: int) -> int:
    """Characters up to and with so many letters and digits."""
    seen = 0
    for place, letter in enumerate(text):
        seen += letter.isalnum()
        if seen == letters:
            return place + 1
    return len(text)
