"""From the catalog to the vector index: applies the outbox, as often as needed."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from sqlalchemy import delete, insert, select

from service.catalog.database import Database
from service.catalog.tables import Backlog, Generation, Outbox
from service.generations.serving import Serving, Switchboard
from service.index.base import IndexUnavailable
from service.ingest.asset_writer import AssetWriter

_CHUNK = 128
_SETTLE_ROWS = 1024
_SETTLE_S = 0.25
"""How often the index is synced to the disk while files come in: the sync takes 10 to 50 ms."""


class Indexer:
    """Applies the outbox to the generation that answers.

    A row is *applied* when a search can find what it is about, and *settled* (deleted) when
    the index has it on the disk, where a loss of power leaves it. Other generations get what
    is settled into their backlogs, in the same transaction. Thread safe.
    """

    def __init__(self, database: Database, board: Switchboard, writer: AssetWriter) -> None:
        self._database = database
        self._board = board
        self._writer = writer
        self._lock = threading.RLock()
        self._unsettled: dict[int, str] = {}
        self._lacking: set[str] = set()
        self._settled_at = float("-inf")

    def apply(self, *, settle: bool = False) -> int:
        """Apply all rows that stand in the outbox; how many.

        Args:
            settle: whether to settle them at once, instead of some at a time.
        """
        applied = 0
        with self._lock, self._board.lease() as serving:
            while rows := self._next():
                asset_ids = list(dict.fromkeys(rows.values()))
                self._lacking |= self._writer.write(serving.index, serving.models, asset_ids)
                self._unsettled.update(rows)
                applied += len(rows)
                if len(self._unsettled) >= _SETTLE_ROWS:
                    self._settle(serving)
            if settle or time.monotonic() - self._settled_at >= _SETTLE_S:
                self._settle(serving)
        return applied

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is applied meanwhile, and what was applied is settled.

        Whoever changes which generation answers does it in here.
        """
        with self._lock:
            self.settle()
            yield

    @contextlib.contextmanager
    def held_for_another(self) -> Iterator[None]:
        """Nothing is applied meanwhile; what was applied to a lost generation is to be again."""
        with self._lock:
            self._unsettled.clear()
            self._lacking.clear()
            yield

    def settle(self) -> None:
        """Sync what was applied to the disk and delete its rows."""
        with self._lock:
            if self._unsettled:
                with self._board.lease() as serving:
                    self._settle(serving)

    def close(self) -> None:
        """Settle what can be; the rest is applied again at the next start."""
        with contextlib.suppress(IndexUnavailable):
            self.settle()

    def _next(self) -> dict[int, str]:
        last = max(self._unsettled, default=0)
        with self._database.read() as session:
            rows = session.execute(
                select(Outbox.id, Outbox.asset_id)
                .where(Outbox.id > last)
                .order_by(Outbox.id)
                .limit(_CHUNK)
            ).all()
        return {row.id: row.asset_id for row in rows}

    def _settle(self, serving: Serving) -> None:
        if not self._unsettled:
            return
        serving.index.flush()
        rows = list(self._unsettled)
        with self._database.write() as session:
            for start in range(0, len(rows), _CHUNK):
                some = rows[start : start + _CHUNK]
                session.execute(
                    insert(Backlog).from_select(
                        ["generation", "asset_id"],
                        select(Generation.name, Outbox.asset_id)
                        .select_from(Outbox)
                        .join(Generation, Generation.name != serving.name)
                        .where(Outbox.id.in_(some))
                        .distinct(),
                    )
                )
                session.execute(delete(Outbox).where(Outbox.id.in_(some)))
            if self._lacking:
                session.execute(
                    insert(Backlog),
                    [
                        {"generation": serving.name, "asset_id": asset_id}
                        for asset_id in sorted(self._lacking)
                    ],
                )
        self._unsettled.clear()
        self._lacking.clear()
        self._settled_at = time.monotonic()
