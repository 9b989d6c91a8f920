"""The fields of documents as one viewer sees and corrects them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from pipelines.documents.pages import pieces_of, rows_of
from pipelines.documents.split import Part
from pipelines.documents.tables.pairs import all_pairs
from pipelines.documents.tables.placed import placed_tables
from service.access.predicate import seen_assets
from service.access.seen import find_asset
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.errors import BadRequest, NotFound
from service.exchange.exports import Export
from service.extraction import schemas, wire
from service.extraction.corrections import correct
from service.extraction.entries import live_entries, said_names, shown_fields
from service.extraction.extractor import settle
from service.extraction.parts import ExtractionParts
from service.extraction.sheets import Format, Sheet, export
from service.extraction.tables import Extraction, FieldEntry
from service.record.fieldset import FieldSet
from service.selection.conditions import selected
from service.selection.language import parse_selection

_TOLD_EVERY = 10
_AT_ONCE = 400


class Documents:
    """Fields of one document, or of many, for one viewer."""

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

    def of(self, asset_id: str, *, history: bool = False) -> schemas.DocumentFields:
        """The fields of an asset; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
            return self._told(session, asset, history=history)

    def correct(self, asset_id: str, patch: schemas.FieldsPatch) -> schemas.DocumentFields:
        """Write down what a person says of an asset's fields.

        Raises:
            NotFound: there is no such asset.
            BadRequest: a correction does not fit; nothing was changed.
        """
        self._viewer.require("write")
        if patch.schema_name is not None:
            self._be_of(asset_id, patch.schema_name)
        if patch.corrections or patch.confirm:
            with self._database.write() as session:
                find_asset(session, asset_id, self._viewer, for_update=True)
                row = session.get(Extraction, asset_id)
                if row is None or not row.schema:
                    raise BadRequest(
                        "This document has no fields yet; say which schema it has, or wait until "
                        "it was looked at."
                    )
                schema = self._parts.finder.schemas.get(row.schema)
                correct(session, asset_id, schema, patch, self._viewer.id)
                settle(session, row, schema)
        return self.of(asset_id)

    def tables(self, asset_id: str) -> schemas.DocumentTables:
        """Tables and filled-in names of an asset, read from its file; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
        analysis, structure = self._parts.extractor.material(asset)
        view = self._parts.finder.view(analysis, structure)
        # What was recognised in pictures has places, too.
        recognised = [piece for piece in pieces_of(analysis) if piece.placed]
        tables = structure.tables or placed_tables(rows_of(recognised))
        return schemas.DocumentTables(
            tables=wire.table_list(tables),
            pairs=[
                schemas.KeyValue(name=each.name, value=each.value, page=each.page or None)
                for each in all_pairs(structure.pairs, view.rows)
            ],
        )

    def bring_up(self, request: schemas.ExtractRequest) -> Iterator[schemas.ExtractedMany]:
        """Bring fields of many documents up to date, telling how far it is.

        Whoever stops listening stops the work; what is done stays.

        Raises:
            BadRequest, InvalidSelection: nothing was changed.
        """
        self._viewer.require("write")
        asset_ids = self.chosen(request.where, request.asset_ids)
        if request.schema_name is not None:
            self._parts.finder.schemas.get(request.schema_name)
        return self._steps(asset_ids, request.schema_name)

    def chosen(self, where: str | None, asset_ids: Sequence[str] = ()) -> list[str]:
        """Ids of the documents that are meant and seen, oldest first.

        Raises:
            InvalidSelection: the words cannot be understood.
        """
        tests = selected(parse_selection(where or ""), self._fields)
        wanted = select(Asset.id).where(
            Asset.trashed_at.is_(None),
            Asset.kind.in_(("document", "image")),
            *seen_assets(self._viewer),
            *tests,
        )
        with self._database.read() as session:
            found = session.scalars(wanted.order_by(Asset.id)).all()
        among = set(asset_ids or found)
        return [each for each in found if each in among]

    def export(self, format_: Format, where: str = "", schema: str | None = None) -> Export:
        """The fields of the documents that some words select, as a file.

        Args:
            schema: only documents that have it.

        Raises:
            BadRequest, InvalidSelection: the words or the schema are not known.
        """
        known = self._parts.finder.schemas
        ids = self.chosen(where)
        with self._database.read() as session:
            rows = session.execute(
                select(Extraction.asset_id, Extraction.schema).where(Extraction.schema != "")
            )
            of_schema = {row.asset_id: row.schema for row in rows}
        if schema is not None:
            known.get(schema)
        ids = [
            each for each in ids if of_schema.get(each) in ({schema} if schema else known.schemas)
        ]
        used = sorted({of_schema[each] for each in ids})
        columns = {
            spec.name: spec.type == "money" for name in used for spec in known.get(name).fields
        }
        if any(wire.has_terms(known.get(name)) for name in used):
            columns |= {"notice_deadline": False}
        return export(Sheet(ids, self._if_there, columns), format_)

    def _if_there(self, asset_id: str) -> schemas.DocumentFields | None:
        with suppress(NotFound):
            return self.of(asset_id)
        return None

    def _steps(
        self, asset_ids: Sequence[str], schema: str | None
    ) -> Iterator[schemas.ExtractedMany]:
        extractor = self._parts.extractor
        due = (
            asset_ids
            if schema
            else [each for some in _chunked(asset_ids) for each in extractor.due(_AT_ONCE, some)]
        )
        yield schemas.ExtractedMany(total=len(due), finished=False)
        for number, asset_id in enumerate(due, 1):
            if schema:
                with suppress(NotFound):
                    self._be_of(asset_id, schema)
            else:
                extractor.bring_up(asset_id, urgent=True)
            if number % _TOLD_EVERY == 0:
                yield schemas.ExtractedMany(total=len(due), done=number, finished=False)
        yield schemas.ExtractedMany(total=len(due), done=len(due))

    def _be_of(self, asset_id: str, schema: str) -> None:
        """Let a person say which schema an asset has, and find its fields."""
        self._parts.finder.schemas.get(schema)
        with self._database.write() as session:
            asset = find_asset(session, asset_id, self._viewer, for_update=True)
            said = {"schema": schema, "schema_by": self._viewer.id, "maker": ""}
            if session.get(Extraction, asset_id) is None:
                session.execute(
                    insert(Extraction).values(asset_id=asset_id, sha256=asset.sha256, **said)
                )
            else:
                session.execute(
                    update(Extraction).where(Extraction.asset_id == asset_id).values(**said)
                )
        self._parts.extractor.bring_up(asset_id, urgent=True)

    def _told(self, session: Session, asset: Asset, *, history: bool) -> schemas.DocumentFields:
        row = session.get(Extraction, asset.id)
        told = schemas.DocumentFields(asset_id=asset.id, name=asset.name)
        told.up_to_date = row is not None and row.sha256 == asset.sha256
        if row is None:
            return told
        told.document_type, told.type_confidence = row.label, row.label_confidence
        told.schema_name, told.doubt = row.schema, row.doubt
        told.split = split_list([Part(**each) for each in row.parts])
        schema = self._parts.finder.schemas.schemas.get(row.schema)
        if schema is not None:
            entries = live_entries(session, [asset.id]).get(asset.id, [])
            said = said_names(entries, schema.name)
            shown = shown_fields(entries, schema)
            told.fields = wire.field_list(schema, shown, said)
            if wire.has_terms(schema):
                today = date.today()
                told.contract = wire.terms(shown, renews=row.renews, signed=row.signed, today=today)
                told.fields += wire.computed(shown, renews=row.renews, today=today)
        if history:
            all_rows = select(FieldEntry).where(FieldEntry.asset_id == asset.id)
            told.history = wire.history(session.scalars(all_rows.order_by(FieldEntry.id)).all())
        return told


def _chunked(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def split_list(parts: Sequence[Part]) -> list[schemas.DocumentPart]:
    """A proposal where to part a file, for the wire."""
    return [
        schemas.DocumentPart(first=each.first, last=each.last, reason=each.reason) for each in parts
    ]
