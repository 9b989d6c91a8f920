"""Jobs as rows of the catalog: begun, held, ended, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets, unscreened
from service.access.viewer import OWNER_ID, Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset, Job, JobItem, now
from service.errors import Conflict, NotFound
from service.ids import new_id
from service.ingest.items import OPEN
from service.ingest.job_counts import FAILED, JobCounts, counts_of, unindexed
from service.ingest.work import READ

KINDS = ("ingest", "scan", "upload", "read", "refresh")
"""Kinds of jobs that are made of items; they end by themselves when their items have."""

GOING = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Walk:
    """What a job that takes files in was asked for.

    ``known`` counts files that it took in before it was interrupted. Where there is a ``source``,
    its files are what is asked for.
    """

    paths: Sequence[str]
    in_place: bool
    known: Mapping[str, int] = field(default_factory=dict)
    source: str | None = None


class JobBook:
    """Keeps jobs. Thread safe."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(
        self, kind: str, request: Mapping[str, Any] | None = None, *, by: str = OWNER_ID
    ) -> str:
        """A new job without items; one with paths in its request waits to take them in."""
        job = Job(
            id=new_id(), kind=kind, request=dict(request or {}), state="running", started_by=by
        )
        if job.request.get("paths"):
            job.state, job.taking_in = "queued", True
        with self._database.write() as session:
            session.add(job)
            return job.id

    def to_walk(self) -> list[str]:
        """Jobs whose files are still to be found, oldest first."""
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(Job.id).where(Job.taking_in, Job.state.in_(GOING)).order_by(Job.id)
                )
            )

    def begin_walk(self, job_id: str) -> Walk | None:
        """What a job is to take in, now that it begins; None where it may not go on."""
        with self._database.write() as session:
            job = session.get(Job, job_id)
            if job is None or not job.taking_in or job.state not in GOING:
                return None
            job.state = "running"
            return Walk(
                job.request.get("paths", ()),
                bool(job.request.get("in_place")),
                # A scan goes on where it stopped, a walk from the beginning.
                job.arrivals if "source" in job.request else _taken_in(session, job),
                job.request.get("source"),
            )

    def note(
        self, job_id: str, arrivals: Mapping[str, int], problems: Sequence[str], *, ended: bool
    ) -> bool:
        """Write down what became of files so far; whether the job may go on."""
        with self._database.write() as session:
            job = session.get(Job, job_id)
            if job is None:
                return False
            job.arrivals = {status: count for status, count in arrivals.items() if count}
            job.problems = list(problems)
            job.taking_in = job.taking_in and not ended
            return job.state in GOING

    def fail(self, job_id: str, reason: str) -> None:
        """End the taking in of a job that cannot go on; ``retry`` begins it again."""
        with self._database.write() as session:
            job = session.get_one(Job, job_id)
            job.state, job.finished_at = "failed", now()
            job.problems = [*job.problems, reason]

    def has_taken(self, job_id: str, asset_id: str) -> bool:
        """Whether an asset is among the items of a job."""
        with self._database.read() as session:
            return bool(
                session.scalars(
                    select(JobItem.id)
                    .where(JobItem.asset_id == asset_id, JobItem.job_id == job_id)
                    .limit(1)
                ).first()
            )

    def settle(self) -> None:
        """Mark jobs done that have found all their files and worked all their items off.

        What the index has not taken up yet cannot be found: such jobs go on.
        """
        with self._database.read() as session:
            ended = [
                job_id
                for job_id in session.scalars(
                    select(Job.id).where(
                        Job.state == "running",
                        ~Job.taking_in,
                        Job.kind.in_(KINDS),
                        ~_items(JobItem.job_id == Job.id, OPEN),
                    )
                )
                if not unindexed(session, job_id)
            ]
        if not ended:
            return
        with self._database.write() as session:
            session.execute(
                update(Job)
                .where(
                    Job.id.in_(ended),
                    Job.state == "running",
                    ~_items(JobItem.job_id == Job.id, OPEN),
                )
                .values(state="done", finished_at=now())
            )

    def pause(self, job_id: str) -> None:
        """Hold a job; what is being read is finished."""
        with self._database.write() as session:
            job = _get(session, job_id)
            if job.state == "paused":
                return
            _check(job, GOING, "paused")
            job.state = "paused"
            _move(session, job_id, ("queued",), "paused")

    def resume(self, job_id: str) -> None:
        """Let a job that is held go on."""
        with self._database.write() as session:
            job = _get(session, job_id)
            if job.state in GOING:
                return
            _check(job, ("paused",), "resumed")
            job.state = "queued" if job.taking_in else "running"
            _move(session, job_id, ("paused",), "queued")

    def cancel(self, job_id: str) -> None:
        """End a job; what it has taken in stays, and is read when asked for."""
        with self._database.write() as session:
            job = _get(session, job_id)
            if job.state == "cancelled":
                return
            _check(job, (*GOING, "paused"), "cancelled")
            job.state, job.taking_in, job.finished_at = "cancelled", False, now()
            _move(session, job_id, ("queued", "paused"), "cancelled")

    def retry(self, job_id: str) -> None:
        """Try again what failed in a job."""
        with self._database.write() as session:
            job = _get(session, job_id)
            _check(job, (*GOING, "done", "failed"), "tried again")
            session.execute(
                update(JobItem)
                .where(JobItem.job_id == job_id, JobItem.state.in_(FAILED))
                .values(
                    state="queued", attempts=0, deaths=0, again=True, not_before=None, reason=None
                )
            )
            job.state = "queued" if job.taking_in else "running"
            job.finished_at = None

    def unfinished(self) -> list[str]:
        """Jobs with files that still have to be found or read, oldest first."""
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(Job.id)
                    .where(
                        Job.state.in_(GOING),
                        Job.kind.in_(KINDS),
                        Job.taking_in | _items(JobItem.job_id == Job.id, OPEN),
                    )
                    .order_by(Job.id)
                )
            )

    def check(self, job_id: str, viewer: Viewer) -> None:
        """Raises NotFound where a viewer may not see a job."""
        with self._database.read() as session:
            job = _get(session, job_id)
            if not viewer.sees_all and job.started_by != viewer.id:
                raise _unknown(job_id)

    def get(self, job_id: str) -> tuple[Job, JobCounts, JobCounts]:
        """A job and how far it is in reading and in later stages; raises NotFound."""
        with self._database.read() as session:
            job = _get(session, job_id)
            return job, *counts_of(session, job_id)

    def page(
        self, limit: int, before: str | None, viewer: Viewer
    ) -> list[tuple[Job, JobCounts, JobCounts]]:
        """Jobs that a viewer sees, newest first, older than one."""
        with self._database.read() as session:
            rows = select(Job).where(Job.kind.in_(KINDS)).order_by(Job.id.desc()).limit(limit)
            if not viewer.sees_all:
                rows = rows.where(Job.started_by == viewer.id)
            jobs = session.scalars(rows.where(Job.id < before) if before else rows).all()
            return [(job, *counts_of(session, job.id)) for job in jobs]

    def items(
        self, job_id: str, *, limit: int, after: int, states: Sequence[str], viewer: Viewer
    ) -> list[tuple[JobItem, Asset]]:
        """Items of a job with their assets, in order; raises NotFound.

        What was hidden from the viewer since the job began is left out.
        """
        rows = (
            select(JobItem, Asset)
            .join(Asset, Asset.id == JobItem.asset_id)
            .where(
                JobItem.job_id == job_id,
                JobItem.id > after,
                or_(unscreened(), and_(True, *seen_assets(viewer))),
            )
            .order_by(JobItem.id)
            .limit(limit)
        )
        with self._database.read() as session:
            _get(session, job_id)
            if states:
                rows = rows.where(JobItem.state.in_(states))
            return [(item, asset) for item, asset in session.execute(rows)]


