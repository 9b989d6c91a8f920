"""The durable queue of ingest work: the job items of the catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update

from service.catalog.database import Database
from service.catalog.tables import Asset, Content, ContentStage, Job, JobItem, Outbox, now
from service.errors import NotFound
from service.ids import new_id
from service.ingest.store import READ, Work


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How far a job is, in items."""

    total: int = 0
    done: int = 0
    failed: int = 0

    @property
    def finished(self) -> int:
        """Items that need no more work, whatever became of them."""
        return self.done + self.failed

    @property
    def waiting(self) -> int:
        """Items that still need work."""
        return self.total - self.finished


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

    def queue_stale(self, stage_key: str) -> int:
        """Queue assets whose bytes were analysed by other models or readers; how many."""
        waiting = select(JobItem.asset_id).where(JobItem.state.in_(("queued", "running")))
        with self._database.read() as session:
            stale = session.scalars(
                select(Asset.id)
                .join(Content, Content.sha256 == Asset.sha256)
                .where(Content.stage_key != stage_key, Asset.id.not_in(waiting))
                .order_by(Asset.id)
            ).all()
        if stale:
            with self._database.write() as session:
                job = Job(id=new_id(), kind="refresh", state="done")
                session.add(job)
                session.flush()
                session.execute(
                    insert(JobItem),
                    [{"job_id": job.id, "asset_id": asset_id} for asset_id in stale],
                )
        return len(stale)

    def claim(self, limit: int, stages: Collection[str] = (READ,)) -> list[Work]:
        """Take up to ``limit`` items of some stages, oldest first.

        Later stages are handed out only when nothing is to be read or being read: what
        makes files searchable comes first.
        """
        with self._database.read() as session:
            unfinished = session.execute(
                select(JobItem.stage, JobItem.state)
                .where(JobItem.state.in_(("queued", "running")))
                .distinct()
            ).all()
        queued = {stage for stage, state in unfinished if state == "queued"}
        reading = any(stage == READ for stage, _ in unfinished)
        if not queued & set(stages) or (reading and READ not in stages):
            return []
        with self._database.write() as session:
            rows = session.execute(
                select(JobItem, Asset)
                .join(Asset, Asset.id == JobItem.asset_id)
                .where(JobItem.state == "queued", JobItem.stage.in_(stages))
                .order_by(JobItem.id)
                .limit(limit)
            ).all()
            for item, _ in rows:
                item.state = "running"
                item.attempts += 1
            return [_work(item, asset) for item, asset in rows]

    def claim_again(self, asset_id: str, job_id: str) -> Work:
        """Claim the reading of one asset for the caller, whatever its state; NotFound."""
        with self._database.write() as session:
            asset = session.get(Asset, asset_id)
            if asset is None:
                raise NotFound(f"There is no asset {asset_id}; `magpie search` shows the ids.")
            item = JobItem(job_id=job_id, asset_id=asset_id, state="running", attempts=1)
            session.add(item)
            session.flush()
            return _work(item, asset)

    def give_up(self, work: Work, reason: str) -> None:
        """Close a claimed item as failed, and say why on its asset."""
        with self._database.write() as session:
            if work.stage == READ:
                session.execute(
                    update(Asset)
                    .where(Asset.id == work.asset_id)
                    .values(state="failed", failure_code="not_saved", failure_reason=reason)
                )
            session.execute(
                update(JobItem).where(JobItem.id == work.item_id).values(state="failed")
            )

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

    def unfinished(self) -> list[str]:
        """Jobs with files that still have to be read, oldest first."""
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(JobItem.job_id)
                    .where(JobItem.state.in_(("queued", "running")), JobItem.stage == READ)
                    .distinct()
                    .order_by(JobItem.job_id)
                )
            )

    def targets(self, work: Work) -> list[Any]:
        """What in the content of a claimed item wants its later stage."""
        with self._database.read() as session:
            row = session.get(ContentStage, (work.sha256, work.stage))
            return row.targets if row is not None else []

    def counts(self, job_id: str) -> tuple[JobCounts, JobCounts]:
        """How far a job is, in reading and in later stages; raises NotFound.

        What the index has not taken up yet is not done: it cannot be found.
        """
        with self._database.read() as session:
            if session.get(Job, job_id) is None:
                raise NotFound(f"There is no job {job_id}.")
            rows = session.execute(
                select(JobItem.stage, JobItem.state, func.count())
                .where(JobItem.job_id == job_id)
                .group_by(JobItem.stage, JobItem.state)
            ).all()
            not_indexed = session.scalar(
                select(func.count(JobItem.id.distinct()))
                .join(Outbox, Outbox.asset_id == JobItem.asset_id)
                .where(JobItem.job_id == job_id, JobItem.stage == READ, JobItem.state == "done")
            )
        reading, later = Counter[str](), Counter[str]()
        for stage, state, count in rows:
            (reading if stage == READ else later)[state] += count
        reading.update({"done": -(not_indexed or 0), "unindexed": not_indexed or 0})
        return _counts(reading), _counts(later)

    def close_job(self, job_id: str) -> None:
        """Mark a job done: no more items will be added."""
        with self._database.write() as session:
            session.execute(
                update(Job).where(Job.id == job_id).values(state="done", finished_at=now())
            )


def _work(item: JobItem, asset: Asset) -> Work:
    return Work(
        item.id,
        asset.id,
        asset.sha256,
        asset.name,
        asset.origin if asset.in_place else None,
        item.job_id,
        item.stage,
    )


def _counts(by_state: Counter[str]) -> JobCounts:
    return JobCounts(total=by_state.total(), done=by_state["done"], failed=by_state["failed"])
