"""Tags assets by themselves: as they arrive, and again when something they depend on changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.viewer import MAGPIE
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.errors import MagpieError
from service.generations.in_use import ModelsInUse
from service.ids import new_id
from service.ingest.work import Work
from service.tags.machine import tag_assets
from service.tags.rows import Run
from service.tags.state import AGAIN, any_to_tag_again, not_tagged_by, note
from service.tags.taggers import Taggers, TaggerShop

_log = logging.getLogger(__name__)

_CHUNK = 32
_LOOK_S = 5.0
_ERROR_PAUSE_S = 30.0


class Tagging:
    """Machines that tag. Thread safe; ``start`` lets them also work in the background."""

    def __init__(self, database: Database, shop: TaggerShop, models: ModelsInUse) -> None:
        self._database = database
        self._shop = shop
        self._models = models
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._done = ""
        self._thread = threading.Thread(target=self._run, name="tags", daemon=True)
        shop.vocabularies.on_change(self.wake)

    def start(self) -> None:
        """Follow changes of vocabularies, models and lessons from now on."""
        self._thread.start()

    def wake(self) -> None:
        """Look now whether something has changed."""
        self._wake.set()

    def close(self) -> None:
        """Stop soon; the next start goes on."""
        self._closing.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def prepare(self) -> Taggers | None:
        """The taggers of this moment; None where there are none now, which is logged.

        Call it before a transaction begins: a new vocabulary takes seconds.
        """
        try:
            return self._shop.now()
        except Exception:
            _log.exception("Nothing can be tagged now")
            return None

    def arrive(self, session: Session, works: Sequence[Work], taggers: Taggers | None) -> None:
        """Tag what was just saved in this transaction; a fault leaves it for later."""
        jobs = {work.sha256: work.job_id for work in works}
        by_job: dict[str, list[str]] = {}
        rows = select(Asset.id, Asset.sha256).where(Asset.sha256.in_(jobs), Asset.state == "ready")
        for row in session.execute(rows.order_by(Asset.id)):
            by_job.setdefault(jobs[row.sha256], []).append(row.id)
        for job_id, asset_ids in by_job.items():
            try:
                if taggers is not None:
                    with session.begin_nested():
                        run = Run(job_id, "arrival", MAGPIE.id)
                        tag_assets(session, asset_ids, taggers, run)
                    continue
            except Exception:
                _log.exception("Tagging %s failed; it is tried again", ", ".join(asset_ids))
            note(session, asset_ids, AGAIN)

    def _run(self) -> None:
        while not self._closing.is_set():
            pause = _LOOK_S
            try:
                self._look()
            except MagpieError as error:
                _log.warning("%s", error.message)
            except Exception:
                _log.exception("Tagging in the background met a fault and goes on")
                pause = _ERROR_PAUSE_S
            self._wake.wait(pause)
            self._wake.clear()

    def _look(self) -> None:
        digest = self._shop.digest()
        with self._database.read() as session:
            again = any_to_tag_again(session)
        if digest == self._done and not again:
            return
        taggers = self._shop.now()
        run = Run(new_id(), "refresh", MAGPIE.id)
        after = ""
        while not self._closing.is_set():
            with self._database.read() as session:
                asset_ids = not_tagged_by(session, taggers.digest, after, _CHUNK)
            if not asset_ids:
                self._done = taggers.digest
                return
            after = asset_ids[-1]
            self._tag(asset_ids, taggers, run)

    def _tag(self, asset_ids: Sequence[str], taggers: Taggers, run: Run) -> None:
        try:
            with self._models.use(), self._database.write() as session:
                tag_assets(session, asset_ids, taggers, run)
        except MagpieError:
            raise
        except Exception:
            if len(asset_ids) > 1:
                for asset_id in asset_ids:
                    self._tag([asset_id], taggers, run)
                return
            _log.exception("Tagging %s failed; it stays as it is", asset_ids[0])
            with self._database.write() as session:
                note(session, asset_ids, taggers.digest)