def _get(session: Session, job_id: str) -> Job:
    job = session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None:
        raise _unknown(job_id)
    return job


def _unknown(job_id: str) -> NotFound:
    return NotFound(f"There is no job {job_id}; `magpie jobs list` shows them.")


def _check(job: Job, states: Sequence[str], done: str) -> None:
    if job.kind not in KINDS:
        raise Conflict(f"A job of the kind {job.kind} cannot be {done}.")
    if job.state not in states:
        raise Conflict(
            f"The job is {job.state}; only one that is {' or '.join(states)} can be {done}."
        )


def _move(session: Session, job_id: str, states: Sequence[str], to: str) -> None:
    session.execute(
        update(JobItem).where(JobItem.job_id == job_id, JobItem.state.in_(states)).values(state=to)
    )


def _items(chosen: ColumnElement[bool], states: Sequence[str]) -> ColumnElement[bool]:
    return select(JobItem.id).where(chosen, JobItem.state.in_(states)).exists()


def _taken_in(session: Session, job: Job) -> dict[str, int]:
    """Files that a job took in before: those made since it began are new."""
    is_new = Asset.created_at >= job.created_at
    rows = session.execute(
        select(is_new, func.count(JobItem.asset_id.distinct()))
        .join(Asset, Asset.id == JobItem.asset_id)
        .where(JobItem.job_id == job.id, JobItem.stage == READ)
        .group_by(is_new)
    ).all()
    return {"new" if new else "changed": count for new, count in rows}
