"""Scans of the catalog for duplicates: one at a time, in a thread of its own.

A scan that was cancelled or cut off leaves what it found; the next one goes on from there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from sqlalchemy import func, select, update

from service.catalog.database import Database
from service.catalog.tables import Asset, now
from service.duplicates.links import LinkStore
from service.duplicates.progress import Progress
from service.duplicates.regroup import regroup
from service.duplicates.tables import DuplicateRun
from service.errors import NotFound
from service.ids import new_id

_log = logging.getLogger(__name__)

_LOOK_S = 30.0


class Finder(Protocol):
    """Finds links of some kinds among all contents."""

    def find(self, store: LinkStore, progress: Progress) -> int:
        """Store the links; how many pairs were looked at."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a running scan is doing: in words, how far, and of how much (0: not known)."""

    words: str = "Starting"
    done: int = 0
    total: int = 0


class _Cancelled(Exception):
    """Somebody asked the scan to stop."""


class Scans:
    """Starts, watches and stops scans. Thread safe.

    Args:
        finders: by the method that is written beside what they find, and what is missing
            where a library of theirs is not installed.
        every: scan by itself so long after the last one; zero for never.
    """

    def __init__(
        self,
        database: Database,
        finders: Sequence[tuple[str, str, Finder]],
        *,
        every: timedelta,
    ) -> None:
        self._database = database
        self._finders = finders
        self._every = every
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._running = ""
        self._step = Step()
        self._stop = threading.Event()
        self._closing = threading.Event()
        self._watcher: threading.Thread | None = None

    def open(self) -> None:
        """Note the scans that a killed process left."""
        with self._database.write() as session:
            session.execute(
                update(DuplicateRun)
                .where(DuplicateRun.state == "running")
                .values(state="stopped", finished_at=now())
            )

    def start(self, *, scheduled: bool = False) -> str:
        """Begin a scan, or join the one that is going on; its id."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return self._running
            run_id = new_id()
            with self._database.write() as session:
                session.add(DuplicateRun(id=run_id, state="running", scheduled=scheduled))
            self._running, self._step = run_id, Step()
            self._stop.clear()
            self._thread = threading.Thread(
                target=self._run, args=(run_id,), name="duplicates", daemon=True
            )
            self._thread.start()
            return run_id

    def cancel(self, run_id: str) -> None:
        """Stop a scan soon; harmless when it is over. Raises NotFound."""
        self.get(run_id)
        if run_id == self._running:
            self._stop.set()

    def get(self, run_id: str) -> DuplicateRun:
        """A scan; raises NotFound."""
        with self._database.read() as session:
            run = session.get(DuplicateRun, run_id)
        if run is None:
            raise NotFound("There is no such scan; `magpie duplicates scan` starts one.")
        return run

    def latest(self, count: int = 20) -> list[DuplicateRun]:
        """The last scans, newest first."""
        with self._database.read() as session:
            rows = select(DuplicateRun).order_by(DuplicateRun.id.desc()).limit(count)
            return list(session.scalars(rows))

    def step(self, run_id: str) -> Step | None:
        """What a scan is doing; None when it is over."""
        alive = self._thread is not None and self._thread.is_alive()
        return self._step if alive and run_id == self._running else None

    def watch(self) -> None:
        """Go on with a scan that was cut off, and start those that are due, until closed."""
        self._watcher = threading.Thread(target=self._watch, name="duplicates-due", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        """Stop a scan under way; what it found is kept."""
        self._closing.set()
        self._stop.set()
        for thread in (self._watcher, self._thread):
            if thread is not None and thread.is_alive():
                thread.join(timeout=30)

    def _watch(self) -> None:
        while not self._closing.is_set():
            try:
                if self._due():
                    self.start(scheduled=True)
            except Exception:
                _log.exception("Looking whether a scan for duplicates is due met a fault")
            self._closing.wait(_LOOK_S)

    def _due(self) -> bool:
        last = next(iter(self.latest(1)), None)
        if last is not None and last.state == "stopped":
            return True
        if not self._every or (last is not None and last.state == "running"):
            return False
        return last is None or now() - last.created_at >= self._every

    def _run(self, run_id: str) -> None:
        store = LinkStore(self._database, run_id)
        compared, notes = 0, []
        state, reason = "done", None
        try:
            store.forget_older(method for method, _, _ in self._finders)
            for _, missing, finder in self._finders:
                try:
                    compared += finder.find(store, self._progress)
                except ModuleNotFoundError as error:
                    _log.warning("Duplicates: %s (%s)", missing, error)
                    notes.append(missing)
        except _Cancelled:
            state = "stopped" if self._closing.is_set() else "cancelled"
        except Exception as error:
            _log.exception("The scan for duplicates failed")
            state, reason = "failed", f"The scan met a fault ({type(error).__name__}: {error})."
        try:
            self._finish(run_id, state, reason, compared, store.added, notes)
        except Exception:
            _log.exception("The end of a scan for duplicates could not be written")

    def _finish(
        self,
        run_id: str,
        state: str,
        reason: str | None,
        compared: int,
        links: int,
        notes: list[str],
    ) -> None:
        self._step = Step("Making groups")
        with self._database.write() as session:
            groups, new = regroup(session, run_id)
            contents = session.scalar(
                select(func.count(func.distinct(Asset.sha256))).where(Asset.trashed_at.is_(None))
            )
            session.execute(
                update(DuplicateRun)
                .where(DuplicateRun.id == run_id)
                .values(
                    state=state,
                    reason=reason,
                    contents=contents or 0,
                    compared=compared,
                    links=links,
                    groups=groups,
                    new_groups=new,
                    notes=notes,
                    finished_at=now(),
                )
            )

    def _progress(self, words: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _Cancelled
        self._step = Step(words, done, total)
