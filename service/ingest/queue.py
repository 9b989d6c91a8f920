"""The durable queue of ingest work: the job items of the catalog."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.orm import Session

from service.access.seen import no_asset
from service.catalog.database import Database
from service.catalog.tables import Asset, Content, ContentStage, Job, JobItem, Outbox, now
from service.ids import new_id
from service.ingest.items import OPEN, close_items, say_failed
from service.ingest.work import READ, Work, work_of

MOST_ATTEMPTS = 4
"""So often an item is tried by itself when it fails for a reason outside of its file."""

MOST_DEATHS = 3
"""An item that runs each time the process dies is what kills it."""

_FIRST_PAUSE_S = 2.0

_DEADLY = (
    f"Magpie was ended {MOST_DEATHS} times while it worked on this file, so it is set aside; "
    "`magpie jobs retry` tries again."
)


class IngestQueue:
    """Hands out items; what was handed out and not finished comes back after a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recover(self) -> int:
        """Queue again what a killed process had claimed; how many items.

        One that was there at several deaths is set aside as poison.
        """
        with self._database.write() as session:
            items = session.scalars(select(JobItem).where(JobItem.state == "running")).all()
            for item in items:
                item.deaths += 1
                if item.deaths >= MOST_DEATHS:
                    _set_aside(session, item, "poison", _DEADLY)
                else:
                    item.state = "queued"
        return len(items)

    def hand_back(self, works: Sequence[Work] | None = None) -> None:
        """Queue claimed items again as if they had not been claimed; all if none are named."""
        chosen: ColumnElement[bool] = JobItem.state == "running"
        if works is not None:
            chosen &= JobItem.id.in_([work.item_id for work in works])
        with self._database.write() as session:
            session.execute(
                update(JobItem).where(chosen).values(state="queued", attempts=JobItem.attempts - 1)
            )

    def withdraw(self, stages: Collection[str]) -> None:
        """Take out what waits for other stages than these: they are switched off."""
        with self._database.write() as session:
            session.execute(
                update(JobItem)
                .where(JobItem.state.in_(OPEN), JobItem.stage.not_in({READ, *stages}))
                .values(state="cancelled", reason="This stage is switched off.")
            )

    def claim(self, limit: int, stages: Collection[str] = (READ,)) -> list[Work]:
        """Take up to ``limit`` items of some stages, oldest first.

        Later stages are handed out only when nothing is to be read or being read: what
        makes files searchable comes first. What was being worked on when the process died
        comes last and alone, so that one bad file does not bring others into suspicion.
        """
        due = or_(JobItem.not_before.is_(None), JobItem.not_before <= now())
        chosen = (JobItem.state == "queued") & JobItem.stage.in_(stages) & due
        with self._database.read() as session:
            found = session.scalars(select(JobItem.deaths).where(chosen).limit(1)).first()
            if found is None or not self._may(session, stages):
                return []
        with self._database.write() as session:
            rows = _take(session, chosen & (JobItem.deaths == 0), limit)
            if not rows and not _exists(session, JobItem.state == "running"):
                rows = _take(session, chosen, 1)
            return [work_of(item, asset) for item, asset in rows]

    def _may(self, session: Session, stages: Collection[str]) -> bool:
        return READ in stages or not _is_reading(session)

    def is_reading(self) -> bool:
        """Whether anything is to be read now, or being read."""
        with self._database.read() as session:
            return _is_reading(session)

    def claim_again(self, asset_id: str, by: str) -> Work:
        """Claim the reading of one asset for the caller, in a job of its own; NotFound."""
        with self._database.write() as session:
            asset = session.get(Asset, asset_id)
            if asset is None:
                raise no_asset(asset_id)
            job = Job(id=new_id(), kind="read", state="running", started_by=by)
            session.add(job)
            session.flush()
            item = JobItem(
                job_id=job.id, asset_id=asset_id, state="running", attempts=1, again=True
            )
            session.add(item)
            session.flush()
            return work_of(item, asset)

    def postpone(self, work: Work, code: str, reason: str) -> None:
        """Try a claimed item again later, each time after a longer pause; poison at last."""
        with self._database.write() as session:
            item = session.get(JobItem, work.item_id)
            if item is None:
                return
            if item.attempts >= MOST_ATTEMPTS:
                _set_aside(session, item, "poison", reason, code)
                return
            pause = _FIRST_PAUSE_S * 2 ** (item.attempts - 1)
            item.state, item.reason = "queued", reason
            item.not_before = now() + timedelta(seconds=pause)

    def give_up(self, work: Work, code: str, reason: str, state: str = "failed") -> None:
        """Close a claimed item as failed, and say why on its asset."""
        with self._database.write() as session:
            item = session.get(JobItem, work.item_id)
            if item is not None:
                _set_aside(session, item, state, reason, code)

    def finish(self, work: Work) -> None:
        """Close a claimed item that turned out to need no work."""
        with self._database.write() as session:
            close_items(session, [work], set())

    def already_analysed(self, works: Sequence[Work], stage_key: str) -> set[str]:
        """Hashes, among those of some claimed items, whose analysis is current."""
        with self._database.read() as session:
            return set(
                session.scalars(
                    select(Content.sha256).where(
                        Content.sha256.in_({work.sha256 for work in works}),
                        Content.stage_key == stage_key,
                    )
                )
            )

    def targets(self, work: Work, stage_key: str) -> list[Any]:
        """What in the content of a claimed item still wants its later stage."""
        with self._database.read() as session:
            row = session.get(ContentStage, (work.sha256, work.stage))
            if row is None or (row.key == stage_key and not work.again):
                return []
            return row.targets


def _take(session: Session, chosen: ColumnElement[bool], limit: int) -> list[tuple[JobItem, Asset]]:
    rows = session.execute(
        select(JobItem, Asset)
        .join(Asset, Asset.id == JobItem.asset_id)
        .where(chosen)
        .order_by(JobItem.id)
        .limit(limit)
        .with_for_update(of=JobItem, skip_locked=True)
    ).all()
    for item, _ in rows:
        item.state = "running"
        item.attempts += 1
    return [(item, asset) for item, asset in rows]


def _set_aside(
    session: Session, item: JobItem, state: str, reason: str, code: str = "poison"
) -> None:
    item.state, item.reason = state, reason
    if item.stage == READ:
        say_failed(session, [item.asset_id], code, reason)
        # A record can be found by its name, whatever became of its bytes.
        session.execute(insert(Outbox), [{"asset_id": item.asset_id, "operation": "index"}])
        return
    sha256 = select(Asset.sha256).where(Asset.id == item.asset_id).scalar_subquery()
    session.execute(
        update(ContentStage)
        .where(ContentStage.sha256 == sha256, ContentStage.stage == item.stage)
        .values(key="", reason=reason)
    )


def _exists(session: Session, condition: ColumnElement[bool]) -> bool:
    return session.scalars(select(JobItem.id).where(condition).limit(1)).first() is not None


def _is_reading(session: Session) -> bool:
    due = or_(JobItem.not_before.is_(None), JobItem.not_before <= now())
    return _exists(
        session,
        (JobItem.stage == READ)
        & or_(JobItem.state == "running", (JobItem.state == "queued") & due),
    )
