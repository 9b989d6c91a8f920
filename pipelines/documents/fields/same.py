"""When two values of a field are the same: by meaning for dates and amounts, else by letters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.documents.fields.dates import parse_date
from pipelines.documents.fields.durations import parse_duration
from pipelines.documents.fields.money import parse_number
from pipelines.documents.fields.parties import party_key
from pipelines.documents.fields.schema import FieldType

_NUMBER = re.compile(r"-?\d[\d., ']*\d|\d")


def normal(kind: FieldType, value: str) -> str:
    """A value of a field so that equal ones compare equal.

    Case, spaces and marks do not count. A reference such as ``04/05/2018`` has the day first.
    """
    if kind == "date":
        day = parse_date(value)
        return day.isoformat() if day else letters(value)
    if kind == "money":
        match = _NUMBER.search(value)
        number = parse_number(match.group()) if match else None
        return f"{number:.2f}" if number is not None else letters(value)
    if kind == "party":
        return party_key(value)
    if kind == "duration":
        found = parse_duration(value.replace("_", " "))
        return found.written() if found else letters(value)
    return letters(value)


def letters(value: str) -> str:
    """Letters and digits of a value, case folded."""
    return re.sub(r"[\W_]", "", value.casefold())


def matches(kind: FieldType, found: Sequence[str], expected: Sequence[str]) -> int:
    """How many of the expected values were found, each counted once."""
    wanted = {normal(kind, each) for each in expected}
    return len(wanted & {normal(kind, each) for each in found})
