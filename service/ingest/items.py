"""Writing items of jobs, inside transactions of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from sqlalchemy import ColumnElement, insert, literal, select, update
from sqlalchemy.orm import Session

from service.catalog.tables import Asset, Content, Job, JobItem
from service.ingest.work import Work

OPEN = ("queued", "running", "paused")
"""States of items that still need work."""

_STATE_IN_JOB = {"paused": "paused", "cancelled": "cancelled"}


def state_in(session: Session, job_id: str) -> str:
    """The state of items that join a job now; the job stays as it is until the commit."""
    state = session.scalar(select(Job.state).where(Job.id == job_id).with_for_update())
    return _STATE_IN_JOB.get(state or "", "queued")


def add_items(session: Session, job_id: str, wanted: Iterable[tuple[str, str]]) -> None:
    """Add items to a job, given as asset and stage."""
    rows = [{"asset_id": asset_id, "stage": stage} for asset_id, stage in wanted]
    if rows:
        state = state_in(session, job_id)
        session.execute(
            insert(JobItem), [{"job_id": job_id, "state": state, **row} for row in rows]
        )


def add_all(
    session: Session, job_id: str, assets: ColumnElement[bool], stage: str, *, again: bool
) -> int:
    """Add an item for each asset that meets a condition, in one statement; how many."""
    source = select(
        literal(job_id),
        Asset.id,
        literal(stage),
        literal(state_in(session, job_id)),
        literal(0),
        literal(0),
        literal(again),
    ).where(assets)
    names = ["job_id", "asset_id", "stage", "state", "attempts", "deaths", "again"]
    return _count(session.execute(insert(JobItem).from_select(names, source.order_by(Asset.id))))


def close_items(session: Session, works: Sequence[Work], failed: Set[str]) -> None:
    """Close claimed items; ``failed`` names the assets whose bytes cannot be read.

    Whatever an asset failed of before is forgotten where the stage succeeds now.
    """
    for stage in {work.stage for work in works}:
        of_stage = [work for work in works if work.stage == stage]
        done = [work for work in of_stage if work.asset_id not in failed]
        _set_state(
            session, [work.item_id for work in of_stage if work.asset_id in failed], "failed"
        )
        _set_state(session, [work.item_id for work in done], "done")
        forgive(session, JobItem.asset_id.in_([work.asset_id for work in done]), stage)


def forgive(session: Session, items: ColumnElement[bool], stage: str) -> None:
    """Let poisoned items of a stage count as failed: their assets may be tried again."""
    session.execute(
        update(JobItem)
        .where(items, JobItem.stage == stage, JobItem.state == "poison")
        .values(state="failed")
    )


def poisoned(stage: str) -> ColumnElement[bool]:
    """Whether an asset failed a stage so often that only a person may have it tried again."""
    return (
        select(JobItem.id)
        .where(JobItem.asset_id == Asset.id, JobItem.stage == stage, JobItem.state == "poison")
        .exists()
    )


def cancelled(stage: str) -> ColumnElement[bool]:
    """Whether a person called a stage of an asset off; what is switched off has a reason."""
    return (
        select(JobItem.id)
        .where(
            JobItem.asset_id == Asset.id,
            JobItem.stage == stage,
            JobItem.state == "cancelled",
            JobItem.reason.is_(None),
        )
        .exists()
    )


def waiting(stage: str) -> ColumnElement[bool]:
    """Whether a stage of an asset is queued already, or being worked on."""
    return (
        select(JobItem.id)
        .where(JobItem.asset_id == Asset.id, JobItem.stage == stage, JobItem.state.in_(OPEN))
        .exists()
    )


def say_failed(session: Session, asset_ids: Sequence[str], code: str, reason: str) -> None:
    """Say on assets why they cannot be read, unless an earlier reading still stands."""
    sound = select(Content.sha256).where(Content.failure_code.is_(None))
    chosen = Asset.id.in_(asset_ids)
    session.execute(
        update(Asset)
        .where(chosen, Asset.sha256.not_in(sound))
        .values(state="failed", failure_code=code, failure_reason=reason)
    )
    session.execute(
        update(Asset)
        .where(chosen, Asset.sha256.in_(sound), Asset.state == "queued")
        .values(state="ready")
    )


def _set_state(session: Session, ids: Sequence[int], state: str) -> None:
    if ids:
        session.execute(update(JobItem).where(JobItem.id.in_(ids)).values(state=state, reason=None))


def _count(result: object) -> int:
    return max(int(getattr(result, "rowcount", 0)), 0)
