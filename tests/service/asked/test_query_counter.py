"""What people ask for is counted, and nobody can tell who asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from service.asked.counter import QueryCounter, counted_words, week_of
from service.asked.tables import AskedKey, AskedWord
from service.catalog.database import Database, sqlite_url


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    opened.migrate()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Packaging 2026", ["packaging"]),
        ("the trade fair", ["trade fair", "trade", "fair"]),
        ("a of in", []),
        ("invoice 4711-22", ["invoice"]),
        ("x" * 60, []),
    ],
)
def test_what_is_counted_of_a_question(question: str, words: list[str]) -> None:
    assert counted_words(question) == words


def test_a_person_is_one_session_in_a_week_whatever_is_restarted(database: Database) -> None:
    for _ in range(3):
        counter = QueryCounter(database, enabled=True)
        counter.note("packaging", "ann", found=True)
        counter.note("packaging", "ann", found=False)
        counter.close()
    with database.read() as session:
        (row,) = session.scalars(select(AskedWord))
        assert (row.asked, row.answered) == (6, 3)
        assert "ann" not in row.session
    counter = QueryCounter(database, enabled=True)
    counter.note("packaging", "bob", found=True)
    counter.flush()
    with database.read() as session:
        assert session.scalar(select(func.count(AskedWord.session.distinct()))) == 2


def test_switched_off_nothing_is_counted(database: Database) -> None:
    counter = QueryCounter(database, enabled=False)
    counter.note("packaging", "ann", found=True)
    counter.close()
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AskedWord)) == 0


def test_old_counts_and_the_keys_of_past_weeks_go(database: Database) -> None:
    today = datetime.now(UTC).date()
    old, young = today - timedelta(days=91), today - timedelta(days=80)
    with database.write() as session:
        for day in (old, young):
            session.add(
                AskedWord(day=day, session="s", word="w", week=week_of(day), asked=1, answered=1)
            )
            session.add(AskedKey(week=week_of(day), key="k"))
    counter = QueryCounter(database, enabled=True)
    counter.note("packaging", "ann", found=True)
    counter.flush()
    counter.forget()
    with database.read() as session:
        assert set(session.scalars(select(AskedWord.day))) == {young, today}
        assert list(session.scalars(select(AskedKey.week))) == [week_of(today)]


def test_the_week_of_a_day() -> None:
    assert week_of(date(2027, 1, 1)) == "2026-W53"
