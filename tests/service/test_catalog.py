"""The catalog's schema and its places in lists."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.cursors import Cursor
from service.catalog.database import Database, sqlite_url
from service.catalog.migrations import HEAD
from service.catalog.tables import Base
from service.errors import BadRequest


def test_migrations_build_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    database = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    database.migrate()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, Base.metadata) == []


@given(st.datetimes(timezones=st.just(UTC)), st.uuids())
def test_cursor_comes_back_as_it_went(created_at: datetime, asset_id: object) -> None:
    cursor = Cursor(created_at, str(asset_id))
    assert Cursor.decode(cursor.encode()) == cursor


@given(st.text(max_size=80))
def test_any_other_words_are_refused(words: str) -> None:
    try:
        Cursor.decode(words)
    except BadRequest:
        return
    assert Cursor.decode(Cursor.decode(words).encode()) == Cursor.decode(words)


def test_failed_write_leaves_nothing(tmp_path: Path) -> None:
    from service.catalog.tables import Job

    database = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    database.migrate()
    with pytest.raises(RuntimeError), database.write() as session:
        session.add(Job(id="1", kind="ingest"))
        session.flush()
        raise RuntimeError("half-way")
    with database.read() as session:
        assert session.get(Job, "1") is None
