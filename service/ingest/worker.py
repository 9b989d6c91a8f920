"""The worker: claims files, has them read and encoded, and writes what was found.

Three steps run side by side, joined by short queues so that memory stays
bounded: reading (in limited processes), encoding (the models' own thread) and
saving (catalog, then index). Later stages have a step of their own.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from models.runtime import unload_idle
from pipelines.analyse import encode
from pipelines.analysis import Analysis, Failure
from pipelines.pool import ReaderPool
from service.blobs import BlobStore
from service.errors import MagpieError, NotFound, Unavailable
from service.generations.in_use import ModelsInUse
from service.ingest.indexer import Indexer
from service.ingest.job_book import JobBook
from service.ingest.later import LaterWorker
from service.ingest.missing import Missing
from service.ingest.queue import IngestQueue
from service.ingest.register import Registrar
from service.ingest.stages import LaterStage
from service.ingest.store import AnalysisStore
from service.ingest.work import Work

_log = logging.getLogger(__name__)

_CLAIM = 32
_BATCH = 16
_IN_FLIGHT = 48
_IDLE_S = 0.5
_ERROR_PAUSE_S = 2.0
_LINGER_S = 0.02
_LOOK_FOR_IDLE_S = 30.0

# What lies outside of a file: it is tried again later.
_PASSING = frozenset({"missing", "encoding", "not_read"})

_Read = tuple[Work, Analysis | None]


class IngestWorker:
    """Works the queue off in the background until it is closed."""

    def __init__(
        self,
        *,
        jobs: IngestQueue,
        book: JobBook,
        missing: Missing,
        registrar: Registrar,
        blobs: BlobStore,
        pool: ReaderPool,
        encoders: ModelsInUse,
        store: AnalysisStore,
        indexer: Indexer,
        later: Sequence[LaterStage] = (),
        models_idle_s: float = 0,
    ) -> None:
        self._jobs = jobs
        self._book = book
        self._missing = missing
        self._registrar = registrar
        self._blobs = blobs
        self._pool = pool
        self._encoders = encoders
        self._store = store
        self._indexer = indexer
        self._models_idle_s = models_idle_s
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._later = LaterWorker(
            stages=later,
            jobs=jobs,
            store=store,
            encoders=encoders,
            path_of=self._path,
            closing=self._closing.is_set,
        )
        self._slots = threading.Semaphore(_IN_FLIGHT)
        self._looked_for_idle = time.monotonic()
        self._read: queue.Queue[_Read] = queue.Queue()
        self._encoded: queue.Queue[list[_Read]] = queue.Queue(maxsize=3)
        self._threads = [
            threading.Thread(target=self._guard, args=(step,), name=f"ingest-{name}", daemon=True)
            for name, step in (
                ("claim", self._claim_step),
                ("encode", self._encode_step),
                ("save", self._save_step),
                ("later", self._later_step),
            )
        ]

    def start(self) -> None:
        """Take up work that an earlier process or model left, then whatever arrives."""
        self._jobs.recover()
        self._jobs.withdraw(self._later.names)
        self._missing.queue_stale()
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether every step is at work."""
        return all(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        """Look at the queue now: something was added."""
        self._wake.set()

    def stop_soon(self) -> None:
        """Begin nothing new; what is cut off from now on counts as not begun."""
        self._closing.set()
        self._wake.set()

    def close(self) -> None:
        """Stop soon; what is not saved goes back to the queue for the next start."""
        self.stop_soon()
        started = [thread for thread in self._threads if thread.is_alive()]
        for thread in started:
            thread.join(timeout=10)
        if started:
            self._jobs.hand_back()

    def read_now(self, work: Work, password: str | None) -> None:
        """Read one claimed asset while the caller waits, with a password if it has one.

        Raises:
            NotFound: its bytes are not there.
            Unavailable: it cannot be read now for a reason that lies outside of it.
        """
        try:
            with self._encoders.use():
                reading = self._pool.read(
                    self._path(work), name=work.name, password=password, fit=self._encoders.fit
                )
                if reading.failure is not None and reading.failure.code in _PASSING:
                    raise Unavailable(reading.failure.reason)
                self._store.save(self._encode([(work, reading)]), self._encoders.stage_key)
        except Exception as error:
            self._jobs.give_up(work, "not_read", str(error))
            raise
        self._indexer.apply()

    def _guard(self, step: Callable[[], None]) -> None:
        """Run a step again and again; a fault is logged and must not end the worker."""
        while not self._closing.is_set():
            try:
                step()
            except Exception:
                _log.exception("The ingest worker met a fault and goes on")
                self._closing.wait(_ERROR_PAUSE_S)

    def _claim_step(self) -> None:
        works = self._jobs.claim(_CLAIM)
        if not works:
            self._wake.wait(_IDLE_S)
            self._wake.clear()
            self._let_models_go()
            return
        taken = 0
        try:
            analysed = self._jobs.already_analysed(works, self._encoders.stage_key)
            for work in works:
                while not self._slots.acquire(timeout=_IDLE_S):
                    if self._closing.is_set():
                        return
                # Until it is saved; the step that saves ends it.
                self._encoders.begin_use()
                taken += 1
                self._take(work, is_analysed=work.sha256 in analysed)
        finally:
            if taken < len(works):
                self._insist(lambda: self._jobs.hand_back(works[taken:]))

    def _let_models_go(self) -> None:
        """Now and then free the memory of models that had no work for a while."""
        if not self._models_idle_s:
            return
        if time.monotonic() - self._looked_for_idle >= _LOOK_FOR_IDLE_S:
            self._looked_for_idle = time.monotonic()
            unload_idle(self._models_idle_s)

    def _path(self, work: Work) -> Path:
        return Path(work.in_place_path) if work.in_place_path else self._blobs.find(work.sha256)

    def _take(self, work: Work, *, is_analysed: bool) -> None:
        """Have a file read; whatever becomes of that, it comes to ``_read``."""
        if is_analysed and not work.again:
            self._read.put((work, None))
            return
        try:
            future = self._pool.submit(self._path(work), name=work.name, fit=self._encoders.fit)
        except NotFound as error:
            self._read.put((work, _failed("missing", error.message)))
        except Exception as error:
            self._read.put((work, _failed("not_read", f"Reading the file failed ({error}).")))
        else:
            future.add_done_callback(lambda done: self._came_back(work, done))

    def _came_back(self, work: Work, done: Future[Analysis]) -> None:
        # What is cancelled on closing stays in the queue for the next start.
        if not done.cancelled():
            self._read.put((work, _outcome(done)))

    def _encode_step(self) -> None:
        batch = self._gather()
        if not batch:
            return
        try:
            encoded = self._encode(batch)
        except Exception:
            _log.exception("Encoding a batch failed; its files are tried one by one")
            encoded = [self._encode_alone(read) for read in batch]
        self._encoded.put(encoded)

    def _encode(self, batch: Sequence[_Read]) -> list[_Read]:
        fresh = [analysis for _, analysis in batch if analysis is not None]
        if not fresh:
            return list(batch)
        done = iter(encode(fresh, text=self._encoders.text(), visual=self._encoders.visual()))
        return [(work, None if analysis is None else next(done)) for work, analysis in batch]

    def _encode_alone(self, read: _Read) -> _Read:
        try:
            return self._encode([read])[0]
        except Exception as error:
            _log.exception("Encoding %s failed", read[0].asset_id)
            return read[0], _failed("encoding", f"The models failed on this file ({error}).")

    def _gather(self) -> list[_Read]:
        """Up to a batch of readings; does not wait long for a full one."""
        batch: list[_Read] = []
        try:
            batch.append(self._read.get(timeout=_IDLE_S))
            while len(batch) < _BATCH:
                batch.append(self._read.get(timeout=_LINGER_S))
        except queue.Empty:
            pass
        return batch

    def _save_step(self) -> None:
        try:
            batch = self._encoded.get(timeout=_IDLE_S)
        except queue.Empty:
            self._indexer.apply()
            self._book.settle()
            return
        try:
            sound = [read for read in batch if not self._set_aside(*read)]
            if sound:
                self._save(sound)
        finally:
            self._slots.release(len(batch))
            self._encoders.end_use(len(batch))
        self._indexer.apply()
        self._book.settle()

    def _set_aside(self, work: Work, analysis: Analysis | None) -> bool:
        """Whether a file has to be read again later, which is then written down."""
        failure = analysis.failure if analysis is not None else None
        if failure is not None and failure.code in _PASSING:
            self._insist(lambda: self._jobs.postpone(work, failure.code, failure.reason))
            return True
        if not _has_changed(work):
            return False
        self._insist(lambda: self._registrar.renew(work))
        reason = "The file changes while it is read; take it in again when it is at rest."
        self._insist(lambda: self._jobs.postpone(work, "changing", reason))
        return True

    def _later_step(self) -> None:
        if not self._later.step():
            self._closing.wait(_IDLE_S)
            return
        self._indexer.apply()
        self._book.settle()

    def _save(self, batch: Sequence[_Read]) -> None:
        """Save a batch; a file that cannot be saved is given up, so that no job waits for it."""
        try:
            self._insist(lambda: self._store.save(batch, self._encoders.stage_key))
        except Exception as error:
            if len(batch) > 1:
                _log.exception("Saving a batch failed; its files are tried one by one")
                for read in batch:
                    self._save([read])
                return
            work = batch[0][0]
            _log.exception("Saving %s failed", work.asset_id)
            reason = f"What was found in it could not be saved ({error})."
            self._insist(lambda: self._jobs.give_up(work, "not_saved", reason, "poison"))

    def _insist(self, write: Callable[[], None]) -> None:
        """Write, again and again while the disk is full or the catalog away."""
        while not self._closing.is_set():
            try:
                write()
            except MagpieError as error:
                _log.warning("%s Trying again.", error.message)
                self._closing.wait(_ERROR_PAUSE_S)
            else:
                return


def _has_changed(work: Work) -> bool:
    """Whether a file in place is no longer the one that was written down."""
    if work.in_place_path is None:
        return False
    try:
        status = Path(work.in_place_path).stat()
    except OSError:
        # Gone since it was read: what was found in it stands.
        return False
    return (status.st_size, status.st_mtime_ns) != (work.size, work.modified_ns)


def _outcome(done: Future[Analysis]) -> Analysis:
    error = done.exception()
    if error is not None:
        return _failed("not_read", f"Reading the file failed ({error}); try it again.")
    return done.result()


def _failed(code: str, reason: str) -> Analysis:
    return Analysis(
        kind="other", media_type="application/octet-stream", failure=Failure(code, reason)
    )
