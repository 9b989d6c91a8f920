"""The parts around the index of an open home, put together."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass

from models.bm25 import Bm25Encoder
from pipelines.pool import ReaderPool
from service.blobs import BlobStore
from service.catalog.database import Database
from service.generations.building import Builder
from service.generations.completing import Completer
from service.generations.control import IndexControl
from service.generations.in_use import ModelsInUse
from service.generations.keeper import Keeper
from service.generations.ledger import Ledger
from service.generations.opening import drop_forgotten, open_serving
from service.generations.place import generations_at
from service.generations.serving import Switchboard
from service.home import Home
from service.index.base import IndexUnavailable
from service.ingest.asset_writer import AssetWriter
from service.ingest.indexer import Indexer
from service.ingest.points import PointMaker
from service.record.fieldset import FieldSet
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class IndexParts:
    """What the rest of Magpie needs of the index."""

    board: Switchboard
    in_use: ModelsInUse
    indexer: Indexer
    control: IndexControl
    keeper: Keeper
    ledger: Ledger

    def start(self) -> None:
        """Keep the index in the background from now on."""
        self.ledger.retry_faults()
        self.control.follow_settings()
        self.keeper.start()

    def apply_once(self) -> None:
        """Apply what an earlier process left, where nothing works in the background."""
        with contextlib.suppress(IndexUnavailable):
            self.indexer.apply(settle=True)


def open_index(
    settings: Settings,
    home: Home,
    database: Database,
    resources: contextlib.ExitStack,
    *,
    bm25: Bm25Encoder,
    pool: ReaderPool,
    blobs: BlobStore,
    fields: FieldSet,
) -> IndexParts:
    """Open the index of a home; ``resources`` closes it.

    Args:
        settings, home, database: what is open.
        resources: closes the parts, the last opened first.
        bm25: makes the sparse vectors.
        pool: reads files again for models that have not seen them.
        blobs: holds the bytes of these files.
        fields: of the records, whose words can be found.

    Raises:
        ModelError: a model of the settings is not there or not permitted.
        IndexUnavailable: another process has the index open.
    """
    generations = generations_at(settings, home)
    resources.callback(generations.close)
    ledger = Ledger(database)
    board = Switchboard(open_serving(settings, ledger, generations))
    resources.callback(board.close)
    drop_forgotten(ledger, generations)
    writer = AssetWriter(database, PointMaker(bm25, fields))
    indexer = Indexer(database, board, writer)
    resources.callback(indexer.close)
    in_use, closing = ModelsInUse(board), threading.Event()
    completer = Completer(
        database,
        blobs,
        read=lambda path, name, fit: pool.submit(path, name=name, fit=fit).result(),
    )
    builder = Builder(
        settings=settings,
        ledger=ledger,
        generations=generations,
        board=board,
        indexer=indexer,
        writer=writer,
        completer=completer,
        in_use=in_use,
        stopped=closing.is_set,
    )
    keeper = Keeper(
        ledger=ledger,
        generations=generations,
        board=board,
        indexer=indexer,
        builder=builder,
        closing=closing,
    )
    resources.callback(keeper.close)
    control = IndexControl(
        settings=settings, ledger=ledger, board=board, builder=builder, keeper=keeper
    )
    return IndexParts(board, in_use, indexer, control, keeper, ledger)
