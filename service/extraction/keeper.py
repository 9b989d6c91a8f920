"""Finds the fields of documents in the background, when nothing is to be read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from service.errors import MagpieError
from service.extraction.extractor import Extractor

_log = logging.getLogger(__name__)

_AT_ONCE = 20
_IDLE_S = 60.0
"""Who tells types of documents wakes the keeper; this is for what has changed otherwise."""

_MOST_FAILURES = 3


class ExtractionKeeper:
    """Goes through what is not up to date; what is done is kept, so a restart goes on.

    Args:
        is_reading: whether files are being read, which comes first.
    """

    def __init__(self, extractor: Extractor, is_reading: Callable[[], bool]) -> None:
        self._is_reading = is_reading
        self._extractor = extractor
        self._closing = threading.Event()
        self._wanted = threading.Event()
        self._failures: dict[str, int] = {}
        self._at_work = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="fields", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be something to do."""
        self._wanted.set()

    def close(self) -> None:
        """Stop after the document in hand."""
        self._closing.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join(timeout=30)

    def catch_up(self) -> None:
        """Find now the fields of all that wait for it."""
        while not self._closing.is_set() and self._some():
            pass

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                more = not self._is_reading() and self._some()
            except Exception:
                _log.exception("Fields could not be found; trying again")
                more = False
            if not more:
                self._wanted.wait(_IDLE_S)
                self._wanted.clear()

    def _some(self) -> bool:
        """Do some; whether there may be more."""
        with self._at_work:
            due = self._extractor.due(_AT_ONCE + len(self._failures))
            due = [each for each in due if self._failures.get(each, 0) < _MOST_FAILURES]
            for asset_id in due:
                if self._closing.is_set():
                    return False
                self._one(asset_id)
            return bool(due)

    def _one(self, asset_id: str) -> None:
        try:
            self._extractor.bring_up(asset_id)
        except MagpieError:
            raise
        except Exception:
            # One document must not keep the others; it is tried again at the next start.
            if not self._closing.is_set():
                _log.exception("The fields of %s could not be found", asset_id)
                self._failures[asset_id] = self._failures.get(asset_id, 0) + 1
