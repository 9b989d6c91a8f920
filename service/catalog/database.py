"""Opening the catalog's database: engine, transactions, migrations."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from service.catalog.migrations import HEAD
from service.errors import StorageFull, Unavailable

_BUSY_MS = 30_000


def sqlite_url(path: Path) -> str:
    """The URL of a SQLite catalog in a file."""
    return f"sqlite:///{path}"


class Database:
    """A database with two kinds of transactions: reading and writing.

    SQLite runs in WAL mode: readers never wait, and writers queue from their
    first statement (``BEGIN IMMEDIATE``), so none fails half-way as busy.
    """

    def __init__(self, url: str) -> None:
        self.engine = _make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def migrate(self) -> None:
        """Bring the schema up to date; a fresh database gets all of it."""
        # Alembic takes longer to import than everything else here: most starts need it not.
        if self._schema_version() == HEAD:
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", "service.catalog:migrations")
        config.attributes["engine"] = self.engine
        command.upgrade(config, "head")

    def _schema_version(self) -> str | None:
        try:
            with self.engine.connect() as connection:
                return connection.exec_driver_sql(
                    "SELECT version_num FROM alembic_version"
                ).scalar()
        except (OperationalError, ProgrammingError):
            return None

    @contextlib.contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading; nothing is written."""
        with self._sessions() as session:
            yield session

    @contextlib.contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one writing transaction, committed at the end or rolled back whole.

        Raises:
            StorageFull: the disk is full; nothing was changed.
            Unavailable: the database does not answer or stayed locked.
        """
        try:
            with self._sessions() as session:
                session.connection(execution_options={"magpie_writes": True})
                yield session
                session.commit()
        except OperationalError as error:
            raise _explain(error) from error

    def forget_deleted(self) -> None:
        """Empty the log of changes, in which what was removed last still stands.

        Where somebody is reading just now, it is emptied at a later call or when the catalog
        is closed.
        """
        if self.engine.dialect.name == "sqlite":
            with contextlib.closing(self.engine.raw_connection()) as plain:
                plain.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _make_engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000}, pool_size=20)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        # Transactions are begun below: the driver would begin them too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # What is removed or replaced is overwritten: a purge has to leave nothing behind.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("magpie_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _explain(error: OperationalError) -> Exception:
    text = str(error.orig).lower()
    if "full" in text or "no space" in text:
        return StorageFull(
            "The disk that holds the catalog is full; free some space and try again. "
            "Nothing already stored was lost."
        )
    return Unavailable(f"The catalog does not answer ({error.orig}); try again in a moment.")
