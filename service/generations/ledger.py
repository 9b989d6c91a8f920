"""Which generations of the index there are, and which answers: rows of the catalog.

The catalog is the one place where this stands, so that changing models and index is one
transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from service.catalog.database import Database
from service.catalog.tables import Asset, Backlog, Content, Generation, IndexFault, Outbox, now
from service.ids import new_id
from service.ingest.points import VERSION
from service.space_models import SpaceModels

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Change:
    """What has to change with the generation: how contents are marked that are up to date.

    Attributes:
        old_key, new_key: the ``stage_key`` of contents read with the old and the new models.
    """

    old_key: str
    new_key: str


class Ledger:
    """The generations, kept in the catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Generation]:
        """Every generation, the newest last."""
        with self._database.read() as session:
            return list(
                session.scalars(select(Generation).order_by(Generation.created_at, Generation.name))
            )

    def in_state(self, state: str) -> Generation | None:
        """The last that answered (or was begun) among those in some state."""
        found = [each for each in self.all() if each.state == state]
        return max(found, key=lambda each: each.answers_since or each.created_at, default=None)

    def begin(self, models: SpaceModels) -> str:
        """A new generation to be built, with every asset in its backlog; its name.

        Another that was being built is given up.
        """
        name = f"{models.digest}-{new_id()[-12:]}"
        with self._database.write() as session:
            session.execute(delete(Generation).where(Generation.state == "building"))
            total = session.scalar(select(func.count()).select_from(Asset)) or 0
            session.add(_row(name, models, "building", total=total))
            session.flush()
            session.execute(
                insert(Backlog).from_select(
                    ["generation", "asset_id"], select(literal(name), Asset.id)
                )
            )
        return name

    def begin_current(self, models: SpaceModels) -> str:
        """A new generation that answers while it is filled through the outbox; its name."""
        name = f"{models.digest}-{new_id()[-12:]}"
        with self._database.write() as session:
            session.execute(delete(Generation).where(Generation.state == "current"))
            session.add(_row(name, models, "current"))
            _queue_everything(session)
        return name

    def renew_points(self) -> None:
        """Have every asset written again where generations hold points of another version."""
        if all(each.points == VERSION for each in self.all()):
            return
        with self._database.write() as session:
            _queue_everything(session)
            session.execute(update(Generation).values(points=VERSION))

    def make_current(self, name: str, change: Change) -> None:
        """Let a generation answer from now on, and keep the one before for going back.

        Generations kept from earlier are forgotten. One before of the same models is not
        kept: there is nothing to go back to, and it may hold what was purged.
        """
        with self._database.write() as session:
            made = session.get_one(Generation, name)
            same = (
                Generation.text_model == made.text_model,
                Generation.visual_model == made.visual_model,
            )
            before = Generation.state == "current", Generation.name != name
            if not session.execute(delete(Generation).where(*before, *same)).rowcount:  # type: ignore[attr-defined]
                session.execute(
                    delete(Generation).where(Generation.state == "kept", Generation.name != name)
                )
                session.execute(update(Generation).where(*before).values(state="kept"))
            session.execute(
                update(Generation)
                .where(Generation.name == name)
                .values(state="current", answers_since=now(), reason=None)
            )
            if change.old_key != change.new_key:
                session.execute(
                    update(Content)
                    .where(Content.stage_key == change.old_key)
                    .values(stage_key=change.new_key)
                )

    def forget(self, name: str) -> None:
        """Remove a generation with its backlog."""
        with self._database.write() as session:
            session.execute(delete(Generation).where(Generation.name == name))

    def explain(self, name: str, reason: str | None) -> None:
        """Note why building a generation stopped; None when it goes on."""
        with self._database.write() as session:
            session.execute(
                update(Generation)
                .where(Generation.name == name, Generation.reason.is_distinct_from(reason))
                .values(reason=reason)
            )

    def backlog(self, name: str, *, limit: int, after: int = 0) -> dict[int, str]:
        """Some rows of a generation's backlog, oldest first: row numbers and assets."""
        with self._database.read() as session:
            rows = session.execute(
                select(Backlog.id, Backlog.asset_id)
                .where(Backlog.generation == name, Backlog.id > after)
                .order_by(Backlog.id)
                .limit(limit)
            ).all()
        return {row.id: row.asset_id for row in rows}

    def add_to_backlog(self, name: str, asset_ids: Sequence[str]) -> None:
        """Have a generation take up some assets."""
        if asset_ids:
            with self._database.write() as session:
                session.execute(
                    insert(Backlog),
                    [{"generation": name, "asset_id": asset_id} for asset_id in asset_ids],
                )

    def backlog_size(self, name: str) -> int:
        """How many rows a backlog has."""
        with self._database.read() as session:
            return (
                session.scalar(
                    select(func.count()).select_from(Backlog).where(Backlog.generation == name)
                )
                or 0
            )

    def settle(self, rows: Sequence[int]) -> None:
        """Delete rows of a backlog that are safely in the index."""
        with self._database.write() as session:
            for start in range(0, len(rows), _CHUNK):
                session.execute(delete(Backlog).where(Backlog.id.in_(rows[start : start + _CHUNK])))

    def outbox_size(self) -> int:
        """How many changes the generation that answers has not taken up."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(Outbox)) or 0

    def faults(self) -> int:
        """Of how many assets the index refused a part."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(IndexFault)) or 0

    def retry_faults(self) -> None:
        """Have assets tried again of which the index refused a part."""
        with self._database.write() as session:
            session.execute(
                insert(Outbox).from_select(
                    ["asset_id", "operation"], select(IndexFault.asset_id, literal("index"))
                )
            )


def _queue_everything(session: Session) -> None:
    session.execute(
        insert(Outbox).from_select(["asset_id", "operation"], select(Asset.id, literal("index")))
    )


def _row(name: str, models: SpaceModels, state: str, *, total: int = 0) -> Generation:
    answers_since = now() if state == "current" else None
    return Generation(
        name=name,
        text_model=models.text,
        visual_model=models.visual,
        state=state,
        total=total,
        points=VERSION,
        answers_since=answers_since,
    )
