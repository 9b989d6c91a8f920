"""Changes that people make to records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from pipelines.analysis import Value
from service.access.predicate import seen_assets
from service.access.status import refuse_held
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset, AssetValue, Outbox, now
from service.catalog.values import row, title_of, values_of
from service.errors import NotFound
from service.events.record import Change, record


class Edits:
    """Writes what people say of records. A machine's values stay beside, and count less."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_values(self, asset_id: str, values: Mapping[str, str | None], viewer: Viewer) -> None:
        """Let values of a record be what a person says; None takes that back.

        Raises:
            NotFound: there is no such asset.
        """
        viewer.require("write")
        with self._database.write() as session:
            asset = _find(session, asset_id, viewer)
            before = _said(session, asset_id, values)
            session.execute(
                delete(AssetValue).where(
                    AssetValue.asset_id == asset_id,
                    AssetValue.source == "human",
                    AssetValue.name.in_(values),
                )
            )
            said = [
                {"asset_id": asset_id, **row(Value(name, value, "human"))}
                for name, value in values.items()
                if value is not None
            ]
            if said:
                session.execute(insert(AssetValue), said)
            asset.title = title_of(values_of(session, asset))
            _changed(session, asset)
            if dict(values) != before:
                record(
                    session,
                    Change(viewer.id, "asset.edited", asset_id, before=before, after=values),
                )

    def trash(self, asset_id: str, viewer: Viewer) -> None:
        """Put a record into the trash; harmless when it is there.

        Raises:
            NotFound: there is no such asset.
            Conflict: it is under legal hold.
        """
        viewer.require("write")
        with self._database.write() as session:
            asset = _find(session, asset_id, viewer)
            if asset.trashed_at is None:
                refuse_held(asset)
                asset.trashed_at = now()
                _changed(session, asset)
                record(session, Change(viewer.id, "asset.trashed", asset_id))

    def restore(self, asset_id: str, viewer: Viewer) -> None:
        """Take a record out of the trash; harmless when it is not there. Raises NotFound."""
        viewer.require("write")
        with self._database.write() as session:
            asset = _find(session, asset_id, viewer)
            if asset.trashed_at is not None:
                asset.trashed_at = None
                _changed(session, asset)
                record(session, Change(viewer.id, "asset.restored", asset_id))


def _find(session: Session, asset_id: str, viewer: Viewer) -> Asset:
    asset = session.scalar(
        select(Asset).where(Asset.id == asset_id, *seen_assets(viewer)).with_for_update()
    )
    if asset is None:
        raise NotFound(f"There is no asset {asset_id}; `magpie search` shows the ids.")
    return asset


def _said(session: Session, asset_id: str, names: Iterable[str]) -> dict[str, Any]:
    """What a person said before; None where nobody did."""
    rows = session.execute(
        select(AssetValue.name, AssetValue.value).where(
            AssetValue.asset_id == asset_id,
            AssetValue.source == "human",
            AssetValue.name.in_(names),
        )
    )
    return {**dict.fromkeys(names), **{row.name: row.value for row in rows}}


def _changed(session: Session, asset: Asset) -> None:
    asset.updated_at = now()
    session.add(Outbox(asset_id=asset.id, operation="index"))
