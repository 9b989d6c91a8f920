"""Everything about fields of documents that one viewer may see and do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from service.access.viewer import Viewer
from service.catalog.assets import Assets
from service.catalog.database import Database
from service.exchange.exports import Export
from service.extraction import schemas, wire
from service.extraction.analyse import analyse
from service.extraction.documents import Documents
from service.extraction.learning import Learning
from service.extraction.parts import ExtractionParts
from service.extraction.queues import Queues
from service.extraction.sheets import Format
from service.record.fieldset import FieldSet


class ExtractionDesk:
    """Fields, tables, the queue, what is due, exports and learning."""

    def __init__(
        self,
        database: Database,
        fields: FieldSet,
        parts: ExtractionParts,
        viewer: Viewer,
    ) -> None:
        self._database = database
        self._fields = fields
        self._parts = parts
        self._viewer = viewer

    @cached_property
    def _documents(self) -> Documents:
        return Documents(self._database, self._fields, self._parts, self._viewer)

    @cached_property
    def _queues(self) -> Queues:
        assets = Assets(self._database, self._fields)
        return Queues(
            self._database,
            self._parts.finder.schemas,
            self._viewer,
            lambda ids: assets.many(ids, self._viewer),
        )

    @cached_property
    def _learning(self) -> Learning:
        return Learning(self._database, self._parts, self._viewer)

    def of(self, asset_id: str, *, history: bool = False) -> schemas.DocumentFields:
        """As ``Documents.of``."""
        return self._documents.of(asset_id, history=history)

    def correct(self, asset_id: str, patch: schemas.FieldsPatch) -> schemas.DocumentFields:
        """As ``Documents.correct``."""
        return self._documents.correct(asset_id, patch)

    def tables(self, asset_id: str) -> schemas.DocumentTables:
        """As ``Documents.tables``."""
        return self._documents.tables(asset_id)

    def bring_up(self, request: schemas.ExtractRequest) -> Iterator[schemas.ExtractedMany]:
        """As ``Documents.bring_up``."""
        return self._documents.bring_up(request)

    def export(self, format_: Format, where: str = "", schema: str | None = None) -> Export:
        """As ``Documents.export``."""
        return self._documents.export(format_, where, schema)

    def review(
        self, *, limit: int = 50, offset: int = 0, schema: str | None = None
    ) -> schemas.ReviewQueue:
        """As ``Queues.review``."""
        return self._queues.review(limit=limit, offset=offset, schema=schema)

    def due(self, days: int) -> schemas.DueList:
        """As ``Queues.due``."""
        return self._queues.due(days)

    def analyse(self, path: Path, name: str, schema: str | None = None) -> schemas.DocumentFields:
        """Fields of a file that does not enter the catalog; see ``analyse``."""
        return analyse(self._parts, path, name, schema)

    def schema_list(self) -> schemas.SchemaList:
        """The schemas in force, and what was learned for them."""
        known, figures = self._parts.finder.schemas, self._parts.shelf.figures()
        return schemas.SchemaList(
            schemas=[
                wire.schema_info(
                    known.schemas[name],
                    house=name in known.house,
                    learned=schemas.Learned.model_validate(figures[name])
                    if name in figures
                    else None,
                )
                for name in sorted(known.schemas)
            ]
        )

    def learn(self, schema: str) -> schemas.Learned:
        """As ``Learning.learn``."""
        return self._learning.learn(schema)

    def undo(self, schema: str) -> schemas.Learned:
        """As ``Learning.undo``."""
        return self._learning.undo(schema)
