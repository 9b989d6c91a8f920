"""What in a document could be the value of a field, by the field's type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from pipelines.documents.fields import identifiers
from pipelines.documents.fields.dates import day_first, find_dates
from pipelines.documents.fields.durations import find_durations
from pipelines.documents.fields.money import currencies, find_money
from pipelines.documents.fields.parties import find_parties
from pipelines.documents.fields.places import find_jurisdictions
from pipelines.documents.fields.schema import Field
from pipelines.documents.pages import View

MOST = 600
"""Candidates of one field that are looked at; the first ones of a long document."""

_HEADING_ROWS, _HEADING_LINES = 9, 3
_ADDRESS_ROWS, _ADDRESS_LINES = 24, 7
_REGISTRATION = re.compile(
    r"\s*[(\[]?\s*(?:co\.?\s*(?:reg)?\.?\s*(?:no)?[.: ]*)?"
    r"(?:[A-Z]{0,2}\d{5,}[-\s]?[A-Z0-9]{1,2}|(?=\w*\d)\w{5,7}-[A-Z])\s*[)\]]?\s*$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"^(?:(?:hq|office|shop)?\s*add(?:ress|r)?|anschrift|adresse|adres)\s*[:.]\s*", re.IGNORECASE
)
_CONTACT = re.compile(
    r"[\s,;(]*\b(?:te[l1i]|telp|phone|fax|h/p|hp|email|e-mail|www)\b.*$", re.IGNORECASE | re.DOTALL
)
_IDENTIFIER = re.compile(r"(?<![\w/.-])(?=[\w/.#-]*\d)[A-Z0-9#](?:[\w/.#-]*[\w])?(?![\w/-])", re.I)
_AMOUNT = re.compile(r"\d+[.,]\d\d")
_TEXT = re.compile(r"(?<=[:#])[ \t]*(?P<value>[^\t\n]{2,80})")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could be a value.

    Attributes:
        start, end: its characters in the view.
        value: the normalised value: ISO dates, amounts such as ``12.50``, names as usual.
        detail: what the generator knows besides: the currency of an amount, how a name was
            recognised.
    """

    start: int
    end: int
    value: str
    detail: str = ""


def candidates(view: View, field: Field) -> list[Candidate]:
    """Candidates of a field in the order of the view, at most ``MOST``."""
    return sorted(islice(_FINDERS[field.type](view, field), MOST), key=lambda c: (c.start, c.end))


def _dates(view: View, _: Field) -> Iterator[Candidate]:
    first = day_first(view.text)
    for found in find_dates(view.text, day_comes_first=first):
        yield Candidate(found.start, found.end, found.day.isoformat())


def _money(view: View, _: Field) -> Iterator[Candidate]:
    for found in find_money(view.text):
        yield Candidate(found.start, found.end, f"{found.value:.2f}", found.currency)


def _parties(view: View, _: Field) -> Iterator[Candidate]:
    for found in find_parties(view.text):
        yield Candidate(found.start, found.end, found.name, found.how)


def _headings(view: View, _: Field) -> Iterator[Candidate]:
    """Runs of rows at the top, where letterheads are."""
    for start, end in _blocks(view, _HEADING_ROWS, _HEADING_LINES):
        for cut in {end, start + len(_REGISTRATION.sub("", view.text[start:end]))}:
            if cut > start + 1:
                yield _block(view, start, cut)


def _addresses(view: View, _: Field) -> Iterator[Candidate]:
    for start, end in _blocks(view, _ADDRESS_ROWS, _ADDRESS_LINES):
        label = _LABELLED.match(view.text[start:end])
        starts = {start, start + label.end()} if label else {start}
        ends = {end, start + len(_CONTACT.sub("", view.text[start:end]))}
        for first in starts:
            for last in ends:
                if last > first + 6:
                    yield _block(view, first, last)


def _blocks(view: View, rows: int, lines: int) -> Iterator[tuple[int, int]]:
    """Spans of runs of rows, and of single pieces in rows of several."""
    ends = [*view.row_starts[1:], len(view.text)]
    most = min(rows, len(view.rows))
    for first in range(most):
        for last in range(first, min(first + lines, len(view.rows))):
            yield view.row_starts[first], ends[last] - 1
        if len(view.rows[first]) > 1:
            at = view.row_starts[first]
            for piece in view.rows[first]:
                yield at, at + len(piece.text)
                at += len(piece.text) + 1


def _block(view: View, start: int, end: int) -> Candidate:
    return Candidate(start, end, " ".join(view.text[start:end].split()))


def _identifiers(view: View, field: Field) -> Iterator[Candidate]:
    pattern = re.compile(field.pattern) if field.pattern else None
    for match in _IDENTIFIER.finditer(view.text):
        text = match.group().strip("#.")
        start = match.start() + match.group().index(text)
        if (
            len(text) > 1
            and not _AMOUNT.fullmatch(text)
            and (pattern is None or pattern.fullmatch(text))
        ):
            yield Candidate(start, start + len(text), text)


def _ibans(view: View, _: Field) -> Iterator[Candidate]:
    for match in identifiers.IBAN.finditer(view.text):
        number = identifiers.iban(match.group())
        if number:
            end = _end_of(match.group(), len(number))
            yield Candidate(match.start(), match.start() + end, number)


def _vat_numbers(view: View, _: Field) -> Iterator[Candidate]:
    for match in identifiers.VAT.finditer(view.text):
        text = match.group()
        while text:
            number = identifiers.vat(text)
            if number:
                yield Candidate(match.start(), match.start() + len(text), number)
                break
            text = text.rpartition(" ")[0]


def _end_of(text: str, letters: int) -> int:
    """The position after so many letters and digits."""
    seen = 0
    for place, letter in enumerate(text):
        seen += letter.isalnum()
        if seen == letters:
            return place + 1
    return len(text)


def _durations(view: View, _: Field) -> Iterator[Candidate]:
    for found in find_durations(view.text):
        yield Candidate(found.start, found.end, found.written(), found.unit)


def _jurisdictions(view: View, _: Field) -> Iterator[Candidate]:
    for found in find_jurisdictions(view.text):
        yield Candidate(found.start, found.end, found.name)


def _currencies(view: View, _: Field) -> Iterator[Candidate]:
    for start, end, code in currencies(view.text):
        yield Candidate(start, end, code)


def _enumerations(view: View, field: Field) -> Iterator[Candidate]:
    for value, words in (field.choices or {}).items():
        for word in words or (value,):
            for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", view.text, re.I):
                yield Candidate(match.start(), match.end(), value)


def _texts(view: View, _: Field) -> Iterator[Candidate]:
    """What stands behind a colon, and whole pieces."""
    for match in _TEXT.finditer(view.text):
        yield Candidate(match.start("value"), match.end("value"), match["value"].strip())
    for start, piece in zip(view.starts, view.pieces, strict=True):
        yield Candidate(start, start + len(piece.text), piece.text)


_FINDERS: dict[str, Callable[[View, Field], Iterator[Candidate]]] = {
    "date": _dates,
    "money": _money,
    "party": _parties,
    "heading": _headings,
    "address": _addresses,
    "identifier": _identifiers,
    "iban": _ibans,
    "vat_number": _vat_numbers,
    "duration": _durations,
    "jurisdiction": _jurisdictions,
    "currency": _currencies,
    "enumeration": _enumerations,
    "text": _texts,
}
