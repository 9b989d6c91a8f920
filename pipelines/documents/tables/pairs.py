"""Names and what was filled in beside or below them, in forms.

A name ends with a colon. Its value is the rest of its piece, else what stands to its right up
to the next name, else what stands right below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines.documents.pages import Piece, Row

MOST_PAIRS = 500

_PAIR = re.compile(r"^\W*(?P<name>[^\W\d_][^:]{0,60}?)\s*:\s*(?P<value>.*)$", re.DOTALL)
_MOST_WORDS = 9
_ROWS_BELOW = 1
_NEAR = 3.0
"""A value below its name begins at most that many heights further down."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A name in a form and its value."""

    name: str
    value: str
    page: int = 0


def pairs_in(rows: Sequence[Row]) -> list[Pair]:
    """The pairs of a document, in its order; names without a value are left out."""
    return list(islice(_pairs(rows), MOST_PAIRS))


def all_pairs(filled: Sequence[Pair], rows: Sequence[Row]) -> list[Pair]:
    """The pairs of form fields, then those of the text whose names are no form fields."""
    taken = {(each.page, each.name.casefold()) for each in filled}
    printed = [each for each in pairs_in(rows) if (each.page, each.name.casefold()) not in taken]
    return [*filled, *printed][:MOST_PAIRS]


def _pairs(rows: Sequence[Row]) -> Iterator[Pair]:
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        for place, piece in enumerate(row):
            if (number, place) in taken:
                continue
            for name, value in _split(piece.text):
                found = value
                if not found:
                    beside = _beside(row, place)
                    taken.update((number, each) for each in beside)
                    found = " ".join(row[each].text for each in beside)
                if not found:
                    below = _below(rows, number, piece)
                    if below is not None:
                        taken.add(below)
                        found = rows[below[0]][below[1]].text
                if found:
                    yield Pair(name, found, piece.page)


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Name and value of each pair in a piece: ``From: Ann To: Bob`` has two."""
    match = _PAIR.match(text)
    if match is None or not _is_name(match["name"]):
        return
    value = match["value"].strip()
    inner = re.search(r"\s{2,}(?=[^\W\d_][\w .]{1,30}:)", value)
    if inner is None:
        yield match["name"].strip(), value
        return
    yield match["name"].strip(), value[: inner.start()].strip()
    yield from _split(value[inner.end() :])


def _is_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _MOST_WORDS and not text.lower().endswith(("http", "https"))


def _beside(row: Row, place: int) -> list[int]:
    """Pieces to the right, up to the next name."""
    found = []
    for number in range(place + 1, len(row)):
        match = _PAIR.match(row[number].text)
        if match is not None and _is_name(match["name"]):
            break
        found.append(number)
    return found


def _below(rows: Sequence[Row], number: int, piece: Piece) -> tuple[int, int] | None:
    """The piece that stands right below, where places are known."""
    if not piece.placed:
        return None
    for lower in range(number + 1, min(number + 1 + _ROWS_BELOW, len(rows))):
        for place, other in enumerate(rows[lower]):
            if other.page != piece.page or _PAIR.match(other.text):
                continue
            shared = min(other.box.right, piece.box.right) - max(other.box.left, piece.box.left)
            gap = other.box.top - piece.box.bottom
            if shared > 0 and gap < _NEAR * (piece.box.bottom - piece.box.top):
                return lower, place
    return None
