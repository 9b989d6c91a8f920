"""A catalog with a few records, and somebody who edits them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import delete, insert, select

from service.access.viewer import OWNER
from service.catalog.database import Database
from service.catalog.tables import Asset, Content, ContentValue, Outbox, now
from service.record.edits import Edit, parse_edit
from service.record.entries import Key
from service.record.field import Content as FieldContent
from service.record.fieldset import FieldSet, built_in
from service.records.assembly import entries_for, shown_of
from service.records.editor import Edited, RecordEditor
from service.records.refresh import refresh_records


@dataclass(slots=True, repr=False)
class Shelf:
    """The catalog under test."""

    database: Database
    fields: FieldSet
    editor: RecordEditor

    def add(self, asset_id: str, **values: object) -> str:
        """A record of a read photo; ``values`` stand in its bytes."""
        with self.database.write() as session:
            session.add(
                Content(
                    sha256=asset_id.ljust(64, "-"),
                    stage_key="k",
                    kind="image",
                    media_type="image/jpeg",
                    read_at=now(),
                )
            )
            session.flush()
            asset = Asset(
                id=asset_id,
                name=f"{asset_id}.jpg",
                sha256=asset_id.ljust(64, "-"),
                size=1_000_000,
                kind="image",
                media_type="image/jpeg",
                state="ready",
                width=1920,
                height=1080,
            )
            session.add(asset)
            session.flush()
            if values:
                session.execute(
                    insert(ContentValue),
                    [
                        {
                            "sha256": asset.sha256,
                            "name": name,
                            "value": value,
                            "source": "embedded",
                            "model": "XMP dc:x",
                            "confidence": 1.0,
                            "evidence": "",
                        }
                        for name, value in values.items()
                    ],
                )
            refresh_records(session, [asset], self.fields)
        return asset_id

    def edit(self, asset_ids: Sequence[str] | str, *written: str) -> Edited:
        ids = [asset_ids] if isinstance(asset_ids, str) else asset_ids
        return self.editor.edit_all(ids, self.edits(*written))

    def edits(self, *written: str) -> list[Edit]:
        return [parse_edit(each, self.fields) for each in written]

    def shows(self, asset_id: str) -> dict[Key, FieldContent]:
        with self.database.read() as session:
            asset = session.get_one(Asset, asset_id)
            return shown_of(asset, entries_for(session, [asset], self.fields)[asset_id])

    def awaiting_index(self) -> set[str]:
        with self.database.write() as session:
            waiting = set(session.scalars(select(Outbox.asset_id)))
            session.execute(delete(Outbox))
        return waiting


@pytest.fixture
def shelf(catalog_url: str) -> Iterator[Shelf]:
    database = Database(catalog_url)
    database.migrate()
    fields = built_in()
    yield Shelf(database, fields, RecordEditor(database, fields, OWNER))
    database.close()
