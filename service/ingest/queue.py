"""The durable queue of ingest work: the job items of the catalog."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update

from service.catalog.database import Database
from service.catalog.tables import Asset, Content, Job, JobItem, now
from service.errors import NotFound
from service.ingest.store import Work


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How far a job is, in items."""

    total: int
    done: int
    failed: int

    @property
    def finished(self) -> int:
        """Items that need no more work, whatever became of them."""
        return self.done + self.failed


class IngestQueue:
    """Hands out items; what was handed out and not finished comes back after a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recover(self) -> int:
        """Queue again what a killed process had claimed; how many items."""
        with self._database.write() as session:
            claimed = session.scalar(
                select(func.count()).select_from(JobItem).where(JobItem.state == "running")
            )
            session.execute(
                update(JobItem).where(JobItem.state == "running").values(state="queued")
            )
        return claimed or 0

    def claim(self, limit: int) -> list[Work]:
        """Take up to ``limit`` items, oldest first."""
        with self._database.read() as session:
            waiting = session.scalar(select(JobItem.id).where(JobItem.state == "queued").limit(1))
        if waiting is None:
            return []
        with self._database.write() as session:
            rows = session.execute(
                select(JobItem, Asset)
                .join(Asset, Asset.id == JobItem.asset_id)
                .where(JobItem.state == "queued")
                .order_by(JobItem.id)
                .limit(limit)
            ).all()
            for item, _ in rows:
                item.state = "running"
                item.attempts += 1
            return [
                Work(
                    item.id,
                    asset.id,
                    asset.sha256,
                    asset.name,
                    asset.origin if asset.in_place else None,
                )
                for item, asset in rows
            ]

    def already_analysed(self, works: list[Work], stage_key: str) -> set[str]:
        """Hashes, among those of some claimed items, whose analysis is current."""
        with self._database.read() as session:
            return set(
                session.scalars(
                    select(Content.sha256).where(
                        Content.sha256.in_({work.sha256 for work in works}),
                        Content.stage_key == stage_key,
                    )
                )
            )

    def counts(self, job_id: str) -> JobCounts:
        """How far a job is; raises NotFound."""
        with self._database.read() as session:
            if session.get(Job, job_id) is None:
                raise NotFound(f"There is no job {job_id}.")
            rows = session.execute(
                select(JobItem.state, func.count())
                .where(JobItem.job_id == job_id)
                .group_by(JobItem.state)
            ).all()
        by_state = dict(iter(rows))
        return JobCounts(
            total=sum(by_state.values()),
            done=by_state.get("done", 0),
            failed=by_state.get("failed", 0),
        )

    def close_job(self, job_id: str) -> None:
        """Mark a job done: no more items will be added."""
        with self._database.write() as session:
            session.execute(
                update(Job).where(Job.id == job_id).values(state="done", finished_at=now())
            )
