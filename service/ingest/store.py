"""Writing analyses into the catalog: all of a batch, with its outbox rows, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pipelines.analysis import Analysis, Unit
from service.blobs import BlobStore
from service.catalog import tables
from service.catalog.database import Database
from service.catalog.tables import (
    Asset,
    Content,
    ContentStage,
    ContentValue,
    Embedding,
    JobItem,
    Outbox,
    now,
)
from service.catalog.vectors import pack
from service.ingest.stages import LaterStage
from service.space_models import SpaceModels

READ = "read"
"""The stage that makes a file searchable; all others come later."""


@dataclass(frozen=True, slots=True)
class Work:
    """One asset that a worker has claimed."""

    item_id: int
    asset_id: str
    sha256: str
    name: str
    in_place_path: str | None
    job_id: str = ""
    stage: str = READ


@dataclass(frozen=True, slots=True)
class _Thumbnails:
    preview: str | None
    units: Sequence[str | None]


class AnalysisStore:
    """Keeps what the pipelines found."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        models: SpaceModels,
        later: Sequence[LaterStage] = (),
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._models = models
        self._later = later

    def save(self, results: Sequence[tuple[Work, Analysis | None]], stage_key: str) -> None:
        """Save analyses of claimed assets; None stands for content that is already analysed."""
        thumbnails = [self._put_thumbnails(analysis) for _, analysis in results]
        with self._database.write() as session:
            fresh: set[str] = set()
            for (work, analysis), pictures in zip(results, thumbnails, strict=True):
                if analysis is not None and work.sha256 not in fresh:
                    self._replace_content(session, work.sha256, analysis, pictures, stage_key)
                    self._note_wishes(session, work.sha256, analysis)
                    fresh.add(work.sha256)
                _finish(session, work)
                self._queue_later(session, work)
            # Other assets with the same bytes show the new reading too.
            for asset in session.scalars(select(Asset).where(Asset.sha256.in_(fresh))):
                session.add(Outbox(asset_id=asset.id, operation="index"))

    def save_later(
        self, work: Work, stage: LaterStage, units: Sequence[Unit], reason: str | None
    ) -> None:
        """Save what a later stage found, or why it failed; earlier units of it go."""
        thumbnails = self._unit_thumbnails(units)
        with self._database.write() as session:
            row = session.get(ContentStage, (work.sha256, stage.name))
            if row is not None:
                row.key = "" if reason else stage.key
                row.reason = reason
                session.execute(
                    delete(tables.Unit).where(
                        tables.Unit.sha256 == work.sha256,
                        tables.Unit.key.startswith(f"{stage.name}:", autoescape=True),
                    )
                )
                self._insert_units(session, work.sha256, units, thumbnails)
                for asset_id in session.scalars(
                    select(Asset.id).where(Asset.sha256 == work.sha256)
                ):
                    session.add(Outbox(asset_id=asset_id, operation="index"))
            _close_item(session, work, failed=reason is not None)

    def _note_wishes(self, session: Session, sha256: str, analysis: Analysis) -> None:
        for stage in self._later:
            targets = list(stage.targets(analysis))
            if targets:
                session.add(ContentStage(sha256=sha256, stage=stage.name, targets=targets))
        session.flush()

    def _queue_later(self, session: Session, work: Work) -> None:
        for stage in self._later:
            if not stage.enabled:
                continue
            row = session.get(ContentStage, (work.sha256, stage.name))
            if row is not None and row.key != stage.key:
                session.add(JobItem(job_id=work.job_id, asset_id=work.asset_id, stage=stage.name))

    def _unit_thumbnails(self, units: Sequence[Unit]) -> list[str | None]:
        return [
            self._blobs.put_derived(unit.picture.thumbnail).sha256
            if unit.picture and unit.picture.thumbnail
            else None
            for unit in units
        ]

    def _put_thumbnails(self, analysis: Analysis | None) -> _Thumbnails:
        if analysis is None:
            return _Thumbnails(None, ())
        preview = analysis.preview
        return _Thumbnails(
            self._blobs.put_derived(preview.thumbnail).sha256 if preview else None,
            self._unit_thumbnails(analysis.units),
        )

    def _replace_content(
        self,
        session: Session,
        sha256: str,
        analysis: Analysis,
        thumbnails: _Thumbnails,
        stage_key: str,
    ) -> None:
        session.execute(delete(Content).where(Content.sha256 == sha256))
        failure = analysis.failure
        session.execute(
            insert(Content).values(
                sha256=sha256,
                stage_key=stage_key,
                kind=analysis.kind,
                media_type=analysis.media_type,
                width=analysis.width,
                height=analysis.height,
                pages=analysis.pages,
                duration_s=analysis.duration_s,
                thumbnail=thumbnails.preview
                or next((each for each in thumbnails.units if each), None),
                failure_code=failure.code if failure else None,
                failure_reason=failure.reason if failure else None,
                warnings=list(analysis.warnings),
                read_at=now(),
            )
        )
        if analysis.values:
            session.execute(
                insert(ContentValue),
                [
                    {
                        "sha256": sha256,
                        "name": value.name,
                        "value": value.value,
                        "source": value.source,
                        "model": value.model,
                        "confidence": value.confidence,
                        "evidence": value.evidence,
                    }
                    for value in analysis.values
                ],
            )
        self._insert_units(session, sha256, analysis.units, thumbnails.units)

    def _insert_units(
        self,
        session: Session,
        sha256: str,
        units: Sequence[Unit],
        thumbnails: Sequence[str | None],
    ) -> None:
        if not units:
            return
        ids = session.scalars(
            insert(tables.Unit).returning(tables.Unit.id, sort_by_parameter_order=True),
            [
                _unit_row(sha256, unit, thumbnail)
                for unit, thumbnail in zip(units, thumbnails, strict=True)
            ],
        ).all()
        vectors = [
            row
            for unit_id, unit in zip(ids, units, strict=True)
            for row in self._vector_rows(unit_id, unit)
        ]
        if vectors:
            session.execute(insert(Embedding), vectors)

    def _vector_rows(self, unit_id: int, unit: Unit) -> list[dict[str, object]]:
        spaces = (
            ("visual", unit.visual),
            ("look", unit.look),
            ("text", unit.words),
        )
        return [
            {
                "unit_id": unit_id,
                "space": space,
                "model": self._models.of_space(space),
                "vector": pack(vector),
            }
            for space, vector in spaces
            if vector is not None
        ]


