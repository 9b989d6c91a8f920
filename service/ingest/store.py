"""Writing analyses into the catalog: all of a batch, with its outbox rows, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
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
from service.catalog.values import row, title_of, values_of_all
from service.catalog.vectors import pack
from service.ingest.stages import LaterStage
from service.space_models import SpaceModels

READ = "read"
"""The stage that makes a file searchable; all others come later."""


_PASSING = frozenset({"missing", "encoding"})


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
        works = [work for work, _ in results]
        fresh = {
            work.sha256: analysis
            for work, analysis in results
            if analysis is not None and not self._must_wait(work, analysis)
        }
        thumbnails = {sha256: self._put_thumbnails(analysis) for sha256, analysis in fresh.items()}
        with self._database.write() as session:
            self._replace_contents(session, fresh, thumbnails, stage_key)
            self._note_wishes(session, fresh)
            failed = _update_assets(session, {work.sha256 for work in works})
            _close_items(session, works, failed)
            self._queue_later(session, works)

    def _must_wait(self, work: Work, analysis: Analysis) -> bool:
        """Whether a failure says nothing of the bytes, and an earlier analysis stands."""
        if not _is_passing(analysis):
            return False
        with self._database.read() as session:
            return session.get(Content, work.sha256) is not None

    def save_later(
        self, work: Work, stage: LaterStage, found: Analysis, failure: str | None
    ) -> None:
        """Save what a later stage found, or why it failed; earlier units of it go."""
        thumbnails = self._unit_thumbnails(found.units)
        with self._database.write() as session:
            wish = session.get(ContentStage, (work.sha256, stage.name))
            if wish is not None:
                wish.key = "" if failure else stage.key
                wish.reason = failure or " ".join(found.warnings) or None
                session.execute(
                    delete(tables.Unit).where(
                        tables.Unit.sha256 == work.sha256,
                        tables.Unit.key.startswith(f"{stage.name}:", autoescape=True),
                    )
                )
                self._insert_units(
                    session,
                    [
                        (work.sha256, unit, thumbnail)
                        for unit, thumbnail in zip(found.units, thumbnails, strict=True)
                    ],
                )
                for asset_id in session.scalars(
                    select(Asset.id).where(Asset.sha256 == work.sha256)
                ):
                    session.add(Outbox(asset_id=asset_id, operation="index"))
            _close_items(session, [work], {work.asset_id} if failure else set())

    def _note_wishes(self, session: Session, fresh: Mapping[str, Analysis]) -> None:
        wishes = [
            {"sha256": sha256, "stage": stage.name, "targets": targets}
            for sha256, analysis in fresh.items()
            for stage in self._later
            if (targets := list(stage.targets(analysis)))
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
        items = [
            {"job_id": work.job_id, "asset_id": work.asset_id, "stage": stage}
            for work in works
            for stage in wanted.get(work.sha256, ())
        ]
        if items:
            session.execute(insert(JobItem), items)

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

    def _replace_contents(
        self,
        session: Session,
        fresh: Mapping[str, Analysis],
        thumbnails: Mapping[str, _Thumbnails],
        stage_key: str,
    ) -> None:
        if not fresh:
            return
        session.execute(delete(Content).where(Content.sha256.in_(fresh)))
        session.execute(
            insert(Content),
            [
                _content_row(sha256, analysis, thumbnails[sha256], stage_key)
                for sha256, analysis in fresh.items()
            ],
        )
        values = [
            {"sha256": sha256, **row(value)}
            for sha256, analysis in fresh.items()
            for value in analysis.values
        ]
        if values:
            session.execute(insert(ContentValue), values)
        units = [
            (sha256, unit, thumbnail)
            for sha256, analysis in fresh.items()
            for unit, thumbnail in zip(analysis.units, thumbnails[sha256].units, strict=True)
        ]
        self._insert_units(session, units)

    def _insert_units(
        self, session: Session, units: Sequence[tuple[str, Unit, str | None]]
    ) -> None:
        """Write units, given with the hash of their content and of their thumbnail."""
        if not units:
            return
        ids = session.scalars(
            insert(tables.Unit).returning(tables.Unit.id, sort_by_parameter_order=True),
            [_unit_row(*unit) for unit in units],
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


def _is_passing(analysis: Analysis) -> bool:
    """Whether reading failed for a reason that lies outside of the file."""
    return analysis.failure is not None and analysis.failure.code in _PASSING


def _content_row(
    sha256: str, analysis: Analysis, thumbnails: _Thumbnails, stage_key: str
) -> dict[str, object]:
    failure = analysis.failure
    return {
        "sha256": sha256,
        # Under no key, so that it is tried again at the next start.
        "stage_key": "" if _is_passing(analysis) else stage_key,
        "kind": analysis.kind,
        "media_type": analysis.media_type,
        "width": analysis.width,
        "height": analysis.height,
        "pages": analysis.pages,
        "duration_s": analysis.duration_s,
        "thumbnail": thumbnails.preview or next((each for each in thumbnails.units if each), None),
        "failure_code": failure.code if failure else None,
        "failure_reason": failure.reason if failure else None,
        "warnings": list(analysis.warnings),
    }


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
        "model": unit.source_model,
        "confidence": unit.confidence,
        "lines": [[line.start, line.end, *astuple(line.box)] for line in unit.lines],
    }


def _update_assets(session: Session, hashes: Set[str]) -> set[str]:
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
    values = values_of_all(session, [asset for asset, _ in found])
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
                "title": title_of(values[asset.id]),
                "updated_at": now(),
            }
            for asset, content in found
        ],
    )
    session.execute(
        insert(Outbox), [{"asset_id": asset_id, "operation": "index"} for asset_id in states]
    )
    return {asset_id for asset_id, state in states.items() if state == "failed"}


def _close_items(session: Session, works: Sequence[Work], failed: Set[str]) -> None:
    for state, ids in (
        ("failed", [work.item_id for work in works if work.asset_id in failed]),
        ("done", [work.item_id for work in works if work.asset_id not in failed]),
    ):
        if ids:
            session.execute(update(JobItem).where(JobItem.id.in_(ids)).values(state=state))


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
