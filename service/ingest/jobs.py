"""Ingest jobs as people follow them: started, counted, finished."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from service import schemas
from service.errors import MagpieError
from service.ingest.queue import IngestQueue, JobCounts
from service.ingest.register import Arrival, Registrar
from service.ingest.walk import walk
from service.ingest.worker import IngestWorker

_log = logging.getLogger(__name__)

_MOST_PROBLEMS = 50


@dataclass(slots=True)
class _Registration:
    """Files that are being taken in for one job, in this process."""

    files: int
    open: bool = True
    statuses: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def note(self, arrival: Arrival) -> None:
        self.statuses[arrival.status] += 1
        if arrival.reason and len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(arrival.reason)


class IngestJobs:
    """Starts jobs and tells how far they are. Thread safe."""

    def __init__(
        self, *, registrar: Registrar, jobs: IngestQueue, worker: IngestWorker, home: Path
    ) -> None:
        self._registrar = registrar
        self._jobs = jobs
        self._worker = worker
        self._home = home
        self._registrations: dict[str, _Registration] = {}

    def dry_run(self, paths: Sequence[Path]) -> schemas.Job:
        """What ``start`` would take in; nothing changes."""
        files = self._files(paths)
        registration = _Registration(len(files), open=False)
        for arrival in self._registrar.plan(files):
            registration.note(arrival)
        return _shape("", registration, JobCounts(), JobCounts(), taking_in=False)

    def start(self, paths: Sequence[Path], *, in_place: bool) -> str:
        """Take in all files under some paths, in the background; the job's id."""
        files = self._files(paths)
        job_id = self._registrar.start_job()
        registration = self._registrations[job_id] = _Registration(len(files))
        threading.Thread(
            target=self._register,
            args=(job_id, registration, files, in_place),
            name="ingest-register",
            daemon=True,
        ).start()
        return job_id

    def get(self, job_id: str) -> schemas.Job:
        """How far a job is; raises NotFound."""
        registration = self._registrations.get(job_id)
        # Before counting: a registration that ends meanwhile has added what is not counted.
        taking_in = registration is not None and registration.open
        reading, later = self._jobs.counts(job_id)
        registration = registration or _Registration(reading.total, open=False)
        return _shape(job_id, registration, reading, later, taking_in=taking_in)

    def _files(self, paths: Sequence[Path]) -> list[Path]:
        return list(walk(paths, skip=[self._home]))

    def _register(
        self, job_id: str, registration: _Registration, files: Iterable[Path], in_place: bool
    ) -> None:
        try:
            for arrival in self._registrar.add_paths(files, job_id=job_id, in_place=in_place):
                registration.note(arrival)
                self._worker.wake()
            self._jobs.close_job(job_id)
        except MagpieError as error:
            registration.problems.append(error.message)
        except Exception as error:
            _log.exception("Taking files in stopped")
            registration.problems.append(f"Taking files in stopped ({error}); run it again.")
        finally:
            registration.open = False


def _shape(
    job_id: str,
    registration: _Registration,
    reading: JobCounts,
    later: JobCounts,
    *,
    taking_in: bool,
) -> schemas.Job:
    statuses = registration.statuses
    settled = statuses["unchanged"] + statuses["unreadable"]
    return schemas.Job(
        id=job_id,
        state="running" if taking_in or reading.waiting or later.waiting else "done",
        total=max(registration.files, reading.total),
        done=reading.done + settled,
        failed=reading.failed,
        later_total=later.total,
        later_done=later.finished,
        arrivals={status: count for status, count in statuses.items() if count},
        problems=registration.problems,
    )
