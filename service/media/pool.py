"""The limited process that looks at video and listens to sound, one file at a time.

It may take longer and more memory than reading does, and is started with the first file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from models.pixels import Fit
from pipelines.limits import Limits
from pipelines.pool import ReaderPool, ReaderPoolError
from service.settings import Settings

_IDLE_BYTES = 384 * 2**20
_COPY_BYTES = 128 * 2**20


class MediaPool:
    """A reader pool of one process that is not there before it is needed. Thread safe."""

    def __init__(self, settings: Settings, fit: Callable[[], Fit]) -> None:
        self._limits = Limits(
            wall_s=settings.media_seconds,
            # Several threads may work on one file.
            cpu_s=settings.media_seconds * settings.encoder_threads,
            memory_bytes=settings.media_memory_mb * 2**20,
            keep_bytes=_IDLE_BYTES,
            written_bytes=_COPY_BYTES,
        )
        self._fit = fit
        self._lock = threading.Lock()
        self._pool: ReaderPool | None = None
        self._closed = False

    def get(self) -> ReaderPool:
        """The pool; raises ReaderPoolError once closed."""
        with self._lock:
            if self._closed:
                raise ReaderPoolError("Magpie is closing; the file is looked at again later.")
            if self._pool is None:
                self._pool = ReaderPool(1, self._limits, fit=self._fit)
            return self._pool

    def close(self) -> None:
        """End what runs; it is taken up again at the next start."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(wait=False)
