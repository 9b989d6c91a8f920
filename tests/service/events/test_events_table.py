"""Events are written with their change, and nothing takes them back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from service.catalog.database import Database, sqlite_url
from service.events.record import Change, record, scrub
from service.events.tables import Event


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    opened.migrate()
    with opened.write() as session:
        record(
            session,
            Change("owner", "asset.edited", "a", before={"title": "Ann"}, after={"title": "Bea"}),
            Change("owner", "asset.edited", "b", before={"title": "Cy"}, after={"title": "Di"}),
        )
    yield opened
    opened.close()


def _all(database: Database) -> list[tuple[object, ...]]:
    with database.read() as session:
        rows = session.execute(
            select(Event.actor, Event.kind, Event.asset_id, Event.before, Event.after).order_by(
                Event.id
            )
        )
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    "change",
    [
        delete(Event),
        delete(Event).where(Event.asset_id == "a"),
        update(Event).values(actor="somebody else"),
        update(Event).values(after={"title": "forged"}),
        update(Event).values(before=None, after=None, kind="asset.status"),
        update(Event).values(after=None),
        text("INSERT OR REPLACE INTO event (id, at, actor, kind) VALUES (1, 0, 'x', 'y')"),
    ],
    ids=["all", "one", "actor", "content", "kind while emptying", "half", "replace"],
)
def test_an_event_cannot_be_changed_or_removed(database: Database, change: object) -> None:
    before = _all(database)
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(change)  # type: ignore[call-overload]
    assert _all(database) == before


def test_purging_takes_the_content_out_of_one_history_alone(database: Database) -> None:
    with database.write() as session:
        scrub(session, "a")
    assert _all(database) == [
        ("owner", "asset.edited", "a", None, None),
        ("owner", "asset.edited", "b", {"title": "Cy"}, {"title": "Di"}),
    ]


def test_what_fails_leaves_no_event(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        record(session, Change("owner", "asset.trashed", "a"))
        raise RuntimeError("half-way")
    assert len(_all(database)) == 2
