"""Threads that take urgent tasks before the others, each kind in the order it came."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class UrgentFirst(Generic[T]):
    """Runs functions in a fixed number of threads; what is urgent overtakes what waits."""

    def __init__(self, threads: int, name: str) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[bool, int, Future[T], Callable[[], T]]] = []
        self._number = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Callable[[], T], *, urgent: bool = False) -> Future[T]:
        """Run a function as soon as a thread is free.

        Raises:
            RuntimeError: closed already.
        """
        future: Future[T] = Future()
        with self._changed:
            if self._closed:
                raise RuntimeError("closed")
            self._number += 1
            heapq.heappush(self._waiting, (not urgent, self._number, future, task))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Cancel what waits and wait for what runs; harmless when closed already."""
        with self._changed:
            self._closed = True
            cancelled = [entry[2] for entry in self._waiting]
            self._waiting.clear()
            self._changed.notify_all()
        for future in cancelled:
            future.cancel()
            future.set_running_or_notify_cancel()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (entry := self._next()) is not None:
            _run(*entry)
            # The last task must not be held in memory until the next one comes.
            entry = None

    def _next(self) -> tuple[Future[T], Callable[[], T]] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return None
            _, _, future, task = heapq.heappop(self._waiting)
            return future, task


def _run(future: Future[Any], task: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = task()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
