"""Reading events, as far as one viewer may see them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets, seen_collections
from service.access.seen import find_asset
from service.access.tables import User
from service.access.viewer import OWNER_ID, Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.collections.tables import Collection
from service.errors import BadRequest
from service.events import schemas
from service.events.tables import Event


class Events:
    """The events that one viewer sees.

    Admins see all. Others see those of assets that they see, and of these assets' coming and
    going those in collections that they see.
    """

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._database = database
        self._viewer = viewer

    def page(
        self,
        *,
        limit: int,
        cursor: str | None = None,
        asset_id: str | None = None,
        actor: str | None = None,
        kind: str | None = None,
        batch_id: str | None = None,
        since: datetime | None = None,
    ) -> schemas.EventPage:
        """Some events, newest first; raises BadRequest on a cursor that is not ours."""
        conditions = self._seen()
        wanted = ((Event.asset_id, asset_id), (Event.actor, actor), (Event.kind, kind))
        for column, value in (*wanted, (Event.batch_id, batch_id)):
            if value is not None:
                conditions.append(column == value)
        if since is not None:
            conditions.append(Event.at >= since)
        if cursor is not None:
            conditions.append(Event.id < _place(cursor))
        with self._database.read() as session:
            rows = session.scalars(
                select(Event).where(*conditions).order_by(Event.id.desc()).limit(limit + 1)
            ).all()
            shown = rows[:limit]
            names = _names(session, {row.actor for row in shown})
        return schemas.EventPage(
            events=[_shape(row, names) for row in shown],
            next_cursor=str(shown[-1].id) if len(rows) > limit else None,
        )

    def history(self, asset_id: str, *, limit: int, cursor: str | None = None) -> schemas.EventPage:
        """What happened to one asset, newest first; raises NotFound."""
        with self._database.read() as session:
            find_asset(session, asset_id, self._viewer)
        return self.page(limit=limit, cursor=cursor, asset_id=asset_id)

    def _seen(self) -> list[ColumnElement[bool]]:
        if self._viewer.sees_all:
            return []
        asset = exists(
            select(Asset.id).where(Asset.id == Event.asset_id, *seen_assets(self._viewer))
        )
        collection = exists(
            select(Collection.id).where(
                Collection.id == Event.subject_id, *seen_collections(self._viewer)
            )
        )
        return [
            asset,
            or_(Event.subject_kind.is_(None), and_(Event.subject_kind == "collection", collection)),
        ]


def _place(cursor: str) -> int:
    # A number that no database counts to would be an error of its own there.
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise BadRequest("The cursor is not one that this server gave out; start again without it.")
    return int(cursor)


def _names(session: Session, actors: set[str]) -> dict[str, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(actors)))
    return {OWNER_ID: OWNER_ID, **{row.id: row.name for row in rows}}


def _shape(row: Event, names: dict[str, str]) -> schemas.Event:
    return schemas.Event(
        id=row.id,
        at=row.at,
        actor=row.actor,
        actor_name=names.get(row.actor, row.actor),
        kind=row.kind,
        asset_id=row.asset_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        batch_id=row.batch_id,
        before=row.before,
        after=row.after,
    )
