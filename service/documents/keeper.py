"""Describes documents in the background, after what is to be read was read."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from models.errors import ModelError
from service.documents.describer import Describer
from service.documents.writing import Scribe
from service.errors import MagpieError
from service.progress import Told

_log = logging.getLogger(__name__)

_CHUNK = 8
"""Described in one transaction; others write between two."""

_IDLE_S = 1.0
_FAULT_PAUSE_S = 5.0


class DocumentKeeper:
    """Sees to it that every document is described; goes on where a restart ended it.

    Args:
        is_reading: whether files are being read, which comes first: it makes them searchable.
        on_described: called when some were described.
        scribe: has summaries written when all is described; None where no model is set.
    """

    def __init__(
        self,
        describer: Describer,
        is_reading: Callable[[], bool],
        on_described: Callable[[], None] = lambda: None,
        scribe: Scribe | None = None,
    ) -> None:
        self._scribe = scribe
        self._on_described = on_described
        self._describer = describer
        self._is_reading = is_reading
        self._closing = threading.Event()
        self._outdated = threading.Event()
        self._outdated.set()
        self._at_work = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="documents", daemon=True)

    def start(self) -> None:
        """Begin, with what rests on other rules than those in force."""
        self._thread.start()

    def close(self) -> None:
        """Stop soon; the next start goes on."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def catch_up(self, told: Told | None = None) -> int:
        """Describe now all that wait, and how many these were; ``told`` hears of each step."""
        done = 0
        with self._at_work:
            self._mark()
            while not self._closing.is_set() and (some := self._describer.waiting(_CHUNK)):
                self._describe(some)
                done += len(some)
                if told is not None:
                    told(done)
        return done

    def outdate(self) -> None:
        """Have documents described again that rest on other rules or lessons than those in use."""
        self._outdated.set()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._mark()
                busy = not self._is_reading() and (self._step() or self._write())
            except Exception:
                _log.exception("Describing documents met a fault and goes on")
                self._closing.wait(_FAULT_PAUSE_S)
                continue
            if not busy:
                self._closing.wait(_IDLE_S)

    def _mark(self) -> None:
        if self._outdated.is_set():
            self._outdated.clear()
            try:
                self._describer.outdate()
                if self._scribe is not None:
                    self._scribe.outdate()
            except BaseException:
                self._outdated.set()
                raise

    def _write(self) -> bool:
        """Have a summary written; whether one was wanted."""
        return self._scribe is not None and self._scribe.step(self._closing.is_set)

    def _step(self) -> bool:
        """Describe some; whether there were any."""
        with self._at_work:
            some = self._describer.waiting(_CHUNK)
            if some:
                self._describe(some)
                self._on_described()
        return bool(some)

    def _describe(self, asset_ids: Sequence[str]) -> None:
        try:
            self._describer.describe(asset_ids)
        except (MagpieError, ModelError):
            # The disk or the model: nothing that lies in a document.
            raise
        except Exception:
            if len(asset_ids) > 1:
                for each in asset_ids:
                    self._describe([each])
                return
            _log.exception("The document %s cannot be described", asset_ids[0])
            self._describer.give_up(asset_ids[0])
