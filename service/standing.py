"""How the parts of a running Magpie stand: whether it can answer, and what it has to do."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import func, select

from models import registry, weights
from models.errors import ModelError
from models.runtime import loaded_files
from service import schemas
from service.catalog.database import Database
from service.catalog.tables import Asset, JobItem, Outbox
from service.errors import MagpieError
from service.metrics import Gauges

LEAST_FREE_BYTES = 200 * 2**20
"""Below this the next upload or write may fail."""

_PATIENCE_S = 3.0
_FRESH_S = 1.0

Check = Callable[[], str | None]
"""Gives None where all is well, else what is wrong in one sentence."""


class Readiness:
    """Asks every part whether it works; a part that does not answer in time does not work.

    Answers are kept for a second, so that asking often costs nothing. Thread safe.
    """

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._parts = {name: _Part(name, check) for name, check in checks.items()}
        self._lock = threading.Lock()
        self._last: tuple[float, schemas.Readiness] | None = None

    def now(self) -> schemas.Readiness:
        """Whether everything works, and if not, what does not."""
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > _FRESH_S:
                self._last = (time.monotonic(), self._ask())
            return self._last[1]

    def _ask(self) -> schemas.Readiness:
        end = time.monotonic() + _PATIENCE_S
        for part in self._parts.values():
            part.begin()
        faults = {name: part.fault(end) for name, part in self._parts.items()}
        return schemas.Readiness(
            ready=not any(faults.values()),
            parts={
                name: schemas.PartState(ready=fault is None, reason=fault)
                for name, fault in faults.items()
            },
        )


class _Part:
    """One check, in a thread of its own while it runs; one that hangs is not begun again."""

    def __init__(self, name: str, check: Check) -> None:
        self._name = name
        self._check = check
        self._thread: threading.Thread | None = None
        self._found: str | None = None

    def begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=self._run, name=f"ready-{self._name}", daemon=True
            )
            self._thread.start()

    def fault(self, end: float) -> str | None:
        assert self._thread is not None
        self._thread.join(max(0.0, end - time.monotonic()))
        return "It does not answer in time." if self._thread.is_alive() else self._found

    def _run(self) -> None:
        try:
            self._found = self._check()
        except (MagpieError, ModelError) as error:
            self._found = str(error)
        except Exception as error:
            self._found = f"It does not work ({type(error).__name__}); the log says more."


def catalog_check(database: Database) -> Check:
    """Whether the catalog can be read."""

    def check() -> str | None:
        with database.read() as session:
            session.scalar(select(Asset.id).limit(1))
        return None

    return check


def disk_check(folder: Path) -> Check:
    """Whether there is room for more."""

    def check() -> str | None:
        free = shutil.disk_usage(folder).free
        return None if free >= LEAST_FREE_BYTES else "The disk is nearly full; free some space."

    return check


def models_check(names: Callable[[], tuple[str, ...]], folder: Path) -> Check:
    """Whether the files of the models in use are there and sound; looked at once a model."""
    sound: set[str] = set()

    def check() -> str | None:
        for name in names():
            if name not in sound:
                weights.verify(registry.get(name, (folder,)))
                sound.add(name)
        return None

    return check


def gauges(database: Database, points: int | None) -> Gauges:
    """How many records and how much work there is now."""
    with database.read() as session:
        items = session.execute(
            select(Asset.state, func.count())
            .where(Asset.trashed_at.is_(None))
            .group_by(Asset.state)
        ).all()
        queued = session.execute(
            select(JobItem.stage, JobItem.state, func.count())
            .where(JobItem.state.in_(("queued", "running", "paused")))
            .group_by(JobItem.stage, JobItem.state)
        ).all()
        outbox = session.scalar(select(func.count()).select_from(Outbox))
    return Gauges(
        items={row[0]: row[1] for row in items},
        queued={(stage, state): count for stage, state, count in queued},
        outbox=outbox or 0,
        points=points,
        loaded=tuple(sorted(path.parent.name + "/" + path.name for path in loaded_files())),
    )
