"""The doctor: changes nothing unasked, finds what does not fit together, and puts it right."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import text

from service.doctor import examine
from service.home import Home
from service.hub import Hub
from service.index.base import Condition, Filter
from service.inspection import Finding
from service.settings import Settings

_LONG_AGO = time.time() - 7200


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, library: Path) -> Path:
    root = tmp_path_factory.mktemp("doctored") / "home"
    with Hub(Settings(home=root, ocr="off")) as hub:
        assert hub.ingest([library]).failed == 0
    return root


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Home:
    return Home(copytree(made, tmp_path / "home"))


def of(home: Home) -> Settings:
    return Settings(home=home.root, ocr="off")


def bad(home: Home, *, deep: bool = False, repair: bool = False) -> dict[str, Finding]:
    found = examine(of(home), deep=deep, repair=repair)
    return {each.check: each for each in found if not each.sound}


def state(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_looking_changes_nothing(home: Home, tmp_path: Path) -> None:
    before = state(home.root)
    assert bad(home, deep=True) == {}
    assert state(home.root) == before
    nowhere = Settings(home=tmp_path / "none" / "yet")
    assert all(each.sound for each in examine(nowhere))
    assert not (tmp_path / "none").exists()


def _original(home: Home) -> Path:
    with Hub(of(home), work=False) as hub:
        asset = next(each for each in hub.assets().assets if each.name == "nda.txt")
        return hub.original(asset.id)[0]


def _orphan(home: Home) -> None:
    path = home.blobs / "ab" / "cd" / ("ab" * 32)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"nobody knows me")
    os.utime(path, (_LONG_AGO, _LONG_AGO))


def _missing(home: Home) -> None:
    _original(home).unlink()


def _damaged(home: Home) -> None:
    path = _original(home)
    path.write_bytes(path.read_bytes()[:-1])


def _no_pictures(home: Home) -> None:
    with Hub(of(home), work=False) as hub:
        photo = next(each for each in hub.assets().assets if each.kind == "image")
        hub.thumbnail(photo.id).unlink()


def _unread(home: Home) -> None:
    _execute(home, "DELETE FROM content WHERE media_type = 'image/jpeg'")


def _stuck(home: Home) -> None:
    _execute(home, "UPDATE job SET state = 'running'")


def _partial(home: Home) -> None:
    path = home.previews / "ab" / "half.partial"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"half of a fi")
    os.utime(path, (_LONG_AGO, _LONG_AGO))


def _execute(home: Home, statement: str) -> None:
    from service.catalog.database import Database, sqlite_url

    database = Database(sqlite_url(home.catalog))
    with database.write() as session:
        session.execute(text(statement))
    database.close()


@pytest.mark.parametrize(
    ("check", "break_it", "deep"),
    [
        ("orphan files", _orphan, False),
        ("missing files", _missing, False),
        ("damaged files", _damaged, True),
        ("missing pictures", _no_pictures, False),
        ("records", _unread, False),
        ("jobs", _stuck, False),
        ("partial files", _partial, False),
    ],
)
def test_what_does_not_fit_is_found_and_put_right(
    home: Home, check: str, break_it: Callable[[Home], None], deep: bool
) -> None:
    break_it(home)
    before = state(home.root)
    assert set(bad(home, deep=deep)) == {check}
    assert state(home.root) == before
    assert bad(home, deep=deep, repair=True)[check].repaired
    assert bad(home, deep=deep) == {}
    with Hub(of(home), work=False) as hub:
        assert hub.counts().states == {"ready": 5}


def test_lost_bytes_that_are_nowhere_else_are_said_on_the_record(
    home: Home, library: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.txt"
    alone.write_text("the only copy of these words")
    with Hub(of(home)) as hub:
        hub.ingest([alone])
        asset = hub.assets(limit=1).assets[0]
        path, _ = hub.original(asset.id)
    alone.unlink()
    path.unlink()
    assert set(bad(home, repair=True)) == {"missing files"}
    with Hub(of(home), work=False) as hub:
        assert "upload the file again" in (hub.asset(asset.id).failure or "")


def test_the_index_is_compared_and_made_to_fit(home: Home) -> None:
    with Hub(of(home)) as hub:
        asset = hub.assets(limit=1).assets[0]
        hub.engine._index.delete(Filter(must=(Condition("asset_id", any_of=[asset.id]),)))
        found = {each.check: each for each in hub.inspect() if not each.sound}
        assert asset.id in found["index"].detail
    assert set(bad(home, repair=True)) == {"index"}
    with Hub(of(home)) as hub:
        assert all(each.sound for each in hub.inspect())


def test_a_damaged_catalog_is_one_finding(home: Home) -> None:
    data = bytearray(home.catalog.read_bytes())
    data[5000:9000] = b"\xff" * 4000
    home.catalog.write_bytes(bytes(data))
    found = bad(home)
    assert list(found) == ["database"]
    assert "backup" in found["database"].detail
