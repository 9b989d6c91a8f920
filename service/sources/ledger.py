"""What scans keep in the catalog: what was seen of a source, and how far the scan is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from service.catalog.database import Database
from service.catalog.tables import Asset, AssetFile, Job, now
from service.events.record import Change, record_all
from service.sources.tables import Source, SourceFile

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as the last scan saw it."""

    origin: str
    change: str
    gone: bool


class Ledger:
    """The rows of sources and their files. Thread safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, source_id: str) -> Source | None:
        """A source; None where it was removed."""
        with self._database.read() as session:
            return session.get(Source, source_id)

    def seen_after(self, source_id: str, after: str, limit: int = 1) -> list[Seen]:
        """Some files as they were last seen, in order, from one on."""
        with self._database.read() as session:
            rows = session.execute(
                select(SourceFile.origin, SourceFile.change, SourceFile.gone)
                .where(SourceFile.source_id == source_id, SourceFile.origin > after)
                .order_by(SourceFile.origin)
                .limit(limit)
            )
            return [Seen(*row) for row in rows]

    def note(
        self,
        source_id: str,
        *,
        cursor: str,
        taken: Mapping[str, str],
        moved: Iterable[str] = (),
        gone: Sequence[str] = (),
    ) -> bool:
        """Write down how far a scan is; False where the source was removed.

        Args:
            cursor: the last file that was dealt with.
            taken: for each file that was taken in, what its change is told by.
            moved: where files stood that were found elsewhere.
            gone: files that are not there any more.
        """
        with self._database.write() as session:
            source = session.scalar(select(Source).where(Source.id == source_id).with_for_update())
            if source is None:
                return False
            source.cursor = cursor
            of_source = SourceFile.source_id == source_id
            for some in _slices([*taken, *moved]):
                session.execute(delete(SourceFile).where(of_source, SourceFile.origin.in_(some)))
            if taken:
                session.execute(
                    insert(SourceFile),
                    [
                        {"source_id": source_id, "origin": origin, "change": change, "gone": False}
                        for origin, change in taken.items()
                    ],
                )
            for some in _slices(gone):
                session.execute(
                    update(SourceFile)
                    .where(of_source, SourceFile.origin.in_(some))
                    .values(gone=True)
                )
            return True

    def finish(self, source_id: str, job_id: str) -> int:
        """End a scan: what it missed is said to be missing; how many records.

        Records are neither changed otherwise nor removed, and stored copies are not missing.
        """
        missing = 0
        while gone := self._some_gone(source_id):
            missing += self._say_missing(source_id, job_id, gone)
        with self._database.write() as session:
            session.execute(
                update(Source)
                .where(Source.id == source_id)
                .values(cursor=None, problem=None, scanned_at=now())
            )
        return missing

    def fail(self, source_id: str, problem: str) -> None:
        """Say why a scan did not come to its end."""
        with self._database.write() as session:
            session.execute(update(Source).where(Source.id == source_id).values(problem=problem))

    def _some_gone(self, source_id: str) -> list[str]:
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(SourceFile.origin)
                    .where(SourceFile.source_id == source_id, SourceFile.gone)
                    .limit(_PAGE)
                )
            )

    def _say_missing(self, source_id: str, job_id: str, gone: Sequence[str]) -> int:
        at = now()
        with self._database.write() as session:
            job = session.get(Job, job_id)
            by = job.started_by if job is not None else "owner"
            lost = session.execute(
                select(Asset.id, Asset.origin).where(
                    Asset.origin.in_(gone), Asset.in_place, Asset.missing_at.is_(None)
                )
            ).all()
            session.execute(
                update(Asset).where(Asset.id.in_([row.id for row in lost])).values(missing_at=at)
            )
            session.execute(
                update(AssetFile)
                .where(
                    AssetFile.origin.in_(gone), AssetFile.in_place, AssetFile.missing_at.is_(None)
                )
                .values(missing_at=at)
            )
            record_all(
                session,
                (
                    Change(by, "asset.missing", row.id, before={"origin": row.origin})
                    for row in lost
                ),
            )
            # Should the file come back, its record is known by its path.
            session.execute(
                delete(SourceFile).where(
                    SourceFile.source_id == source_id, SourceFile.origin.in_(gone)
                )
            )
        return len(lost)


def _slices(origins: Sequence[str]) -> Iterable[Sequence[str]]:
    return (origins[start : start + _PAGE] for start in range(0, len(origins), _PAGE))
