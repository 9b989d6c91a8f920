"""Writing events down, in the transaction of the change that they tell of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from service.catalog.tables import now
from service.events.tables import Event

SubjectKind = Literal["collection", "user", "key", "group", "source", "vocabulary"]


@dataclass(frozen=True, slots=True)
class Change:
    """An event to be written; see ``service.events.tables.Event``."""

    actor: str
    kind: str
    asset_id: str | None = None
    subject_kind: SubjectKind | None = None
    subject_id: str | None = None
    batch_id: str | None = None
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def record(session: Session, *changes: Change) -> None:
    """Write changes down. They stand or fall with the transaction of ``session``."""
    record_all(session, changes)


def record_all(session: Session, changes: Iterable[Change]) -> None:
    """Write many changes down in one statement."""
    at = now()
    rows = [{"at": at, **asdict(change)} for change in changes]
    if rows:
        session.execute(insert(Event), rows)


def scrub(session: Session, asset_id: str) -> None:
    """Take the content out of the history of an asset, for purging it.

    Who did what and when stays; titles, names and values go.
    """
    session.execute(update(Event).where(Event.asset_id == asset_id).values(before=None, after=None))
