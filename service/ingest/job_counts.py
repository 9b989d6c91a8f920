"""How far jobs are, counted in the catalog."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.catalog.tables import JobItem, Outbox
from service.ingest.work import READ

FAILED = ("failed", "poison")
"""States of items that a retry takes up."""


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How far a job is, in items; ``cancelled`` ones count neither in total nor otherwise."""

    total: int = 0
    done: int = 0
    failed: int = 0

    @property
    def finished(self) -> int:
        """Items that need no more work, whatever became of them."""
        return self.done + self.failed


def unindexed(session: Session, job_id: str) -> int:
    """Items that are done and not in the index yet."""
    return (
        session.scalar(
            select(func.count(JobItem.id.distinct()))
            .join(Outbox, Outbox.asset_id == JobItem.asset_id)
            .where(JobItem.job_id == job_id, JobItem.stage == READ, JobItem.state == "done")
        )
        or 0
    )


def counts_of(session: Session, job_id: str) -> tuple[JobCounts, JobCounts]:
    """How far a job is, in reading and in later stages."""
    rows = session.execute(
        select(JobItem.stage, JobItem.state, func.count())
        .where(JobItem.job_id == job_id, JobItem.state != "cancelled")
        .group_by(JobItem.stage, JobItem.state)
    ).all()
    reading, later = Counter[str](), Counter[str]()
    for stage, state, count in rows:
        (reading if stage == READ else later)[state] += count
    return _of(reading, unindexed(session, job_id)), _of(later, 0)


def _of(by_state: Counter[str], unindexed: int) -> JobCounts:
    return JobCounts(
        total=by_state.total(),
        done=by_state["done"] - unindexed,
        failed=sum(by_state[state] for state in FAILED),
    )
