"""Selections as conditions on ``Asset``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from service.catalog.tables import Asset
from service.collections.tables import Collection, CollectionMember
from service.record.field import Field
from service.record.fieldset import FieldSet
from service.records.tables import RecordTerm
from service.records.terms import MOST_TERM_CHARACTERS, fold
from service.selection.language import Condition, InvalidSelection, Operator, Term

Test = ColumnElement[bool]

_TEXTS: dict[str, InstrumentedAttribute[Any]] = {
    "id": Asset.id,
    "name": Asset.name,
    "kind": Asset.kind,
    "type": Asset.media_type,
    "state": Asset.state,
    "status": Asset.status,
    "path": Asset.origin,
    "sha256": Asset.sha256,
    "failure": Asset.failure_code,
}
_NUMBERS: dict[str, InstrumentedAttribute[Any]] = {
    "size": Asset.size,
    "width": Asset.width,
    "height": Asset.height,
    "pages": Asset.pages,
    "duration": Asset.duration_s,
}
_TIMES: dict[str, InstrumentedAttribute[Any]] = {
    "added": Asset.created_at,
    "changed": Asset.updated_at,
}
_COLLECTION = "collection"
_HOLD = "hold"

COLUMNS = (*_TEXTS, *_NUMBERS, *_TIMES, _COLLECTION, _HOLD)
"""What every record can be selected by beside its fields."""

_NUMERIC = frozenset({"integer", "number", "boolean"})
_UNITS = {"k": 10**3, "m": 10**6, "g": 10**9, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_NUMBER = re.compile(r"(-?\d{1,15}(?:\.\d{1,9})?)([a-z]{0,2})", re.IGNORECASE)
_TRUTH = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def selected(conditions: Sequence[Condition], fields: FieldSet) -> list[Test]:
    """The tests on ``Asset`` that all have to hold.

    Raises:
        InvalidSelection: there is no such field, or a value does not fit it.
    """
    return [_negated(condition, _test(condition, fields)) for condition in conditions]


def _negated(condition: Condition, test: Test) -> Test:
    # What is not known is not what was asked for: NOT must not answer NULL with nothing.
    return ~func.coalesce(test, false()) if condition.negated else test


def _test(condition: Condition, fields: FieldSet) -> Test:
    name, operator = condition.field.lower(), condition.operator
    if not name:
        return or_(*(_in_name(term) for term in condition.terms))
    if name in _TEXTS:
        return _any(condition, lambda term: _text(_TEXTS[name], operator, term))
    if name in _NUMBERS:
        return _any(condition, lambda term: _number(_NUMBERS[name], operator, term))
    if name in _TIMES:
        return _any(condition, lambda term: _time(_TIMES[name], operator, term))
    if name == _COLLECTION:
        return _any(condition, lambda term: _in_collection(term, operator))
    if name == _HOLD:
        return _any(condition, lambda term: Asset.hold.is_(_truth(term) == 1.0))
    field = fields.get(name) or fields.heard_as(condition.field)
    if field is None:
        raise InvalidSelection(
            f"There is no field “{condition.field[:40]}”; use a field of the record "
            f"(`magpie fields` lists them) or one of {', '.join(COLUMNS)}."
        )
    return _any(condition, lambda term: _in_field(field, operator, term))


def _any(condition: Condition, make: Callable[[Term], Test]) -> Test:
    return or_(*(make(term) for term in condition.terms))


def _in_name(term: Term) -> Test:
    pattern = f"%{_like(fold(term.text), wildcards=term.has_wildcard)}%"
    return or_(
        func.lower(Asset.name).like(pattern, escape="\\"),
        func.lower(Asset.title).like(pattern, escape="\\"),
    )


def _text(column: InstrumentedAttribute[Any], operator: Operator, term: Term) -> Test:
    if operator != ":":
        raise InvalidSelection(f"{column.key} is a text and cannot be compared; write it with “:”.")
    if term.is_anything:
        return column.is_not(None)
    if term.has_wildcard:
        return func.lower(column).like(_like(fold(term.text), wildcards=True), escape="\\")
    return or_(column == term.text, func.lower(column) == fold(term.text))


def _number(column: InstrumentedAttribute[Any], operator: Operator, term: Term) -> Test:
    if term.is_anything:
        return column.is_not(None)
    return _compared(column, operator, _as_number(term))


def _time(column: InstrumentedAttribute[Any], operator: Operator, term: Term) -> Test:
    if term.is_anything:
        return column.is_not(None)
    first, after = _period(term.text)
    return {
        ":": and_(column >= first, column < after),
        ">": column >= after,
        ">=": column >= first,
        "<": column < first,
        "<=": column < after,
    }[operator]


def _in_field(field: Field, operator: Operator, term: Term) -> Test:
    return exists(
        select(RecordTerm.id).where(
            RecordTerm.asset_id == Asset.id,
            RecordTerm.name == field.name,
            _term_test(field, operator, term),
        )
    )


def _term_test(field: Field, operator: Operator, term: Term) -> Test:
    if term.is_anything:
        return true()
    if field.type in _NUMERIC:
        value = _truth(term) if field.type == "boolean" else _as_number(term)
        return _compared(RecordTerm.number, operator, value)
    text = fold(term.text)
    if field.type in {"date", "datetime"}:
        # ISO 8601 sorts as time does; a shorter one means its whole period.
        return {
            ":": RecordTerm.text.like(_like(text, wildcards=term.has_wildcard) + "%", escape="\\"),
            ">": RecordTerm.text > text + "\uffff",
            ">=": RecordTerm.text >= text,
            "<": RecordTerm.text < text,
            "<=": RecordTerm.text <= text + "\uffff",
        }[operator]
    if operator != ":":
        raise InvalidSelection(
            f"{field.label} is a text and cannot be compared; write it with “:”."
        )
    if term.has_wildcard:
        return RecordTerm.text.like(_like(text, wildcards=True), escape="\\")
    return RecordTerm.text == text[:MOST_TERM_CHARACTERS]


def _in_collection(term: Term, operator: Operator) -> Test:
    """In a collection of this id or name, or in one inside it."""
    if operator != ":":
        raise InvalidSelection("A collection cannot be compared; write collection:NAME.")
    member = select(CollectionMember.asset_id).where(CollectionMember.asset_id == Asset.id)
    if term.is_anything:
        return exists(member)
    meant = (
        select(Collection.id)
        .where(or_(Collection.id == term.text, func.lower(Collection.name) == fold(term.text)))
        .cte("meant", recursive=True)
    )
    meant = meant.union(select(Collection.id).join(meant, Collection.parent_id == meant.c.id))
    return exists(member.where(CollectionMember.collection_id.in_(select(meant.c.id))))


def _compared(
    column: InstrumentedAttribute[Any], operator: Operator, value: float
) -> ColumnElement[bool]:
    return {
        ":": column == value,
        ">": column > value,
        ">=": column >= value,
        "<": column < value,
        "<=": column <= value,
    }[operator]


def _as_number(term: Term) -> float:
    match = _NUMBER.fullmatch(term.text)
    unit = match[2].lower() if match else ""
    if match is None or (unit and unit not in _UNITS):
        raise InvalidSelection(f"“{term.text[:40]}” is no number; write one such as 1920 or 20MB.")
    return float(match[1]) * _UNITS.get(unit, 1)


def _truth(term: Term) -> float:
    found = _TRUTH.get(term.text.lower())
    if found is None:
        raise InvalidSelection(f"“{term.text[:40]}” is neither yes nor no.")
    return found


def _period(text: str) -> tuple[datetime, datetime]:
    """The first moment of a year, month or day (UTC), and the first after it."""
    match = _DAY.fullmatch(text)
    try:
        if match is None:
            raise ValueError("no day")
        year, month, day = int(match[1]), int(match[2] or 1), int(match[3] or 1)
        first = date(year, month, day)
        if match[3]:
            after = first + timedelta(days=1)
        elif match[2]:
            after = date(year + month // 12, month % 12 + 1, 1)
        else:
            after = date(year + 1, 1, 1)
    except (ValueError, OverflowError):
        raise InvalidSelection(
            f"“{text[:40]}” is no day; write it as 2026-05-31, 2026-05 or 2026."
        ) from None
    return datetime.combine(first, time(), UTC), datetime.combine(after, time(), UTC)


def _like(text: str, *, wildcards: bool) -> str:
    """A pattern of LIKE; ``*`` stands for any characters where there are wildcards."""
    escaped = re.sub(r"([%_\\])", r"\\\1", text)
    return escaped.replace("*", "%") if wildcards else escaped
