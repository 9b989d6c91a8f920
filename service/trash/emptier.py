"""Empties the trash, in the background, of what has been in it for long enough."""

from __future__ import annotations

import logging
import threading

from service.trash.store import Trash

_log = logging.getLogger(__name__)

_PAUSE_S = 3600.0
_CLOSE_S = 10.0


class Emptier:
    """Looks into the trash once an hour.

    Args:
        days: the holding time; 0 empties nothing.
    """

    def __init__(self, trash: Trash, *, days: float) -> None:
        self._trash = trash
        self._days = days
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trash", daemon=True)

    def start(self) -> None:
        """Begin, unless the trash is emptied by people alone."""
        if self._days > 0:
            self._thread.start()

    def close(self) -> None:
        """Stop soon."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=_CLOSE_S)

    def _run(self) -> None:
        while True:
            try:
                purged = self._trash.empty()
                if purged.records:
                    _log.info("The trash was emptied of %d records", purged.records)
            except Exception:
                _log.exception("Emptying the trash met a fault and is tried again in an hour")
            if self._closing.wait(_PAUSE_S):
                return
