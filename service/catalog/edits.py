"""Changes that people make to records."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from pipelines.analysis import Value
from service.catalog.database import Database
from service.catalog.tables import Asset, AssetValue, Outbox, now
from service.catalog.values import row, title_of, values_of
from service.errors import NotFound


class Edits:
    """Writes what people say of records. A machine's values stay beside, and count less."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_values(self, asset_id: str, values: Mapping[str, str | None]) -> None:
        """Let values of a record be what a person says; None takes that back.

        Raises:
            NotFound: there is no such asset.
        """
        with self._database.write() as session:
            asset = _find(session, asset_id)
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

    def trash(self, asset_id: str) -> None:
        """Put a record into the trash; harmless when it is there. Raises NotFound."""
        with self._database.write() as session:
            asset = _find(session, asset_id)
            if asset.trashed_at is None:
                asset.trashed_at = now()
                _changed(session, asset)

    def restore(self, asset_id: str) -> None:
        """Take a record out of the trash; harmless when it is not there. Raises NotFound."""
        with self._database.write() as session:
            asset = _find(session, asset_id)
            if asset.trashed_at is not None:
                asset.trashed_at = None
                _changed(session, asset)


def _find(session: Session, asset_id: str) -> Asset:
    asset = session.get(Asset, asset_id)
    if asset is None:
        raise NotFound(f"There is no asset {asset_id}; `magpie search` shows the ids.")
    return asset


def _changed(session: Session, asset: Asset) -> None:
    asset.updated_at = now()
    session.add(Outbox(asset_id=asset.id, operation="index"))
