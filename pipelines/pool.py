"""A warm pool of limited reader processes: a file may kill its reader, nothing else.

Every process reads one file at a time and is replaced after some files, after a limit and
after a crash. A thread of this process watches time and memory of all of them.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType

from models.pixels import DEFAULT_FIT, Fit
from pipelines.analysis import Analysis
from pipelines.close_up import CLOSE_UP_SIDE
from pipelines.limits import Limits
from pipelines.pictures import THUMBNAIL_SIDE
from pipelines.reader_process import OnPart, ReaderPoolError, ReaderProcess
from pipelines.reader_protocol import Request, Task
from pipelines.urgent_first import UrgentFirst

__all__ = ["OnPart", "ReaderPool", "ReaderPoolError"]

FILES_PER_PROCESS = 1_000
"""A fresh process costs as much as reading about fifty small photos."""

_WATCH_SECONDS = 0.05


class ReaderPool:
    """Reads files in processes of its own. Thread safe; use it as a context manager.

    Args:
        processes: how many files are read at once.
        limits: what one file may cost.
        files_per_process: after so many files a process is replaced.
        fit: how the visual model in use takes pictures, asked for each file whose caller does
            not say.
    """

    def __init__(
        self,
        processes: int = 2,
        limits: Limits | None = None,
        *,
        files_per_process: int = FILES_PER_PROCESS,
        fit: Callable[[], Fit] = lambda: DEFAULT_FIT,
    ) -> None:
        self._fit = fit
        self._limits = limits or Limits()
        self._files_per_process = files_per_process
        self._idle: SimpleQueue[ReaderProcess] = SimpleQueue()
        self._busy: set[ReaderProcess] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._some_busy = threading.Event()
        for _ in range(processes):
            self._idle.put(ReaderProcess(self._limits))
        self._threads = UrgentFirst[Analysis](processes, "reader")
        threading.Thread(target=self._watch, name="reader-watch", daemon=True).start()

    def read(
        self,
        path: Path | str,
        *,
        name: str = "",
        media_type_hint: str | None = None,
        password: str | None = None,
        on_part: OnPart | None = None,
        fit: Fit | None = None,
    ) -> Analysis:
        """Read a file before all that were submitted, and wait for it; see ``submit``."""
        return self.submit(
            path,
            name=name,
            media_type_hint=media_type_hint,
            password=password,
            on_part=on_part,
            urgent=True,
            fit=fit,
        ).result()

    def submit(
        self,
        path: Path | str,
        *,
        name: str = "",
        media_type_hint: str | None = None,
        password: str | None = None,
        on_part: OnPart | None = None,
        urgent: bool = False,
        fit: Fit | None = None,
    ) -> Future[Analysis]:
        """Read a file as ``pipelines.reading.read_file`` does, in a process of the pool.

        Args:
            path: where the bytes are.
            name: the name that people know the file by.
            media_type_hint: what the sender says it is; decides among kinds of text only.
            password: opens the file where it is encrypted.
            on_part: called in another thread with each part (a page, where there are
                pages) as it is read; once more where a process was killed from outside
                and the file is read again.
            urgent: whether somebody waits: the file overtakes those that are not urgent.
            fit: how the pixels of pictures are made for the visual model.

        Returns:
            The analysis without vectors. A file that breaks a limit or its reader gives
            what was read until then, and a ``failure``.

        Raises:
            ReaderPoolError: the pool is closed. Its future raises the same where reader
                processes cannot start.
        """
        return self._submit(
            Request(
                str(Path(path).absolute()),
                name=name,
                media_type_hint=media_type_hint,
                password=password,
                fit=fit or self._fit(),
                limits=self._limits,
            ),
            on_part,
            urgent=urgent,
        )

    def draw_page(
        self,
        path: Path | str,
        number: int,
        *,
        side: int = THUMBNAIL_SIDE,
        password: str | None = None,
    ) -> Analysis:
        """Draw one page, numbered from 1, as ``preview``, longest side at most ``side`` pixels.

        It is urgent, as in ``read``. The analysis carries nothing else, or a ``failure``.
        """
        request = Request(
            str(Path(path).absolute()),
            page=number,
            side=side,
            password=password,
            limits=self._limits,
        )
        return self._submit(request, None, urgent=True).result()

    def structure(
        self,
        path: Path | str,
        *,
        name: str = "",
        media_type_hint: str | None = None,
        password: str | None = None,
        urgent: bool = True,
    ) -> Analysis:
        """Tables, places of words, signatures and embedded data of a document.

        They are the ``structure`` of the analysis, which carries nothing else, or a
        ``failure``.
        """
        request = Request(
            str(Path(path).absolute()),
            name=name,
            media_type_hint=media_type_hint,
            password=password,
            structure=True,
            limits=self._limits,
        )
        return self._submit(request, None, urgent=urgent).result()

    def close_ups(
        self,
        path: Path | str,
        keys: Collection[str],
        *,
        side: int = CLOSE_UP_SIDE,
        name: str = "",
        media_type_hint: str | None = None,
        password: str | None = None,
    ) -> Analysis:
        """Read some pictures of a file again, with as many pixels as OCR needs.

        Args:
            path, name, media_type_hint, password: as they were for ``read``.
            keys: of the units whose pictures are wanted; a few at a time, since they are large.
            side: longest side of a picture in pixels.

        Returns:
            Units with pixels (see ``pipelines.close_up.close_ups``); those that could not be
            read again are absent, and ``failure`` says why reading ended.
        """
        request = Request(
            str(Path(path).absolute()),
            name=name,
            media_type_hint=media_type_hint,
            password=password,
            keys=frozenset(keys),
            side=side,
            limits=self._limits,
        )
        return self._submit(request, None).result()

    def work(
        self,
        path: Path | str,
        task: Task,
        *,
        name: str = "",
        model: str = "",
        threads: int = 1,
        on_part: OnPart | None = None,
    ) -> Analysis:
        """Do another task than reading with a file, and wait for it.

        Args:
            path: where the bytes are.
            task: what to do (``pipelines.video.tasks``).
            name: the name that people know the file by.
            model: folder of the speech model, for ``speech``.
            threads: that it may use.
            on_part: called in another thread with each part as it is made.

        Returns:
            What was made until the end, or until a limit; then with a ``failure``.
        """
        request = Request(
            str(Path(path).absolute()),
            name=name,
            fit=self._fit(),
            limits=self._limits,
            task=task,
            model=model,
            threads=threads,
        )
        return self._submit(request, on_part).result()

    def close(self, *, wait: bool = True) -> None:
        """End the pool; queued files are cancelled, and the running ones too unless ``wait``.

        A running file that is cut off raises ``ReaderPoolError`` from its future.
        """
        if not wait:
            self._closed.set()
            with self._lock:
                for process in self._busy:
                    process.end()
        self._threads.close()
        self._closed.set()
        self._some_busy.set()
        while not self._idle.empty():
            self._idle.get().close()

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(wait=kind is None)

    def _submit(
        self, request: Request, on_part: OnPart | None, *, urgent: bool = False
    ) -> Future[Analysis]:
        try:
            return self._threads.submit(lambda: self._run(request, on_part), urgent=urgent)
        except RuntimeError as error:
            raise ReaderPoolError("The reader pool is closed; open a new one.") from error

    def _run(self, request: Request, on_part: OnPart | None) -> Analysis:
        found, not_its_fault = self._run_once(request, on_part)
        if not_its_fault:
            found, _ = self._run_once(request, on_part)
        if self._closed.is_set() and found.failure is not None:
            raise ReaderPoolError("The reader pool was closed; read the file again.")
        return found

    def _run_once(self, request: Request, on_part: OnPart | None) -> tuple[Analysis, bool]:
        """Read in the next idle process; the flag says that it was killed from outside."""
        process = self._idle.get()
        if not process.is_alive():
            process = self._replaced(process)
        with self._lock:
            self._busy.add(process)
            self._some_busy.set()
        try:
            return process.read(request, on_part), process.killed_from_outside()
        finally:
            with self._lock:
                self._busy.discard(process)
                if not self._busy:
                    self._some_busy.clear()
            if process.is_used_up(self._files_per_process):
                process.close()
                # Where none can be started now, its place is kept and the next file tries.
                with contextlib.suppress(OSError):
                    process = ReaderProcess(self._limits)
            self._idle.put(process)

    def _replaced(self, process: ReaderProcess) -> ReaderProcess:
        process.close()
        try:
            return ReaderProcess(self._limits)
        except OSError as error:
            self._idle.put(process)
            raise ReaderPoolError(f"No reader process can be started ({error}).") from error

    def _watch(self) -> None:
        while not self._closed.is_set():
            self._some_busy.wait()
            with self._lock:
                for process in self._busy:
                    process.watch()
            self._closed.wait(_WATCH_SECONDS)
