"""Begins the scans of sources when they are due."""

from __future__ import annotations

import logging
import threading

from service.sources.store import Sources

_log = logging.getLogger(__name__)

_LOOK_S = 5.0


class Schedule:
    """Looks now and then what is due; one source is scanned at a time.

    What an interrupted scan left is gone on with, so that large sources come to their end.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sources", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Stop soon; a scan under way is the walker's."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                for source_id in self._sources.due()[:1]:
                    self._sources.scan(source_id, resume=True)
            except Exception:
                _log.exception("Looking for sources to scan met a fault and goes on")
            self._closing.wait(_LOOK_S)
