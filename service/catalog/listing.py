"""Lists of records: filtered, in an order, a page at a time.

A page comes quickly from a million records too. Where few records fulfil a condition, these are
looked up by its index and put in order; where many do, the order is walked until the page
is full. Which of the two it is, a look at the index tells that stops after ``_FEW``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.catalog.tables import Asset, Content
from service.errors import BadRequest
from service.record.fieldset import FieldSet
from service.schemas import AssetQuery
from service.selection.conditions import Test, tests_of
from service.selection.language import parse_selection

MOST_COUNTED = 1_000
"""Records are counted exactly up to here; beyond it people want to know that there are many."""

_FEW = 2_000

_COLUMNS: Mapping[str, InstrumentedAttribute[Any]] = {
    "created": Asset.created_at,
    "updated": Asset.updated_at,
    "name": Asset.name,
    "size": Asset.size,
}


def listed(
    session: Session, query: AssetQuery, fields: FieldSet, *visible: ColumnElement[bool]
) -> tuple[list[tuple[Asset, str | None]], int, str | None]:
    """Records with the hashes of their thumbnails, how many there are in all, and the cursor.

    Args:
        fields: what the words of a selection may speak of.
        visible: further conditions, such as what the viewer may see.

    Returns:
        The count stops at ``MOST_COUNTED``.

    Raises:
        BadRequest: the cursor is not one of this order, or the selection is not understood.
    """
    column = _COLUMNS[query.sort.removeprefix("-")]
    conditions = conditions_of(session, query, fields, *visible)
    downwards = query.sort.startswith("-")
    rows = (
        select(Asset, Content.thumbnail)
        .outerjoin(Content, Content.sha256 == Asset.sha256)
        .where(*conditions)
        .order_by(*(each.desc() if downwards else each for each in (column, Asset.id)))
        .limit(query.limit + 1)
    )
    if query.cursor:
        place, last = tuple_(column, Asset.id), tuple_(*_place(query.sort, query.cursor))
        rows = rows.where(place < last if downwards else place > last)
    found = [(asset, thumbnail) for asset, thumbnail in session.execute(rows)]
    counted = select(Asset.id).where(*conditions).limit(MOST_COUNTED).subquery()
    total = session.scalar(select(func.count()).select_from(counted))
    shown = found[: query.limit]
    cursor = _cursor(query.sort, shown[-1][0]) if len(found) > query.limit else None
    return shown, total or 0, cursor


def conditions_of(
    session: Session, query: AssetQuery, fields: FieldSet, *visible: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    """What a record has to fulfil to be in a list; raises as ``listed`` does."""
    tests = [*tests_of(parse_selection(query.where), fields), *_tests(query)]
    column = _COLUMNS[query.sort.removeprefix("-")]
    return [*_narrowed(session, tests, column), _trashed(query), *visible]


def _narrowed(
    session: Session, tests: Sequence[Test], order: InstrumentedAttribute[Any]
) -> list[ColumnElement[bool]]:
    """The tests, with the records of the first one that few records fulfil in its place."""
    conditions = [test.holds if test.column is order else test.walking for test in tests]
    for place, test in enumerate(tests):
        if test.holders is None:
            continue
        ids = session.scalars(test.holders.limit(_FEW + 1)).all()
        if len(ids) <= _FEW:
            conditions[place] = Asset.id.in_(ids)
            return conditions
    return conditions


def _trashed(query: AssetQuery) -> ColumnElement[bool]:
    return Asset.trashed_at.is_not(None) if query.trashed else Asset.trashed_at.is_(None)


def _tests(query: AssetQuery) -> Iterator[Test]:
    """What a record must fulfil to be listed."""
    for column, wanted in (
        (Asset.kind, query.kinds),
        (Asset.state, query.states),
        (Asset.media_type, query.media_types),
    ):
        if wanted:
            yield Test.of_column(column, lambda each, wanted=wanted: each.in_(wanted))  # type: ignore[misc]
    if query.name:
        yield Test.plain(
            or_(
                Asset.name.icontains(query.name, autoescape=True),
                Asset.title.icontains(query.name, autoescape=True),
            )
        )
    for moment, start, end in (
        (Asset.created_at, query.created_from, query.created_before),
        (Asset.updated_at, query.updated_from, query.updated_before),
    ):
        if start is not None:
            yield Test.of_column(moment, lambda each, start=start: each >= start)  # type: ignore[misc]
        if end is not None:
            yield Test.of_column(moment, lambda each, end=end: each < end)  # type: ignore[misc]


def _cursor(sort: str, last: Asset) -> str:
    """The place of a record in an order, as an opaque word."""
    value = getattr(last, _COLUMNS[sort.removeprefix("-")].key)
    plain = value.isoformat() if isinstance(value, datetime) else value
    text = json.dumps([sort, plain, last.id], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(sort: str, cursor: str) -> tuple[Any, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        made_for, value, asset_id = json.loads(
            base64.b64decode(padded, altchars=b"-_", validate=True)
        )
        if made_for != sort or not isinstance(asset_id, str):
            raise ValueError("another order")
        return _typed(sort.removeprefix("-"), value), asset_id
    except (ValueError, TypeError, OverflowError) as error:
        raise BadRequest(
            "The cursor is not one that this server gave out for this order; start again "
            "without it."
        ) from error


def _typed(column: str, value: Any) -> datetime | str | int:
    if column == "size":
        if not 0 <= value < 2**63:
            raise ValueError("not a size")
        return int(value)
    if column == "name":
        if not isinstance(value, str) or "\0" in value:
            raise ValueError("not a name")
        value.encode()
        return value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("not a time")
    return moment
