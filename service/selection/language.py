"""The language of selections: conditions with spaces between them, all of which hold.

campaign:"Spring 2026"     the field says this, in any case
region:DE,AT               one of these; = stands for : too
name:*.jpg                 * stands for any characters
-status:archived           not
width>=1920                at least; also >, < and <=
expiry_date<2027-01-01     days and times compare by their first parts
credit:*                   the field says something; -credit:* says nothing
sunset                     the name or the title holds this word
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from service.errors import BadRequest

Operator = Literal[":", ">", ">=", "<", "<="]

MOST_CHARACTERS = 4_000
MOST_CONDITIONS = 50
ANYTHING = "*"

_CONDITION = re.compile(
    r"(?P<no>-)?"
    r"(?:(?P<field>[^\W\d]\w*)(?P<operator>:|>=|<=|>|<|=)|(?![^\s\",]*[:<>=]))"
    r'(?P<values>(?:"(?:[^"\\]|\\.)*"|[^\s",]+)(?:,(?:"(?:[^"\\]|\\.)*"|[^\s",]+))*)(?=\s|$)'
)
_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s",]+)')


class InvalidSelection(BadRequest):
    """The words of a selection cannot be understood; says where and what to do."""

    code = "invalid_selection"


@dataclass(frozen=True, slots=True)
class Term:
    """One value of a condition; a quoted one is taken letter by letter, ``*`` too."""

    text: str
    quoted: bool = False

    @property
    def is_anything(self) -> bool:
        """Whether any value will do."""
        return self.text == ANYTHING and not self.quoted

    @property
    def has_wildcard(self) -> bool:
        """Whether ``*`` in it stands for any characters."""
        return ANYTHING in self.text and not self.quoted


@dataclass(frozen=True, slots=True)
class Condition:
    """One test on a record.

    Attributes:
        field: its name as given; empty for a word in name or title.
        terms: one of them has to fit; exactly one where the operator is no colon.
        negated: it holds for the records for which the test fails.
    """

    field: str
    operator: Operator
    terms: tuple[Term, ...]
    negated: bool = False

    def __str__(self) -> str:
        """The condition as it can be written."""
        words = ",".join(_written(term) for term in self.terms)
        head = f"{self.field}{self.operator}" if self.field else ""
        return f"{'-' if self.negated else ''}{head}{words}"


def parse_selection(text: str) -> tuple[Condition, ...]:
    """The conditions in some words; none of them selects everything.

    Raises:
        InvalidSelection: a part of it cannot be understood.
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidSelection(f"A selection has at most {MOST_CHARACTERS:,} characters.")
    found = tuple(_conditions(text))
    if len(found) > MOST_CONDITIONS:
        raise InvalidSelection(f"A selection has at most {MOST_CONDITIONS} conditions.")
    return found


def _conditions(text: str) -> Iterator[Condition]:
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _CONDITION.match(text, position)
        if match is None:
            raise InvalidSelection(
                f"“{text[position : position + 30]}” cannot be understood; write conditions such "
                'as campaign:"Spring 2026" or width>=1920, with spaces between them.'
            )
        yield _condition(match)
        position = match.end()


def _condition(match: re.Match[str]) -> Condition:
    terms = tuple(
        Term(re.sub(r"\\(.)", r"\1", quoted), quoted=True) if not plain else Term(plain)
        for quoted, plain in _VALUE.findall(match["values"])
    )
    operator = ":" if match["operator"] in (None, "=") else match["operator"]
    assert operator in get_args(Operator)
    if operator != ":" and len(terms) > 1:
        raise InvalidSelection(f"“{match[0]}” compares with more than one value; give one.")
    if any(not term.text.strip() for term in terms):
        raise InvalidSelection(f"“{match[0]}” has an empty value; for none at all write -field:*.")
    return Condition(match["field"] or "", operator, terms, bool(match["no"]))  # type: ignore[arg-type]


def _written(term: Term) -> str:
    if not term.quoted:
        return term.text
    escaped = re.sub(r'(["\\])', r"\\\1", term.text)
    return f'"{escaped}"'
