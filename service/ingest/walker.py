"""Taking in the files of jobs, in the background: found, written down, counted."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from service.errors import MagpieError
from service.ingest.arrivals import Arrival
from service.ingest.job_book import JobBook, Walk
from service.ingest.register import Registrar
from service.ingest.walk import walk

_log = logging.getLogger(__name__)

Scan = Callable[[str, str, Callable[[str], None]], Iterator[Arrival]]

_AT_ONCE = 2
_NOTE_S = 0.5
_CLOSE_S = 10.0
_MOST_PROBLEMS = 50


class Tally:
    """What became of files so far: counts by status, and the first problems."""

    def __init__(self) -> None:
        self.statuses: Counter[str] = Counter()
        self.problems: list[str] = []

    def note(self, arrival: Arrival) -> None:
        """Count a file."""
        self.statuses[arrival.status] += 1
        if arrival.reason:
            self.add_problem(arrival.reason)

    def add_problem(self, problem: str) -> None:
        """Keep a problem, unless there are many already."""
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)


class Walker:
    """Takes in the files of some jobs at a time; the others wait.

    The catalog holds what is to be done: after a restart ``resume`` goes on with it.
    """

    def __init__(
        self,
        *,
        registrar: Registrar,
        book: JobBook,
        home: Path,
        on_files: Callable[[], None],
        scan: Scan,
    ) -> None:
        """
        Args:
            on_files: called now and then when there is something to read.
            scan: takes in the files of a source, given its id, that of the job, and whom to
                tell of problems.
        """
        self._registrar = registrar
        self._book = book
        self._home = home
        self._on_files = on_files
        self._scan = scan
        self._closing = threading.Event()
        self._jobs: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._walking: set[str] = set()
        self._asked_again: set[str] = set()

    def resume(self) -> None:
        """Go on with what an earlier process left."""
        for job_id in self._book.to_walk():
            self.submit(job_id)

    def submit(self, job_id: str) -> None:
        """Take in the files of a job as soon as it is its turn."""
        with self._lock:
            if len(self._threads) < _AT_ONCE:
                thread = threading.Thread(target=self._work, name="ingest-walk", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._jobs.put(job_id)

    def close(self) -> None:
        """Stop soon; what is not taken in is found again at the next start."""
        self._closing.set()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(timeout=_CLOSE_S)

    def tally(self, paths: Sequence[Path], *, in_place: bool, most: int) -> Tally:
        """What taking in some paths would do, at most for so many files; nothing changes."""
        tally = Tally()
        files = walk(paths, skip=[self._home], on_problem=tally.add_problem)
        for number, arrival in enumerate(self._registrar.plan(files, in_place=in_place)):
            if number == most:
                tally.add_problem(f"There are more than {most:,} files; only these were counted.")
                break
            tally.note(arrival)
        return tally

    def _work(self) -> None:
        while (job_id := self._jobs.get()) is not None and not self._closing.is_set():
            with self._lock:
                if job_id in self._walking:
                    # It may just be stopping, held before it was let go on.
                    self._asked_again.add(job_id)
                    continue
                self._walking.add(job_id)
            try:
                self._take_in(job_id)
            except Exception as error:
                self._fail(job_id, error)
            with self._lock:
                self._walking.discard(job_id)
                if job_id in self._asked_again:
                    self._asked_again.discard(job_id)
                    self._jobs.put(job_id)

    def _fail(self, job_id: str, error: Exception) -> None:
        if self._closing.is_set():
            return
        _log.error("Taking files in stopped", exc_info=error)
        reason = error.message if isinstance(error, MagpieError) else f"It stopped ({error})."
        try:
            self._book.fail(job_id, f"{reason} `magpie jobs retry {job_id}` goes on.")
        except Exception:
            _log.exception("The job %s goes on at the next start", job_id)

    def _take_in(self, job_id: str) -> None:
        asked = self._book.begin_walk(job_id)
        if asked is None:
            return
        tally = Tally()
        tally.statuses.update(asked.known)
        noted = time.monotonic()
        for arrival in self._arrivals(job_id, asked, tally):
            # Counted before the interruption.
            if asked.source or not (asked.known and self._is_known(job_id, arrival)):
                tally.note(arrival)
            if time.monotonic() - noted >= _NOTE_S:
                self._on_files()
                if self._closing.is_set() or not self._note(job_id, tally, ended=False):
                    return
                noted = time.monotonic()
        self._note(job_id, tally, ended=True)
        self._book.settle()
        self._on_files()

    def _arrivals(self, job_id: str, asked: Walk, tally: Tally) -> Iterator[Arrival]:
        if asked.source is not None:
            return self._scan(asked.source, job_id, tally.add_problem)
        paths = [Path(path) for path in asked.paths]
        files = walk(paths, skip=[self._home], on_problem=tally.add_problem)
        return self._registrar.add_paths(files, job_id=job_id, in_place=asked.in_place)

    def _is_known(self, job_id: str, arrival: Arrival) -> bool:
        return arrival.status == "unchanged" and self._book.has_taken(job_id, arrival.asset_id)

    def _note(self, job_id: str, tally: Tally, *, ended: bool) -> bool:
        return self._book.note(job_id, tally.statuses, tally.problems, ended=ended)
