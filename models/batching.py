"""Micro-batching: many callers, one thread that runs the network.

Work of two kinds meets here. A person waits for a query, so interactive items go
first, alone and at once; an ingest hands in bulk items by the hundred, which fill
small batches so that no query waits long behind one.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from models.errors import EncoderClosedError, ModelError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Runs ``encode`` on gathered items in a thread of its own.

    Args:
        encode: turns a list of items into as many results; called from one thread only.
        name: of the thread.
        max_items: most items in a batch.
        max_weight: most weight in a batch of several items, where items differ in cost:
            the number of items times the heaviest of them, since they are padded to it.
        weight: cost of an item.
        max_wait_s: how long a bulk batch that is not full waits for more.
    """

    def __init__(
        self,
        encode: Callable[[list[Item]], Sequence[Result]],
        *,
        name: str,
        max_items: int,
        max_weight: float = float("inf"),
        weight: Callable[[Item], float] = lambda _item: 1.0,
        max_wait_s: float = 0.002,
    ) -> None:
        self._encode = encode
        self._max_items = max_items
        self._max_weight = max_weight
        self._weight = weight
        self._max_wait_s = max_wait_s
        self._interactive: deque[tuple[Item, Future[Result]]] = deque()
        self._bulk: deque[tuple[Item, Future[Result]]] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()
        # The thread must not be inside the network while the interpreter goes down.
        atexit.register(self.close)

    def submit(self, items: Sequence[Item], *, bulk: bool) -> list[Future[Result]]:
        """Queue items; one future each, in order.

        Raises:
            EncoderClosedError: ``close`` was called.
        """
        jobs: list[tuple[Item, Future[Result]]] = [(item, Future()) for item in items]
        with self._changed:
            if self._closed:
                raise EncoderClosedError("The encoder is closed: load the model again.")
            (self._bulk if bulk else self._interactive).extend(jobs)
            self._changed.notify()
        return [future for _, future in jobs]

    def close(self) -> None:
        """Finish the running batch, refuse what is queued, and end the thread."""
        with self._changed:
            self._closed = True
            waiting = [*self._interactive, *self._bulk]
            self._interactive.clear()
            self._bulk.clear()
            self._changed.notify()
        for _, future in waiting:
            if future.set_running_or_notify_cancel():
                future.set_exception(EncoderClosedError("The encoder was closed."))
        if threading.current_thread() is not self._thread:
            self._thread.join()
        atexit.unregister(self.close)

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            started = [job for job in batch if job[1].set_running_or_notify_cancel()]
            if started:
                self._run(started)

    def _next_batch(self) -> list[tuple[Item, Future[Result]]] | None:
        with self._changed:
            while not (self._interactive or self._bulk or self._closed):
                self._changed.wait()
            if self._closed:
                return None
            if not self._interactive:
                self._gather()
            return self._take(self._interactive or self._bulk)

    def _gather(self) -> None:
        """Wait a moment for a bulk batch to fill, unless a query comes in."""
        end = time.monotonic() + self._max_wait_s
        while len(self._bulk) < self._max_items and not (self._interactive or self._closed):
            left = end - time.monotonic()
            if left <= 0:
                return
            self._changed.wait(left)

    def _take(self, queue: deque[tuple[Item, Future[Result]]]) -> list[tuple[Item, Future[Result]]]:
        batch: list[tuple[Item, Future[Result]]] = []
        heaviest = 0.0
        while queue and len(batch) < self._max_items:
            heaviest = max(heaviest, self._weight(queue[0][0]))
            if batch and heaviest * (len(batch) + 1) > self._max_weight:
                break
            batch.append(queue.popleft())
        return batch

    def _run(self, batch: list[tuple[Item, Future[Result]]]) -> None:
        try:
            results = self._encode([item for item, _ in batch])
            if len(results) != len(batch):
                raise ModelError(
                    f"The model gave {len(results)} results for {len(batch)} items; its file "
                    "does not fit: choose another model."
                )
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            # One bad item must not fail those that happened to share its batch.
            for job in batch:
                self._run([job])
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)
