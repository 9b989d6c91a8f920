"""Writing analyses into the catalog: all of a batch, with its outbox rows, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from sqlalchemy import ColumnElement, and_, delete, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from pipelines.analysis import Analysis, Unit
from service.access.screening import Screener
from service.blobs import BlobStore
from service.catalog import tables
from service.catalog.database import Database
from service.catalog.tables import (
    Asset,
    Content,
    ContentStage,
    ContentValue,
    Embedding,
    Outbox,
    now,
)
from service.catalog.values import row
from service.catalog.vectors import pack
from service.documents.waiting import note_text
from service.generations.in_use import ModelsInUse
from service.ingest.content_rows import Thumbnails, content_row, unit_row
from service.ingest.items import add_items, close_items
from service.ingest.stages import LaterStage
from service.ingest.work import Work
from service.media.files import forget_files, replace_files
from service.record.fieldset import FieldSet
from service.records.refresh import refresh_records
from service.tags.tagging import Tagging

_Kept = Mapping[str, Sequence[str]]
"""For each hash the later stages whose results still hold."""


class AnalysisStore:
    """Keeps what the pipelines found."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        models: ModelsInUse,
        later: Sequence[LaterStage],
        screener: Screener,
        fields: FieldSet,
        tagging: Tagging,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._models = models
        self._later = later
        self._screener = screener
        self._fields = fields
        self._tagging = tagging

    def save(self, results: Sequence[tuple[Work, Analysis | None]], stage_key: str) -> None:
        """Save analyses of claimed assets; None stands for content that is already analysed."""
        works = [work for work, _ in results]
        found = {work.sha256: analysis for work, analysis in results if analysis is not None}
        thumbnails = {sha256: self._put_thumbnails(analysis) for sha256, analysis in found.items()}
        taggers = self._tagging.prepare()
        with self._database.write() as session:
            # What was purged while it was being read must not come back.
            wanted = _hashes_of_records(session, found)
            found = {sha256: each for sha256, each in found.items() if sha256 in wanted}
            fresh = self._without_locked(session, found, stage_key)
            self._replace_contents(session, fresh, thumbnails, stage_key)
            hashes = {work.sha256 for work in works}
            failed = _update_assets(session, hashes, self._fields)
            note_text(session, hashes, anew=fresh)
            close_items(session, works, failed)
            self._queue_later(session, works)
            self._tagging.arrive(session, works, taggers)
            self._screen(session, hashes)

    def save_later(self, work: Work, stage: LaterStage, found: Analysis) -> None:
        """Save what a later stage found; earlier units of it go."""
        thumbnails = self._unit_thumbnails(found.units)
        taggers = self._tagging.prepare()
        files = [(file, self._blobs.put_derived(file.data)) for file in found.files]
        with self._database.write() as session:
            wish = session.get(ContentStage, (work.sha256, stage.name))
            if wish is not None:
                wish.key = stage.key
                wish.reason = " ".join(found.warnings) or None
                session.execute(
                    delete(tables.Unit).where(tables.Unit.sha256 == work.sha256, _is_of(stage.name))
                )
                self._insert_units(
                    session,
                    [
                        (work.sha256, unit, thumbnail)
                        for unit, thumbnail in zip(found.units, thumbnails, strict=True)
                    ],
                )
                replace_files(session, work.sha256, stage.name, files)
                same = session.scalars(select(Asset.id).where(Asset.sha256 == work.sha256))
                session.add_all([Outbox(asset_id=each, operation="index") for each in same])
                note_text(session, {work.sha256}, anew={work.sha256})
            close_items(session, [work], set())
            self._tagging.arrive(session, [work], taggers)
            self._screen(session, {work.sha256})

    def _screen(self, session: Session, hashes: Set[str]) -> None:
        same = select(Asset.id).where(Asset.sha256.in_(hashes))
        self._screener.screen(session, session.scalars(same).all())

    def _without_locked(
        self, session: Session, found: Mapping[str, Analysis], stage_key: str
    ) -> dict[str, Analysis]:
        """Without those that ask for a password and were opened with one before.

        What was found then stands: the password was not kept, so it cannot be read again.
        """
        locked = [
            sha256
            for sha256, analysis in found.items()
            if analysis.failure is not None and analysis.failure.code == "encrypted"
        ]
        opened = set(
            session.scalars(
                select(Content.sha256).where(
                    Content.sha256.in_(locked), Content.failure_code.is_(None)
                )
            )
        )
        session.execute(
            update(Content).where(Content.sha256.in_(opened)).values(stage_key=stage_key)
        )
        return {sha256: each for sha256, each in found.items() if sha256 not in opened}

    def _replace_contents(
        self,
        session: Session,
        fresh: Mapping[str, Analysis],
        thumbnails: Mapping[str, Thumbnails],
        stage_key: str,
    ) -> None:
        if not fresh:
            return
        kept = self._still_holding(session, fresh)
        _clear(session, list(fresh), kept)
        known = set(session.scalars(select(Content.sha256).where(Content.sha256.in_(fresh))))
        rows = [
            content_row(sha256, analysis, thumbnails[sha256], stage_key)
            for sha256, analysis in fresh.items()
        ]
        if old := [each for each in rows if each["sha256"] in known]:
            session.execute(update(Content), old)
        if new := [each for each in rows if each["sha256"] not in known]:
            session.execute(insert(Content), new)
        values = [
            {"sha256": sha256, **row(value)}
            for sha256, analysis in fresh.items()
            for value in analysis.values
        ]
        if values:
            session.execute(insert(ContentValue), values)
        self._insert_units(
            session,
            [
                (sha256, unit, thumbnail)
                for sha256, analysis in fresh.items()
                for unit, thumbnail in zip(analysis.units, thumbnails[sha256].units, strict=True)
                # What a later stage put something better in the place of.
                if unit.key.partition(":")[0] not in kept.get(sha256, ())
            ],
        )
        self._note_wishes(session, fresh, kept)

    def _still_holding(self, session: Session, fresh: Mapping[str, Analysis]) -> _Kept:
        """Later stages with the same targets and key as before need not run again."""
        kept: dict[str, list[str]] = {}
        stages = {stage.name: stage for stage in self._later}
        for noted in session.scalars(select(ContentStage).where(ContentStage.sha256.in_(fresh))):
            stage = stages.get(noted.stage)
            if (
                stage is not None
                and noted.key == stage.key
                and noted.targets == list(stage.targets(fresh[noted.sha256]))
                and self._has_vectors(session, noted)
            ):
                kept.setdefault(noted.sha256, []).append(noted.stage)
        return kept

    def _has_vectors(self, session: Session, noted: ContentStage) -> bool:
        """Whether the words that a stage found have vectors of the model in use."""
        vector = (
            select(Embedding.unit_id)
            .where(
                Embedding.unit_id == tables.Unit.id,
                Embedding.model == self._models.of_space("text"),
            )
            .exists()
        )
        lacking = select(tables.Unit.id).where(
            tables.Unit.sha256 == noted.sha256,
            _is_of(noted.stage),
            tables.Unit.text != "",
            ~vector,
        )
        return session.scalars(lacking.limit(1)).first() is None

    def _note_wishes(self, session: Session, fresh: Mapping[str, Analysis], kept: _Kept) -> None:
        wishes = [
            {"sha256": sha256, "stage": stage.name, "targets": targets}
            for sha256, analysis in fresh.items()
            for stage in self._later
            if stage.name not in kept.get(sha256, ()) and (targets := list(stage.targets(analysis)))
        ]
        if wishes:
            session.execute(insert(ContentStage), wishes)

    def _queue_later(self, session: Session, works: Sequence[Work]) -> None:
        keys = {stage.name: stage.key for stage in self._later if stage.enabled}
        if not keys:
            return
        noted = session.execute(
            select(ContentStage.sha256, ContentStage.stage, ContentStage.key).where(
                ContentStage.sha256.in_({work.sha256 for work in works}),
                ContentStage.stage.in_(keys),
            )
        )
        wanted: dict[str, list[str]] = {}
        for sha256, stage, key in noted:
            if key != keys[stage]:
                wanted.setdefault(sha256, []).append(stage)
        for work in works:
            stages = wanted.get(work.sha256, ())
            add_items(session, work.job_id, [(work.asset_id, stage) for stage in stages])

    def _unit_thumbnails(self, units: Sequence[Unit]) -> list[str | None]:
        return [
            self._blobs.put_derived(unit.picture.thumbnail).sha256
            if unit.picture and unit.picture.thumbnail
            else None
            for unit in units
        ]

    def _put_thumbnails(self, analysis: Analysis | None) -> Thumbnails:
        if analysis is None:
            return Thumbnails(None, ())
        preview = analysis.preview
        return Thumbnails(
            self._blobs.put_derived(preview.thumbnail).sha256 if preview else None,
            self._unit_thumbnails(analysis.units),
        )

    def _insert_units(
        self, session: Session, units: Sequence[tuple[str, Unit, str | None]]
    ) -> None:
        """Write units, given with the hash of their content and of their thumbnail."""
        if not units:
            return
        ids = session.scalars(
            insert(tables.Unit).returning(tables.Unit.id, sort_by_parameter_order=True),
            [unit_row(*unit) for unit in units],
        ).all()
        vectors = [
            vector
            for unit_id, (_, unit, _) in zip(ids, units, strict=True)
            for vector in self._vector_rows(unit_id, unit)
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


def _clear(session: Session, hashes: Sequence[str], kept: _Kept) -> None:
    """Forget what an earlier reading found, but not later stages that still hold."""
    session.execute(delete(ContentValue).where(ContentValue.sha256.in_(hashes)))
    forget_files(session, hashes, kept)
    plain = [sha256 for sha256 in hashes if sha256 not in kept]
    session.execute(delete(tables.Unit).where(tables.Unit.sha256.in_(plain)))
    session.execute(delete(ContentStage).where(ContentStage.sha256.in_(plain)))
    for sha256, stages in kept.items():
        found_by_them = or_(*(_is_of(stage) for stage in stages))
        session.execute(
            delete(tables.Unit).where(and_(tables.Unit.sha256 == sha256, not_(found_by_them)))
        )
        session.execute(
            delete(ContentStage).where(
                ContentStage.sha256 == sha256, ContentStage.stage.not_in(stages)
            )
        )


def _hashes_of_records(session: Session, hashes: Iterable[str]) -> set[str]:
    """Those among some hashes that a record has, or had."""
    among = list(hashes)
    return {
        sha256
        for column in (Asset.sha256, tables.Version.sha256)
        for sha256 in session.scalars(select(column).where(column.in_(among)).distinct())
    }


def _is_of(stage: str) -> ColumnElement[bool]:
    return tables.Unit.key.startswith(f"{stage}:", autoescape=True)


def _update_assets(session: Session, hashes: Set[str], fields: FieldSet) -> set[str]:
    """Copy what contents say onto all records of them, and have those indexed.

    Returns:
        The records whose content could not be read.
    """
    found = [
        (asset, content)
        for asset, content in session.execute(
            select(Asset, Content)
            .join(Content, Content.sha256 == Asset.sha256)
            .where(Asset.sha256.in_(hashes))
        )
    ]
    if not found:
        return set()
    in_part = _readable_in_part(session, [content for _, content in found])
    states = {asset.id: _state(content, in_part) for asset, content in found}
    session.execute(
        update(Asset),
        [
            {
                "id": asset.id,
                "kind": content.kind,
                "media_type": content.media_type,
                "width": content.width,
                "height": content.height,
                "pages": content.pages,
                "duration_s": content.duration_s,
                "failure_code": content.failure_code,
                "failure_reason": content.failure_reason,
                "state": states[asset.id],
                "updated_at": now(),
            }
            for asset, content in found
        ],
    )
    assets = select(Asset).where(Asset.id.in_(states)).execution_options(populate_existing=True)
    refresh_records(session, session.scalars(assets).all(), fields)
    session.execute(
        insert(Outbox), [{"asset_id": asset_id, "operation": "index"} for asset_id in states]
    )
    return {asset_id for asset_id, state in states.items() if state == "failed"}


def _readable_in_part(session: Session, contents: Sequence[Content]) -> set[str]:
    """Hashes of contents whose reading ended early, but not before something was found."""
    failed = [content.sha256 for content in contents if content.failure_code is not None]
    if not failed:
        return set()
    found = select(tables.Unit.sha256).where(tables.Unit.sha256.in_(failed)).distinct()
    return set(session.scalars(found))


def _state(content: Content, in_part: Set[str]) -> str:
    """Ready when anything in the content can be found."""
    if content.failure_code is None or content.sha256 in in_part:
        return "ready"
    return "unsupported" if content.failure_code == "unsupported" else "failed"
