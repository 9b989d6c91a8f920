"""Documents as examples: what people said of them, and what a lesson needs to know of each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from models.base import TextEncoder
from pipelines.documents.pages import view_of
from pipelines.documents.types.classify import Described, describe
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.documents.stored import stored_document
from service.documents.tables import DocumentLabel
from service.records.tables import RecordEntry

_MOST_EXAMPLES = 3_000
_MOST_OTHERS = 300


class ExampleDocuments:
    """The documents of a library, as one lesson sees them; each is looked at once.

    Args:
        text_model: the name of the encoder, as vectors are kept by it.
    """

    def __init__(self, database: Database, text: TextEncoder, text_model: str) -> None:
        self._database = database
        self._text = text
        self._model = text_model
        self._seen: dict[str, Described | None] = {}

    def given(self, name: str) -> list[tuple[str, Any]]:
        """Documents with what people gave or accepted for a field, the newest first."""
        with self._database.read() as session:
            rows = session.execute(
                select(RecordEntry.asset_id, RecordEntry.content)
                .join(DocumentLabel, DocumentLabel.asset_id == RecordEntry.asset_id)
                .join(Asset, Asset.id == RecordEntry.asset_id)
                .where(*_said(name), Asset.trashed_at.is_(None))
                .order_by(RecordEntry.id.desc())
                .limit(_MOST_EXAMPLES)
            ).all()
        newest: dict[str, Any] = {}
        for asset_id, content in rows:
            newest.setdefault(asset_id, content)
        return list(newest.items())

    def others(self, name: str) -> list[Described]:
        """A sample of the documents for which nobody gave a field."""
        said = (
            select(RecordEntry.id)
            .where(RecordEntry.asset_id == DocumentLabel.asset_id, *_said(name))
            .exists()
        )
        with self._database.read() as session:
            ids = session.scalars(
                select(DocumentLabel.asset_id)
                .where(~said, DocumentLabel.label != "")
                .order_by(func.random())
                .limit(_MOST_OTHERS)
            ).all()
        return self._all(ids)

    def document(self, asset_id: str) -> Described | None:
        """A document as it is classified; None where it has no text any more."""
        if asset_id not in self._seen:
            self._seen[asset_id] = self._look(asset_id)
        return self._seen[asset_id]

    def _all(self, ids: Collection[str]) -> list[Described]:
        return [found for each in ids if (found := self.document(each)) is not None]

    def _look(self, asset_id: str) -> Described | None:
        with self._database.read() as session:
            asset = session.get(Asset, asset_id)
            stored = stored_document(session, asset.sha256, self._model) if asset else None
        if stored is None or not stored.units:
            return None
        return describe(stored, view_of(stored), self._text)


def _said(name: str) -> tuple[ColumnElement[bool], ...]:
    accepted = and_(RecordEntry.actor != "", RecordEntry.state == "accepted")
    return (
        RecordEntry.name == name,
        or_(RecordEntry.source == "human", accepted),
        RecordEntry.until.is_(None),
    )
