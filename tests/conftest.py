"""Fixtures for all tests: shared data where it is, and small real files."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from service.catalog.database import Database

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("magpie", deadline=None)
hypothesis.settings.load_profile("magpie")

_ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; skips the test where there is none."""
    folder = Path(os.environ.get("MAGPIE_TEST_DATA", _ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder} (set MAGPIE_TEST_DATA)")
    return folder


_SERVER = os.environ.get(
    "MAGPIE_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def catalog_kind(request: pytest.FixtureRequest) -> str:
    """The kinds of database that a catalog can live in, each in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[tuple[Engine, str]]:
    """A server, and the name of a migrated catalog on it to copy; skips where none answers."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    server = create_engine(
        _SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3}
    )
    name = f"magpie_test_{uuid.uuid4().hex[:12]}"
    try:
        _execute(server, f"CREATE DATABASE {name}")
    except OperationalError:
        pytest.skip("no PostgreSQL answers (set MAGPIE_TEST_POSTGRES_URL)")
    try:
        database = Database(_url(name))
        database.migrate()
        database.close()
        yield server, name
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()


@pytest.fixture
def catalog_url(catalog_kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty catalog of its own."""
    if catalog_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalog.sqlite3'}"
        return
    server, template = request.getfixturevalue("postgresql_template")
    name = f"{template}_{uuid.uuid4().hex[:8]}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield _url(name)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server: Engine, statement: str) -> None:
    with server.connect() as connection:
        connection.exec_driver_sql(statement)


def _url(name: str) -> str:
    return make_url(_SERVER).set(database=name).render_as_string(hide_password=False)
