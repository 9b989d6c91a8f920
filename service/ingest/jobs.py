"""Ingest jobs as people follow them: started, held, counted, finished."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

from service import schemas
from service.access.viewer import OWNER, Viewer
from service.catalog.tables import Asset, Job, JobItem
from service.errors import BadRequest
from service.ingest.arrivals import TO_READ
from service.ingest.job_book import JobBook
from service.ingest.job_counts import JobCounts
from service.ingest.missing import Missing
from service.ingest.walker import Walker
from service.ingest.work import READ
from service.ingest.worker import IngestWorker

_MOST_IN_DRY_RUN = 100_000


class IngestJobs:
    """Starts jobs and tells how far they are. Thread safe.

    A viewer who is no admin knows only of their own.
    """

    def __init__(
        self, *, book: JobBook, walker: Walker, worker: IngestWorker, missing: Missing
    ) -> None:
        self._book = book
        self._walker = walker
        self._worker = worker
        self._missing = missing
        self._viewer = OWNER

    def seen_by(self, viewer: Viewer) -> IngestJobs:
        """The same jobs as somebody else sees them."""
        bound = copy.copy(self)
        bound._viewer = viewer
        return bound

    def dry_run(self, paths: Sequence[Path], *, in_place: bool) -> schemas.Job:
        """What ``start`` would take in; nothing changes."""
        self._viewer.require("admin")
        tally = self._walker.tally(paths, in_place=in_place, most=_MOST_IN_DRY_RUN)
        job = Job(id="", kind="ingest", state="done", taking_in=False)
        job.arrivals, job.problems = dict(tally.statuses), tally.problems
        return _shape(job, JobCounts(), JobCounts())

    def start(self, paths: Sequence[Path], *, in_place: bool, preset: str = "") -> schemas.Job:
        """Take in all files under some paths, in the background; for admins, who may read
        what the server may."""
        self._viewer.require("admin")
        asked = {"paths": [str(path.absolute()) for path in paths], "in_place": in_place}
        if preset:
            asked["preset"] = preset
        job_id = self._book.start("ingest", asked, by=self._viewer.id)
        self._walker.submit(job_id)
        return self.get(job_id)

    def refresh(self, scope: schemas.JobScope) -> schemas.Job:
        """Read again what falls under a scope, in the background; for admins."""
        self._viewer.require("admin")
        job_id = self._missing.queue(scope)
        self._book.settle()
        self._worker.wake()
        return self.get(job_id)

    def get(self, job_id: str) -> schemas.Job:
        """How far a job is; raises NotFound."""
        self._book.check(job_id, self._viewer)
        return _shape(*self._book.get(job_id))

    def page(self, *, limit: int, cursor: str | None = None) -> schemas.JobPage:
        """Some jobs, newest first."""
        found = [_shape(*each) for each in self._book.page(limit + 1, cursor, self._viewer)]
        more = len(found) > limit
        return schemas.JobPage(
            jobs=found[:limit], next_cursor=found[limit - 1].id if more else None
        )

    def items(
        self, job_id: str, *, limit: int, cursor: str | None = None, states: Sequence[str] = ()
    ) -> schemas.JobItemPage:
        """Some items of a job, in the order they were queued; raises NotFound."""
        self._book.check(job_id, self._viewer)
        found = self._book.items(
            job_id,
            limit=limit + 1,
            after=_number(cursor),
            states=states,
            viewer=self._viewer,
        )
        return schemas.JobItemPage(
            items=[_shape_item(*each) for each in found[:limit]],
            next_cursor=str(found[limit - 1][0].id) if len(found) > limit else None,
        )

    def pause(self, job_id: str) -> schemas.Job:
        """Hold a job; raises NotFound, or Conflict where it has ended."""
        self._check(job_id)
        self._book.pause(job_id)
        return self.get(job_id)

    def resume(self, job_id: str) -> schemas.Job:
        """Let a held job go on; raises NotFound, or Conflict where it has ended."""
        self._check(job_id)
        self._book.resume(job_id)
        return self._go_on(job_id)

    def cancel(self, job_id: str) -> schemas.Job:
        """End a job; raises NotFound, or Conflict where it has ended."""
        self._check(job_id)
        self._book.cancel(job_id)
        return self.get(job_id)

    def retry(self, job_id: str) -> schemas.Job:
        """Try again what failed in a job; raises NotFound, or Conflict where it is held."""
        self._check(job_id)
        self._book.retry(job_id)
        self._book.settle()
        return self._go_on(job_id)

    def _check(self, job_id: str) -> None:
        self._viewer.require("write")
        self._book.check(job_id, self._viewer)

    def _go_on(self, job_id: str) -> schemas.Job:
        if self._book.get(job_id)[0].taking_in:
            self._walker.submit(job_id)
        self._worker.wake()
        return self.get(job_id)


def _number(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise BadRequest("The cursor is not one that this server gave out; start again without it.")
    return int(cursor)


def _shape(job: Job, reading: JobCounts, later: JobCounts) -> schemas.Job:
    statuses = job.arrivals
    settled = sum(count for status, count in statuses.items() if status not in TO_READ)
    return schemas.Job(
        id=job.id,
        kind=job.kind,
        state=job.state,  # type: ignore[arg-type]
        total=max(sum(statuses.values()), reading.total + settled),
        done=reading.done + settled,
        failed=reading.failed,
        later_total=later.total,
        later_done=later.finished,
        arrivals=statuses,
        problems=job.problems,
        created_at=job.created_at,
        finished_at=job.finished_at,
    )


def _shape_item(item: JobItem, asset: Asset) -> schemas.JobItem:
    reason = item.reason
    if item.stage == READ and item.state == "failed":
        reason = reason or asset.failure_reason
    return schemas.JobItem(
        asset_id=item.asset_id,
        name=asset.name,
        stage=item.stage,
        state=item.state,  # type: ignore[arg-type]
        attempts=item.attempts,
        reason=reason,
        next_attempt_at=item.not_before if item.state == "queued" else None,
    )
