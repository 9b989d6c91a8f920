"""Lists of records: filtered, in an order, a page at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.catalog.tables import Asset, Content
from service.errors import BadRequest
from service.schemas import AssetQuery

_COLUMNS: Mapping[str, InstrumentedAttribute[Any]] = {
    "created": Asset.created_at,
    "updated": Asset.updated_at,
    "name": Asset.name,
    "size": Asset.size,
}


def listed(
    session: Session, query: AssetQuery, *visible: ColumnElement[bool]
) -> tuple[list[tuple[Asset, str | None]], int, str | None]:
    """Records with the hashes of their thumbnails, how many there are in all, and the cursor.

    Args:
        visible: further conditions, such as what the viewer may see.

    Raises:
        BadRequest: the cursor is not one of this order.
    """
    conditions = [*conditions_of(query), *visible]
    column = _COLUMNS[query.sort.removeprefix("-")]
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
    total = session.scalar(select(func.count()).select_from(Asset).where(*conditions))
    shown = found[: query.limit]
    cursor = _cursor(query.sort, shown[-1][0]) if len(found) > query.limit else None
    return shown, total or 0, cursor


def conditions_of(query: AssetQuery) -> list[ColumnElement[bool]]:
    """What a record must fulfil to be listed."""
    trashed = Asset.trashed_at.is_not(None) if query.trashed else Asset.trashed_at.is_(None)
    conditions: list[ColumnElement[bool]] = [trashed]
    for column, wanted in (
        (Asset.kind, query.kinds),
        (Asset.state, query.states),
        (Asset.media_type, query.media_types),
    ):
        if wanted:
            conditions.append(column.in_(wanted))
    if query.name:
        conditions.append(
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
            conditions.append(moment >= start)
        if end is not None:
            conditions.append(moment < end)
    return conditions


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