def _unit_row(sha256: str, unit: Unit, thumbnail: str | None) -> dict[str, object]:
    picture = unit.picture
    prints = picture.fingerprints if picture else None
    return {
        "sha256": sha256,
        "key": unit.key,
        "kind": unit.kind,
        "page": unit.page,
        "box": list(astuple(unit.box)) if unit.box else None,
        "section": unit.section,
        "text": unit.text,
        "char_start": unit.char_start,
        "char_end": unit.char_end,
        "start_s": unit.start_s,
        "end_s": unit.end_s,
        "width": picture.width if picture else None,
        "height": picture.height if picture else None,
        "thumbnail": thumbnail,
        "pixels": prints.pixels if prints else None,
        "perceptual": prints.perceptual if prints else None,
    }


def _finish(session: Session, work: Work) -> None:
    """Copy what the content says onto the record, and close the job's item."""
    content = session.get(Content, work.sha256, populate_existing=True)
    asset = session.get(Asset, work.asset_id)
    if asset is not None and content is not None and asset.sha256 == work.sha256:
        asset.kind = content.kind
        asset.media_type = content.media_type
        asset.width, asset.height = content.width, content.height
        asset.pages, asset.duration_s = content.pages, content.duration_s
        asset.failure_code = content.failure_code
        asset.failure_reason = content.failure_reason
        asset.state = _state(session, content)
        asset.title = session.scalar(
            select(ContentValue.value)
            .where(ContentValue.sha256 == work.sha256, ContentValue.name == "title")
            .limit(1)
        )
        session.add(Outbox(asset_id=asset.id, operation="index"))
    _close_item(session, work, failed=asset is not None and asset.state == "failed")


def _close_item(session: Session, work: Work, *, failed: bool) -> None:
    session.execute(
        update(JobItem)
        .where(JobItem.id == work.item_id)
        .values(state="failed" if failed else "done")
    )


def _state(session: Session, content: Content) -> str:
    """Ready when anything in the content can be found, also if reading it ended early."""
    if content.failure_code is None:
        return "ready"
    found = session.scalar(
        select(tables.Unit.id).where(tables.Unit.sha256 == content.sha256).limit(1)
    )
    if found is not None:
        return "ready"
    return "unsupported" if content.failure_code == "unsupported" else "failed"
