"""The worker: claims files, has them read and encoded, and writes what was found.

Three steps run side by side, joined by short queues so that memory stays
bounded: reading (in limited processes), encoding (the models' own thread) and
saving (catalog, then index).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

from pipelines.analyse import encode
from pipelines.analysis import Analysis, Failure
from pipelines.pool import ReaderPool
from service.blobs import BlobStore
from service.encoders import Encoders
from service.errors import MagpieError, NotFound
from service.ingest.indexer import Indexer
from service.ingest.queue import IngestQueue
from service.ingest.stages import LaterStage
from service.ingest.store import AnalysisStore, Work

_log = logging.getLogger(__name__)

_CLAIM = 32
_BATCH = 16
_IN_FLIGHT = 48
_IDLE_S = 0.5
_ERROR_PAUSE_S = 2.0
_LINGER_S = 0.02

_Read = tuple[Work, Analysis | None]


class IngestWorker:
    """Works the queue off in the background until it is closed."""

    def __init__(
        self,
        *,
        jobs: IngestQueue,
        blobs: BlobStore,
        pool: ReaderPool,
        encoders: Encoders,
        store: AnalysisStore,
        indexer: Indexer,
        stage_key: str,
        later: Sequence[LaterStage] = (),
    ) -> None:
        self._jobs = jobs
        self._later = {stage.name: stage for stage in later}
        self._blobs = blobs
        self._pool = pool
        self._encoders = encoders
        self._store = store
        self._indexer = indexer
        self._stage_key = stage_key
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._slots = threading.Semaphore(_IN_FLIGHT)
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
        self._jobs.queue_stale(self._stage_key)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look at the queue now: something was added."""
        self._wake.set()

    def close(self) -> None:
        """Stop soon; what is not saved stays in the queue for the next start."""
        self._closing.set()
        self._wake.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)

    def read_now(self, work: Work, password: str | None) -> None:
        """Read one claimed asset while the caller waits, with a password if it has one.

        Raises:
            NotFound: its bytes are not there.
        """
        reading = self._pool.read(self._path(work), name=work.name, password=password)
        encoded = self._encode([(work, reading)])
        self._store.save(encoded, self._stage_key)
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
            return
        analysed = self._jobs.already_analysed(works, self._stage_key)
        for work in works:
            while not self._slots.acquire(timeout=_IDLE_S):
                if self._closing.is_set():
                    return
            if work.sha256 in analysed:
                self._read.put((work, None))
            else:
                self._submit(work)

    def _path(self, work: Work) -> Path:
        return Path(work.in_place_path) if work.in_place_path else self._blobs.find(work.sha256)

    def _submit(self, work: Work) -> None:
        try:
            path = self._path(work)
        except NotFound as error:
            self._read.put((work, _failed("missing", error.message)))
            return
        future = self._pool.submit(path, name=work.name)
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
            return
        try:
            self._save(batch)
        finally:
            self._slots.release(len(batch))
        self._indexer.apply()

    def _later_step(self) -> None:
        works = self._jobs.claim(1, self._later)
        if not works:
            self._closing.wait(_IDLE_S)
            return
        work = works[0]
        stage = self._later[work.stage]
        found = Analysis(kind="other", media_type="application/octet-stream")
        reason: str | None = None
        try:
            found = self._with_vectors(
                stage.run(self._path(work), work.name, self._jobs.targets(work))
            )
        except Exception as error:
            if self._closing.is_set():
                return
            _log.exception("The stage %s failed on %s", work.stage, work.asset_id)
            reason = f"The stage {work.stage} failed ({error})."
        try:
            self._store.save_later(work, stage, found, reason)
        except Exception as error:
            _log.exception("Saving the stage %s of %s failed", work.stage, work.asset_id)
            self._jobs.give_up(work, str(error))
        self._indexer.apply()

    def _with_vectors(self, found: Analysis) -> Analysis:
        if not found.units:
            return found
        return encode([found], text=self._encoders.text(), visual=self._encoders.visual())[0]

    def _save(self, batch: Sequence[_Read]) -> None:
        """Save a batch, again and again while the disk is full or the catalog away.

        A file that cannot be saved for another reason is given up, so that no job waits
        for it for ever.
        """
        while not self._closing.is_set():
            try:
                self._store.save(batch, self._stage_key)
            except MagpieError as error:
                _log.warning("%s Trying again.", error.message)
                self._closing.wait(_ERROR_PAUSE_S)
            except Exception as error:
                if len(batch) > 1:
                    _log.exception("Saving a batch failed; its files are tried one by one")
                    for read in batch:
                        self._save([read])
                    return
                work = batch[0][0]
                _log.exception("Saving %s failed", work.asset_id)
                self._jobs.give_up(work, f"What was found in it could not be saved ({error}).")
                return
            else:
                return


def _outcome(done: Future[Analysis]) -> Analysis:
    error = done.exception()
    if error is not None:
        return _failed("crashed", f"Reading the file failed ({error}); try it again.")
    return done.result()


def _failed(code: str, reason: str) -> Analysis:
    return Analysis(
        kind="other", media_type="application/octet-stream", failure=Failure(code, reason)
    )
