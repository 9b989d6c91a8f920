"""Documents of the catalog, for reading, as one viewer sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from pipelines.documents.grade import grade
from pipelines.documents.page_texts import page_texts
from service.access.predicate import seen_assets
from service.access.seen import find_asset
from service.access.viewer import Viewer
from service.catalog import tables
from service.catalog.database import Database
from service.catalog.tables import Asset, Content
from service.documents import schemas
from service.documents.shapes import (
    FIELD,
    columns_of,
    grades_of,
    passage_of,
    picture_of,
    summary_of,
    type_of,
)
from service.documents.stored import unit_of
from service.documents.tables import DocumentFacts, DocumentLabel
from service.errors import BadRequest, NotFound
from service.record.entries import Entries
from service.record.fieldset import FieldSet
from service.records.assembly import entries_for
from service.records.tables import RecordEntry
from service.selection.conditions import selected
from service.selection.language import parse_selection

_MOST_PASSAGES = 2_000
"""Of one page; of files without pages the list of passages gives the rest."""

_Rows = Select["Asset", "float"]


class Documents:
    """Summaries, passages and pages of the assets that a viewer sees."""

    def __init__(self, database: Database, fields: FieldSet, viewer: Viewer) -> None:
        self._database = database
        self._fields = fields
        self._viewer = viewer

    def summary(self, asset_id: str) -> schemas.AssetSummary:
        """What a document is and says; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
            return self._summaries(session, [asset])[0]

    def listed(self, query: schemas.DocumentQuery) -> schemas.SummaryPage:
        """Some documents with text, newest first, or those whose type is least sure.

        Raises:
            BadRequest: the cursor is not ours.
            InvalidSelection: the words of the selection cannot be understood.
        """
        tests = selected(parse_selection(query.where), self._fields) if query.where else []
        rows = (
            select(Asset, DocumentLabel.confidence)
            .join(DocumentLabel, DocumentLabel.asset_id == Asset.id)
            .where(Asset.trashed_at.is_(None), *seen_assets(self._viewer), *tests)
        )
        rows = _in_doubt(rows, query) if query.order == "doubt" else _newest(rows, query)
        with self._database.read() as session:
            found = session.execute(rows.limit(query.limit + 1)).all()
            shown = found[: query.limit]
            documents = self._summaries(session, [asset for asset, _ in shown])
        following = None
        if len(found) > query.limit:
            asset, confidence = shown[-1]
            following = f"{confidence!r}|{asset.id}" if query.order == "doubt" else asset.id
        return schemas.SummaryPage(documents=documents, next_cursor=following)

    def passages(
        self, asset_id: str, *, limit: int = 50, cursor: str | None = None
    ) -> schemas.PassagePage:
        """Some passages of an asset, in the order of the document.

        Raises:
            NotFound: there is no such asset.
            BadRequest: the cursor is not ours.
        """
        after = _number(cursor)
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
            rows = session.scalars(
                select(tables.Unit)
                .where(
                    tables.Unit.sha256 == asset.sha256,
                    tables.Unit.kind == "passage",
                    tables.Unit.id > after,
                )
                .order_by(tables.Unit.id)
                .limit(limit + 1)
            ).all()
            facts = session.get(DocumentFacts, asset.sha256)
        shown = rows[:limit]
        return schemas.PassagePage(
            passages=[passage_of(row) for row in shown],
            grades=grades_of(facts, sorted({row.page or 0 for row in shown})),
            next_cursor=str(shown[-1].id) if len(rows) > limit else None,
        )

    def page(self, asset_id: str, number: int) -> schemas.AssetPageText:
        """One page: its text, passages, grade and where its picture is.

        Raises:
            NotFound: there is no such asset or page.
        """
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
            if number > max(1, asset.pages or 1):
                raise NotFound(f"{asset.name} has no page {number}; it has {asset.pages or 1}.")
            rows = session.scalars(
                select(tables.Unit)
                .where(
                    tables.Unit.sha256 == asset.sha256,
                    tables.Unit.kind == "passage",
                    _stands_on(number),
                    tables.Unit.key.not_like("%attachment:%"),
                )
                .order_by(tables.Unit.id)
                .limit(_MOST_PASSAGES)
            ).all()
            facts = session.get(DocumentFacts, asset.sha256)
            content = session.get(Content, asset.sha256)
        parts = page_texts(map(unit_of, rows))
        found = grade(number, parts, facts.language if facts else "")
        return schemas.AssetPageText(
            page=number,
            pages=asset.pages,
            text="\n\n".join(part.text.strip() for part in parts),
            passages=[passage_of(row) for row in rows],
            grade=schemas.PageGrade.model_validate(found),
            picture=picture_of(asset, number, drawn=bool(content and content.thumbnail)),
        )

    def _summaries(self, session: Session, assets: Sequence[Asset]) -> list[schemas.AssetSummary]:
        labels = _by_key(
            session,
            select(DocumentLabel).where(DocumentLabel.asset_id.in_([asset.id for asset in assets])),
            "asset_id",
        )
        facts = _by_key(
            session,
            select(DocumentFacts).where(
                DocumentFacts.sha256.in_({asset.sha256 for asset in assets})
            ),
            "sha256",
        )
        entries = entries_for(session, assets, self._fields)
        return [
            self._shape(asset, labels.get(asset.id), facts.get(asset.sha256), entries[asset.id])
            for asset in assets
        ]

    def _shape(
        self,
        asset: Asset,
        label: DocumentLabel | None,
        facts: DocumentFacts | None,
        entries: Entries,
    ) -> schemas.AssetSummary:
        if label is None:
            # A person may have said what a scan without text is.
            label = DocumentLabel(asset_id=asset.id, label="", confidence=0.0, options=[])
            state = "waiting" if asset.state == "queued" else "no_text"
        else:
            state = "described" if facts is not None else "waiting"
        kind = type_of(label, entries, self._fields.broader.get(FIELD, {}))
        if facts is None:
            made = schemas.DocumentSummary(type=kind, pages=asset.pages)
        else:
            made = summary_of(columns_of(facts), kind, asset.pages)
        return schemas.AssetSummary(
            **{**made.model_dump(), "state": state}, asset_id=asset.id, name=asset.name
        )


