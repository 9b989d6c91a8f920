"""Keeps the index whole, fast and of the models that are wanted, in the background."""

from __future__ import annotations

import logging
import threading

from models.errors import ModelError
from service.errors import MagpieError
from service.generations.building import Builder
from service.generations.ledger import Ledger
from service.generations.opening import begin_serving, drop_forgotten
from service.generations.serving import Switchboard
from service.index.base import Filter, Generations, IndexDamaged, IndexUnavailable
from service.ingest.indexer import Indexer

_log = logging.getLogger(__name__)

_PAUSE_S = 1.0
_LOOK_S = 60.0
_CLOSE_S = 15.0


class Keeper:
    """One thread that builds generations and works off backlogs.

    It begins the next generation by itself where the one that answers has grown so much that
    searching takes long, and a new one at once where it cannot be read any more.
    """

    def __init__(
        self,
        *,
        ledger: Ledger,
        generations: Generations,
        board: Switchboard,
        indexer: Indexer,
        builder: Builder,
        closing: threading.Event,
    ) -> None:
        self._ledger = ledger
        self._generations = generations
        self._board = board
        self._indexer = indexer
        self._builder = builder
        self._closing = closing
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index-keeper", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def wake(self) -> None:
        """Look at once whether there is something to do."""
        self._wake.set()

    def close(self) -> None:
        """Stop soon; what was begun goes on at the next start."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(_CLOSE_S)

    def _run(self) -> None:
        rounds = 0
        while not self._closing.is_set():
            try:
                if rounds % round(_LOOK_S / _PAUSE_S) == 0:
                    self._look()
                self._work()
            except (MagpieError, IndexUnavailable) as error:
                _log.warning("%s", error)
            except Exception:
                _log.exception("The keeper of the index met a fault and goes on")
            rounds += 1
            self._wake.wait(_PAUSE_S)
            self._wake.clear()

    def _look(self) -> None:
        """Mend what is damaged, and begin a faster generation where one is worth it."""
        with self._board.lease() as serving:
            try:
                serving.index.count(Filter())
                slow = self._generations.worth_optimising(serving.index)
            except IndexDamaged as error:
                _log.warning("%s It is built again from the catalog now.", error)
                with self._indexer.held_for_another():
                    self._board.switch(
                        begin_serving(serving.encoders, self._ledger, self._generations)
                    )
                return
        if slow and self._ledger.in_state("building") is None and not self._ledger.outbox_size():
            _log.info("The index has grown; a faster one is built")
            self._ledger.begin(serving.models)

    def _work(self) -> None:
        name = self._board.serving.name
        if self._ledger.backlog(name, limit=1):
            with self._board.lease() as serving:
                self._builder.catch_up(serving)
        building = self._ledger.in_state("building")
        if building is None or building.reason is not None:
            return
        try:
            if self._builder.build(building):
                drop_forgotten(self._ledger, self._generations)
        except (ModelError, MagpieError, IndexUnavailable) as error:
            if not self._closing.is_set():
                _log.warning("Building the index %s stopped: %s", building.name, error)
                self._ledger.explain(building.name, str(error))
