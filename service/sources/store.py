"""Sources: added, listed, removed, and scans of them begun."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import schemas as shapes
from service.access.viewer import OWNER, Viewer
from service.catalog.database import Database
from service.catalog.tables import Job, JobItem, now
from service.errors import BadRequest, Conflict, NotFound
from service.events.record import Change, record
from service.ids import new_id
from service.ingest.job_book import GOING
from service.sources import schemas
from service.sources.bucket import need_boto3
from service.sources.tables import Source

_MOST = 1_000
_OPEN = (*GOING, "paused")


class Sources:
    """The sources of a library, for admins, who may read what the server may. Thread safe.

    Args:
        home: Magpie's own folder, which is no source.
        submit: begins a job that waits for its files to be taken in.
        cancel: ends a job.
        job: tells how far a job is.
    """

    def __init__(
        self,
        database: Database,
        home: Path,
        *,
        submit: Callable[[str], None],
        cancel: Callable[[str], object],
        job: Callable[[str], shapes.Job],
    ) -> None:
        self._database = database
        self._home = home.resolve()
        self._submit = submit
        self._cancel = cancel
        self._job = job
        self._viewer = OWNER

    def seen_by(self, viewer: Viewer) -> Sources:
        """The same sources as somebody else sees them."""
        bound = copy.copy(self)
        bound._viewer = viewer
        return bound

    def all(self) -> schemas.SourceList:
        """All sources, oldest first."""
        self._viewer.require("admin")
        with self._database.read() as session:
            rows = session.scalars(select(Source).order_by(Source.id)).all()
            return schemas.SourceList(sources=[_shape(session, row) for row in rows])

    def get(self, source_id: str) -> schemas.Source:
        """One source; raises NotFound."""
        self._viewer.require("admin")
        with self._database.read() as session:
            return _shape(session, _find(session, source_id))

    def add(self, new: schemas.NewSource) -> schemas.Source:
        """Add a folder or a bucket; it is scanned when it is due, or asked for.

        Raises:
            BadRequest: it is no folder, or a bucket cannot be read in place.
            Conflict: it is a source already, or there are too many.
        """
        self._viewer.require("admin")
        url = self._checked(new)
        with self._database.write() as session:
            if session.scalar(select(Source.id).where(Source.url == url)):
                raise Conflict(f"{url} is a source already; `magpie sources list` shows it.")
            if (session.scalar(select(func.count(Source.id))) or 0) >= _MOST:
                raise Conflict(f"There are {_MOST:,} sources; remove some first.")
            source = Source(
                id=new_id(), url=url, in_place=new.in_place, every_minutes=new.every_minutes
            )
            session.add(source)
            session.flush()
            self._record(session, "source.added", source, after=True)
            return _shape(session, source)

    def remove(self, source_id: str) -> None:
        """Look at a source no more; what was taken in stays. Raises NotFound."""
        self._viewer.require("admin")
        with self._database.read() as session:
            going = _going(session, _find(session, source_id))
        if going is not None:
            self._cancel(going.id)
        with self._database.write() as session:
            source = _find(session, source_id)
            self._record(session, "source.removed", source, after=False)
            session.delete(source)

    def scan(self, source_id: str, *, resume: bool = False) -> shapes.Job:
        """Begin a scan in the background; one that is under way is given instead.

        Args:
            resume: whether to go on where an unfinished scan stopped.

        Raises:
            NotFound: there is no such source.
        """
        self._viewer.require("admin")
        with self._database.write() as session:
            source = _find(session, source_id)
            going = _going(session, source)
            job_id = going.id if going else self._begin(session, source, resume=resume)
        if going is None:
            self._submit(job_id)
        return self._job(job_id)

    def due(self) -> list[str]:
        """Sources that it is time to scan; none while a scan is under way."""
        with self._database.read() as session:
            # What waited longest comes first: one that takes long must not starve the others.
            rows = session.scalars(
                select(Source).order_by(Source.begun_at.is_not(None), Source.begun_at, Source.id)
            ).all()
            going = {row.id: job for row in rows if (job := _going(session, row))}
            if any(job.state in GOING for job in going.values()):
                return []
            return [row.id for row in rows if row.id not in going and _is_due(row)]

    def _begin(self, session: Session, source: Source, *, resume: bool) -> str:
        _forget_idle(session, source.job_id)
        job = Job(
            id=new_id(),
            kind="scan",
            request={"source": source.id, "in_place": source.in_place},
            state="queued",
            taking_in=True,
            started_by=self._viewer.id,
        )
        session.add(job)
        source.job_id, source.begun_at, source.problem = job.id, now(), None
        if not resume:
            source.cursor = None
        return job.id

    def _checked(self, new: schemas.NewSource) -> str:
        if new.url.startswith(schemas.SCHEME):
            need_boto3()
            if new.in_place:
                raise BadRequest("Objects in a bucket cannot be read in place; leave it out.")
            if not new.url.removeprefix(schemas.SCHEME).partition("/")[0]:
                raise BadRequest("The address names no bucket; send s3://BUCKET/PREFIX.")
            return new.url
        path = Path(new.url)
        if not path.is_absolute():
            raise BadRequest(f"{path} is not an absolute path; send the whole path.")
        if not path.is_dir():
            raise BadRequest(f"{path} is not a folder on this machine; check the path.")
        if path.resolve().is_relative_to(self._home):
            raise BadRequest("Magpie's own folder cannot be a source; choose another.")
        return str(path)

    def _record(self, session: Session, kind: str, source: Source, *, after: bool) -> None:
        said = {"url": source.url, "in_place": source.in_place}
        record(
            session,
            Change(
                self._viewer.id,
                kind,
                subject_kind="source",
                subject_id=source.id,
                before=None if after else said,
                after=said if after else None,
            ),
        )


def _find(session: Session, source_id: str) -> Source:
    source = session.scalar(select(Source).where(Source.id == source_id).with_for_update())
    if source is None:
        raise NotFound(f"There is no source {source_id}; `magpie sources list` shows them.")
    return source


def _going(session: Session, source: Source) -> Job | None:
    job = session.get(Job, source.job_id) if source.job_id else None
    # Once its files are found, what is left of it does not keep the next scan waiting.
    return job if job is not None and job.taking_in and job.state in _OPEN else None


def _is_due(source: Source) -> bool:
    if not source.every_minutes:
        return False
    since = source.begun_at
    return since is None or since + timedelta(minutes=source.every_minutes) <= now()


def _forget_idle(session: Session, job_id: str | None) -> None:
    """Drop the job of a scan that found nothing, so that scans do not fill the list of jobs."""
    job = session.get(Job, job_id) if job_id else None
    if (
        job is not None
        and job.state == "done"
        and not job.problems
        and not set(job.arrivals) - {"unchanged"}
        and not session.scalar(select(JobItem.id).where(JobItem.job_id == job.id).limit(1))
    ):
        session.delete(job)


def _shape(session: Session, row: Source) -> schemas.Source:
    return schemas.Source(
        id=row.id,
        url=row.url,
        in_place=row.in_place,
        every_minutes=row.every_minutes,
        state=_state(session, row),
        problem=row.problem,
        cursor=row.cursor,
        job_id=row.job_id,
        scanned_at=row.scanned_at,
        created_at=row.created_at,
    )


def _state(session: Session, row: Source) -> schemas.State:
    going = _going(session, row)
    if going is not None:
        return "paused" if going.state == "paused" else "scanning"
    if row.problem is not None:
        return "failed"
    return "unfinished" if row.cursor is not None else "waiting"
