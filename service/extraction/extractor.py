"""Brings the fields of assets in the catalog up to date, one asset at a time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from pipelines.analysis import Analysis
from pipelines.documents.contracts import contract_dates
from pipelines.documents.fields.results import Extracted
from pipelines.documents.fields.schema import Schema
from pipelines.documents.structure import Structure
from pipelines.documents.types.tree import Answer
from service.blobs import BlobStore
from service.catalog.database import Database
from service.catalog.originals import original_of
from service.catalog.tables import Asset, Content, ContentStage, now
from service.documents.stored import stored_document
from service.documents.tables import DocumentLabel
from service.documents.waiting import waiting
from service.errors import NotFound
from service.extraction.doubt import doubt_of
from service.extraction.entries import HUMAN, live_entries, replace_found, said_names, shown_fields
from service.extraction.finder import FieldFinder, Found
from service.extraction.tables import Extraction
from service.generations.in_use import ModelsInUse
from service.records.tables import RecordEntry

_OCR = "ocr"
_TYPE = "document_type"


class Extractor:
    """Finds what is out of date and does it; what is read waits for its type first."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        models: ModelsInUse,
        finder: FieldFinder,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._models = models
        self._finder = finder

    @property
    def maker(self) -> str:
        """Names the schemas and rankers that fields are found by."""
        return self._finder.schemas.digest

    def due(self, limit: int, among: Sequence[str] | None = None) -> list[str]:
        """Ids of assets whose fields are not up to date, oldest first."""
        with self._database.read() as session:
            chosen = select(Asset.id).join(Content, Content.sha256 == Asset.sha256)
            chosen = chosen.where(self._is_due())
            if among is not None:
                chosen = chosen.where(Asset.id.in_(among))
            return list(session.scalars(chosen.order_by(Asset.id).limit(limit)))

    def bring_up(self, asset_id: str, *, urgent: bool = False) -> None:
        """Find the fields of an asset anew; nothing happens where it is gone."""
        with self._database.read() as session:
            asset = session.get(Asset, asset_id)
            if asset is None:
                return
            state = _reading_of(session, asset)
            known = session.get(Extraction, asset_id)
            schema = known.schema if known is not None and known.schema_by else ""
            known_type = _type_of(session, asset_id)
        analysis, structure = self.material(asset, urgent=urgent)
        if schema not in self._finder.schemas.schemas:
            schema = ""
        found = self._finder.find(analysis, structure, schema=schema, known=known_type)
        with self._database.write() as session:
            now_there = session.get(Asset, asset_id)
            if now_there is not None and now_there.sha256 == asset.sha256:
                self._save(session, asset, state, found)

    def material(self, asset: Asset, *, urgent: bool = True) -> tuple[Analysis, Structure]:
        """What fields of an asset are looked for in: its passages, and what its file holds."""
        with self._database.read() as session:
            model = self._models.of_space("text")
            analysis = stored_document(session, asset.sha256, model)
        structure = Structure()
        if asset.kind == "document":
            with suppress(NotFound, OSError):
                path = original_of(asset, self._blobs)
                structure = self._finder.structure(path, asset.name, urgent=urgent)
        return analysis or Analysis("document", asset.media_type), structure

    def _save(self, session: Session, asset: Asset, state: dict[str, object], found: Found) -> None:
        row = session.get(Extraction, asset.id)
        if row is None:
            row = Extraction(asset_id=asset.id, **state)
            session.add(row)
        for name, value in state.items():
            setattr(row, name, value)
        # Somebody may have said meanwhile which kind it is: then it is done once more.
        changed = bool(row.schema_by) and row.schema != found.kind.schema
        row.maker = "" if changed else self.maker
        if not row.schema_by:
            row.schema = found.kind.schema
        row.label, row.label_confidence = found.kind.label[:64], found.kind.confidence
        row.renews, row.signed = found.fields.renews, found.fields.signed
        row.parts = [asdict(part) for part in found.parts]
        row.done_at = now()
        session.flush()
        if not changed:
            replace_found(session, asset.id, row.schema, found.fields.fields, found.model)
        settle(session, row, self._finder.schemas.schemas.get(row.schema))

    def _is_due(self) -> ColumnElement[bool]:
        recognised = (
            select(ContentStage.key)
            .where(ContentStage.sha256 == Asset.sha256, ContentStage.stage == _OCR)
            # Said aloud: by itself it would only look one query outwards, not two.
            .correlate(Asset)
            .scalar_subquery()
        )
        typed_since = (
            select(RecordEntry.id)
            .where(
                RecordEntry.asset_id == Asset.id,
                RecordEntry.name == _TYPE,
                or_(RecordEntry.since > Extraction.done_at, RecordEntry.until > Extraction.done_at),
            )
            .correlate(Asset, Extraction)
            .exists()
        )
        current = (
            select(Extraction.asset_id)
            .where(
                Extraction.asset_id == Asset.id,
                Extraction.sha256 == Asset.sha256,
                Extraction.read_at == Content.read_at,
                Extraction.recognised == func.coalesce(recognised, ""),
                Extraction.maker == self.maker,
                ~typed_since,
            )
            .exists()
        )
        labelled = select(DocumentLabel.asset_id).where(DocumentLabel.asset_id == Asset.id).exists()
        return and_(
            Asset.state == "ready",
            # Others without text are no documents.
            or_(Asset.kind == "document", labelled),
            ~waiting(),
            ~current,
        )


def settle(session: Session, row: Extraction, schema: Schema | None) -> None:
    """Write down anew what follows from the fields of a document: its end and its doubt."""
    if schema is None:
        row.expires = row.doubt = None
        return
    rows = live_entries(session, [row.asset_id]).get(row.asset_id, [])
    fields = shown_fields(rows, schema)
    row.doubt = doubt_of(fields, said_names(rows, schema.name))
    first = contract_dates(first_values(fields), date.min, renews=False).expiry
    row.expires = None if first is None else first.isoformat()


def first_values(fields: Sequence[Extracted]) -> dict[str, str]:
    """The first value of each field that is known."""
    return {each.name: each.values[0].value for each in fields if each.values}


def _reading_of(session: Session, asset: Asset) -> dict[str, object]:
    content = session.get(Content, asset.sha256)
    stage = session.get(ContentStage, (asset.sha256, _OCR))
    return {
        "sha256": asset.sha256,
        "read_at": content.read_at if content is not None else None,
        "recognised": stage.key if stage is not None else "",
    }


def _type_of(session: Session, asset_id: str) -> Answer | None:
    """The type of a document: what a person said of it, else what a machine takes it for."""
    said = session.scalars(
        select(RecordEntry)
        .where(
            RecordEntry.asset_id == asset_id,
            RecordEntry.name == _TYPE,
            RecordEntry.until.is_(None),
            RecordEntry.source == HUMAN,
        )
        .order_by(RecordEntry.id.desc())
    ).first()
    if said is not None and said.content:
        return Answer(" ".join(str(said.content).lower().split()), 1.0)
    label = session.get(DocumentLabel, asset_id)
    return None if label is None else Answer(label.label, label.confidence)