def _newest(rows: _Rows, query: schemas.DocumentQuery) -> _Rows:
    if query.cursor is not None:
        rows = rows.where(Asset.id < query.cursor)
    return rows.order_by(Asset.id.desc())


def _in_doubt(rows: _Rows, query: schemas.DocumentQuery) -> _Rows:
    said = (
        select(RecordEntry.id)
        .where(
            RecordEntry.asset_id == Asset.id,
            RecordEntry.name == FIELD,
            RecordEntry.source == "human",
            RecordEntry.until.is_(None),
        )
        .exists()
    )
    rows = rows.where(~said, DocumentLabel.label != "")
    if query.cursor is not None:
        sure, _, asset_id = query.cursor.partition("|")
        try:
            confidence = float(sure)
        except ValueError as error:
            raise _foreign() from error
        rows = rows.where(
            or_(
                DocumentLabel.confidence > confidence,
                and_(DocumentLabel.confidence == confidence, Asset.id > asset_id),
            )
        )
    return rows.order_by(DocumentLabel.confidence, Asset.id)


def _stands_on(number: int) -> ColumnElement[bool]:
    if number == 1:
        return or_(tables.Unit.page == 1, tables.Unit.page.is_(None))
    return tables.Unit.page == number


def _by_key(session: Session, rows: Select[Any], key: str) -> dict[str, Any]:
    return {getattr(row, key): row for row in session.scalars(rows)}


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise _foreign()
    return int(cursor)


def _foreign() -> BadRequest:
    return BadRequest("The cursor is not one that this server gave out; start again without it.")
