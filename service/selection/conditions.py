"""Selections as conditions on ``Asset``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from service.catalog.tables import Asset
from service.collections.tables import Collection, CollectionMember
from service.record.field import Field
from service.record.fieldset import FieldSet
from service.records.tables import RecordTerm
from service.records.terms import MOST_TERM_CHARACTERS, fold
from service.selection.language import Condition, InvalidSelection, Operator, Term
from service.tags.names import tagged_with


@dataclass(frozen=True, slots=True)
class Test:
    """A test on ``Asset``, in up to three forms that say the same.

    Attributes:
        holds: as a condition.
        walking: as a condition that leaves the choice of an index to the order of a list.
        holders: the ids of the assets that fulfil it, where an index gives them at once.
        column: the column that it is about, if it is about one.
    """

    holds: ColumnElement[bool]
    walking: ColumnElement[bool]
    holders: Select[Any] | None = None
    column: InstrumentedAttribute[Any] | None = None

    @classmethod
    def plain(cls, holds: ColumnElement[bool]) -> Test:
        """A test without an index."""
        return cls(holds, holds)

    @classmethod
    def of_column(
        cls,
        column: InstrumentedAttribute[Any],
        make: Callable[[ColumnElement[Any]], ColumnElement[bool]],
    ) -> Test:
        """A test on a column that has an index."""
        holds = make(column)  # type: ignore[arg-type]
        # No index is used on an expression.
        walking = make(func.coalesce(column, column))
        return cls(holds, walking, select(Asset.id).where(holds), column)


_WORDS: dict[str, InstrumentedAttribute[Any]] = {
    "id": Asset.id,
    "kind": Asset.kind,
    "type": Asset.media_type,
    "state": Asset.state,
    "status": Asset.status,
    "sha256": Asset.sha256,
}
_TEXTS: dict[str, InstrumentedAttribute[Any]] = {
    "name": Asset.name,
    "path": Asset.origin,
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
_TAGS = {"tag": ("accepted",), "tag_suggested": ("suggested",), "tag_rejected": ("rejected",)}
"""States of the tags that each word is about."""

COLUMNS = (*_WORDS, *_TEXTS, *_NUMBERS, *_TIMES, _COLLECTION, _HOLD, *_TAGS)
"""What every record can be selected by beside its fields."""

_INDEXED = frozenset({*_WORDS, *_TIMES, "size"})
_NUMERIC = frozenset({"integer", "number", "boolean"})
_UNITS = {"k": 10**3, "m": 10**6, "g": 10**9, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_NUMBER = re.compile(r"(-?(?:\d{1,15}(?:\.\d{1,9})?|\.\d{1,9}))([a-z]{0,2})", re.IGNORECASE)
_TRUTH = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def selected(conditions: Sequence[Condition], fields: FieldSet) -> list[ColumnElement[bool]]:
    """The conditions on ``Asset`` that all have to hold.

    Raises:
        InvalidSelection: there is no such field, or a value does not fit it.
    """
    return [test.holds for test in tests_of(conditions, fields)]


def tests_of(conditions: Sequence[Condition], fields: FieldSet) -> list[Test]:
    """The same with the quick way to those who fulfil each; raises InvalidSelection."""
    return [
        _negated(_test(each, fields)) if each.negated else _test(each, fields)
        for each in conditions
    ]


def _negated(test: Test) -> Test:
    # What is not known is not what was asked for: NOT must not answer NULL with nothing.
    return Test.plain(~func.coalesce(test.walking, false()))


def _test(condition: Condition, fields: FieldSet) -> Test:
    name, operator = condition.field.lower(), condition.operator
    if not name:
        return Test.plain(or_(*(_in_name(term) for term in condition.terms)))
    for columns, make in _OF_COLUMNS:
        if name in columns:
            return _of_column(condition, columns[name], make, indexed=name in _INDEXED)
    if name == _COLLECTION:
        return _beside([_in_collection(term, operator) for term in condition.terms])
    if name in _TAGS:
        return _beside([_tagged(term, operator, name) for term in condition.terms])
    if name == _HOLD:
        return Test.plain(or_(*(Asset.hold.is_(_truth(t) == 1.0) for t in condition.terms)))
    field = fields.get(name) or fields.heard_as(condition.field)
    if field is None:
        raise InvalidSelection(
            f"There is no field “{condition.field[:40]}”; use a field of the record "
            f"(`magpie fields` lists them) or one of {', '.join(COLUMNS)}."
        )
    return _beside([_in_field(field, operator, term) for term in condition.terms])


def _of_column(
    condition: Condition,
    column: InstrumentedAttribute[Any],
    make: _OfColumn,
    *,
    indexed: bool,
) -> Test:
    def any_of(compared: ColumnElement[Any]) -> ColumnElement[bool]:
        return or_(*(make(compared, condition, term) for term in condition.terms))

    wildcards = any(term.has_wildcard for term in condition.terms)
    if indexed and not wildcards:
        return Test.of_column(column, any_of)
    return Test.plain(any_of(column))  # type: ignore[arg-type]


def _beside(holders: Sequence[Select[Any]]) -> Test:
    """A test on rows beside the asset, given how to find the assets that have one."""
    asset_ids = [next(iter(each.selected_columns)) for each in holders]
    holds = or_(
        *(
            exists(each.where(asset_id == Asset.id))
            for each, asset_id in zip(holders, asset_ids, strict=True)
        )
    )
    together = union_all(*holders).subquery()
    return Test(holds, holds, select(together.c.asset_id).distinct())


def _in_name(term: Term) -> ColumnElement[bool]:
    pattern = f"%{_like(fold(term.text), wildcards=term.has_wildcard)}%"
    return or_(
        func.lower(Asset.name).like(pattern, escape="\\"),
        func.lower(Asset.title).like(pattern, escape="\\"),
    )


def _text(column: ColumnElement[Any], condition: Condition, term: Term) -> ColumnElement[bool]:
    if condition.operator != ":":
        raise InvalidSelection(
            f"{condition.field} is a text and cannot be compared; write it with “:”."
        )
    if term.is_anything:
        return column.is_not(None)
    folded = fold(term.text)
    if term.has_wildcard:
        return func.lower(column).like(_like(folded, wildcards=True), escape="\\")
    return func.lower(column) == folded


def _word(column: ColumnElement[Any], condition: Condition, term: Term) -> ColumnElement[bool]:
    """A text that is in lower case anyway."""
    if condition.operator == ":" and not term.has_wildcard and not term.is_anything:
        return column == fold(term.text)
    return _text(column, condition, term)


def _number(column: ColumnElement[Any], condition: Condition, term: Term) -> ColumnElement[bool]:
    if term.is_anything:
        return column.is_not(None)
    return _compared(column, condition.operator, _as_number(term))


def _time(column: ColumnElement[Any], condition: Condition, term: Term) -> ColumnElement[bool]:
    if term.is_anything:
        return column.is_not(None)
    first, after = _period(term.text)
    return {
        ":": and_(column >= first, column < after),
        ">": column >= after,
        ">=": column >= first,
        "<": column < first,
        "<=": column < after,
    }[condition.operator]


_OfColumn = Callable[[ColumnElement[Any], Condition, Term], ColumnElement[bool]]

_OF_COLUMNS: tuple[tuple[dict[str, InstrumentedAttribute[Any]], _OfColumn], ...] = (
    (_WORDS, _word),
    (_TEXTS, _text),
    (_NUMBERS, _number),
    (_TIMES, _time),
)


def _in_field(field: Field, operator: Operator, term: Term) -> Select[Any]:
    return select(RecordTerm.asset_id).where(
        RecordTerm.name == field.name, _term_test(field, operator, term)
    )


def _term_test(field: Field, operator: Operator, term: Term) -> ColumnElement[bool]:
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


def _tagged(term: Term, operator: Operator, name: str) -> Select[Any]:
    if operator != ":":
        raise InvalidSelection(f"{name} cannot be compared; write it with “:”.")
    folded = fold(term.text)
    pattern = _like(folded, wildcards=True) if term.has_wildcard else None
    return tagged_with(folded, _TAGS[name], like=pattern, anything=term.is_anything)


def _in_collection(term: Term, operator: Operator) -> Select[Any]:
    """In a collection of this id or name, or in one inside it."""
    if operator != ":":
        raise InvalidSelection("A collection cannot be compared; write collection:NAME.")
    members = select(CollectionMember.asset_id)
    if term.is_anything:
        return members
    meant = (
        select(Collection.id)
        .where(or_(Collection.id == term.text, func.lower(Collection.name) == fold(term.text)))
        .cte("meant", recursive=True)
    )
    meant = meant.union(select(Collection.id).join(meant, Collection.parent_id == meant.c.id))
    return members.where(CollectionMember.collection_id.in_(select(meant.c.id)))


def _compared(
    column: ColumnElement[Any] | InstrumentedAttribute[Any], operator: Operator, value: float
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
