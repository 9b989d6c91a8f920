"""Building the next generation beside the one that answers."""

from __future__ import annotations

import logging
from collections.abc import Callable

from service.catalog.tables import Generation
from service.generations.completing import Completer
from service.generations.in_use import ModelsInUse
from service.generations.ledger import Change, Ledger
from service.generations.opening import encoders_of, models_of, schema_of
from service.generations.serving import Serving, Switchboard
from service.index.base import Generations
from service.ingest.asset_writer import AssetWriter
from service.ingest.indexer import Indexer
from service.settings import Settings

_log = logging.getLogger(__name__)

_CHUNK = 64
_SETTLE_ROWS = 1024


class Builder:
    """Fills generations from the catalog and makes them answer.

    Every step may be repeated: what a killed process had begun goes on where it was.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        ledger: Ledger,
        generations: Generations,
        board: Switchboard,
        indexer: Indexer,
        writer: AssetWriter,
        completer: Completer,
        in_use: ModelsInUse,
        stopped: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._ledger = ledger
        self._generations = generations
        self._board = board
        self._indexer = indexer
        self._writer = writer
        self._completer = completer
        self._in_use = in_use
        self._stopped = stopped

    def build(self, generation: Generation) -> bool:
        """Fill a generation, make it fast and let it answer; False where it was stopped.

        Raises:
            ModelError, IndexUnavailable: it cannot be built now; nothing has changed.
        """
        encoders = encoders_of(generation, self._settings)
        schema = schema_of(encoders)

        def open_() -> Serving:
            index = self._generations.create(generation.name, schema)
            return Serving(generation.name, models_of(encoders), encoders, index)

        following = open_()
        try:
            if not self.catch_up(following):
                return False
            if self._generations.worth_optimising(following.index):
                following.index.close()
                _log.info("Building the graphs of the index")
                self._generations.optimise(generation.name, schema, self._given_up(generation.name))
                following = open_()
            if not self.catch_up(following):
                return False
            self.switch(following)
        finally:
            if self._board.serving is not following:
                following.index.close()
        return True

    def catch_up(self, serving: Serving) -> bool:
        """Work off the backlog of a generation; False where that was stopped."""
        given_up = self._given_up(serving.name)
        done: list[int] = []
        while not given_up():
            rows = self._ledger.backlog(serving.name, limit=_CHUNK, after=max(done, default=0))
            if not rows:
                break
            asset_ids = list(dict.fromkeys(rows.values()))
            self._completer.complete(asset_ids, serving.encoders, serving.models)
            self._writer.write(serving.index, serving.models, asset_ids)
            done += rows
            if len(done) >= _SETTLE_ROWS:
                self._settle(serving, done)
        self._settle(serving, done)
        return not given_up()

    def switch(self, serving: Serving) -> None:
        """Let an open generation answer from now on, with its models.

        Nothing is encoded or indexed meanwhile, so that nothing is missed.
        """
        with self._in_use.between_uses(self._stopped), self._indexer.held():
            self._write_rest(serving)
            self._let_answer(serving)

    def go_back(self, kept: Generation) -> None:
        """Let the generation before answer again; its backlog is worked off after that.

        Raises:
            IndexUnavailable, ModelError: it, or its models, are gone.
        """
        encoders = encoders_of(kept, self._settings)
        index = self._generations.open(kept.name, schema_of(encoders))
        before = Serving(kept.name, models_of(encoders), encoders, index)
        with self._in_use.between_uses(self._stopped), self._indexer.held():
            self._let_answer(before)

    def _let_answer(self, serving: Serving) -> None:
        change = Change(self._board.serving.stage_key, serving.stage_key)
        self._ledger.make_current(serving.name, change)
        self._board.switch(serving)
        self._generations.announce(serving.name)

    def _write_rest(self, serving: Serving) -> None:
        """Write what came in last; vectors that this lacks are made when it answers."""
        last, written, lacking = 0, list[int](), set[str]()
        while rows := self._ledger.backlog(serving.name, limit=_CHUNK, after=last):
            asset_ids = list(dict.fromkeys(rows.values()))
            lacking |= self._writer.write(serving.index, serving.models, asset_ids)
            last = max(rows)
            written += rows
        self._settle(serving, written)
        self._ledger.add_to_backlog(serving.name, sorted(lacking))

    def _settle(self, serving: Serving, done: list[int]) -> None:
        if done:
            serving.index.flush()
            self._ledger.settle(done)
            done.clear()

    def _given_up(self, name: str) -> Callable[[], bool]:
        def given_up() -> bool:
            return self._stopped() or all(each.name != name for each in self._ledger.all())

        return given_up
