"""Watched folders: what is new comes in, what goes is told, and a killed scan goes on."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from service import schemas as shapes
from service.errors import BadRequest, Conflict, Forbidden, NotFound
from service.hub import Hub
from service.ingest.register import Registrar
from service.progress import follow
from service.settings import Settings
from service.sources.schemas import NewSource

Photo = Callable[[Path, str], Path]


def watched(hub: Hub, folder: Path, *, in_place: bool = True) -> str:
    folder.mkdir(exist_ok=True)
    new = NewSource(url=str(folder), in_place=in_place, every_minutes=0)
    return hub.sources.add(new).id


def scanned(hub: Hub, source_id: str, *, resume: bool = False) -> shapes.Job:
    return follow(hub.job, hub.sources.scan(source_id, resume=resume), None)


def record(hub: Hub, name: str) -> shapes.AssetDetail:
    found = hub.listed(shapes.AssetQuery(name=name)).assets
    assert len(found) == 1, [each.name for each in found]
    return hub.asset(found[0].id)


@pytest.mark.parametrize("in_place", [True, False])
def test_only_what_is_new_or_changed_is_taken_in(
    own_hub: Hub, tmp_path: Path, photo: Photo, in_place: bool
) -> None:
    folder = tmp_path / "in"
    photo(folder / "Ærø ☕" / "strand.jpg", "red")
    photo(folder / "a.jpg", "navy")
    source = watched(own_hub, folder, in_place=in_place)
    assert scanned(own_hub, source).arrivals == {"new": 2}
    photo(folder / "a.jpg", "green")
    photo(folder / "a" / "b.jpg", "white")
    job = scanned(own_hub, source)
    assert job.arrivals == {"unchanged": 1, "changed": 1, "new": 1}
    assert record(own_hub, "b.jpg").state == "ready"
    assert scanned(own_hub, source).arrivals == {"unchanged": 3}
    assert own_hub.sources.get(source).state == "waiting"


def test_vanished_file_is_missing_until_it_is_back(
    own_hub: Hub, tmp_path: Path, photo: Photo
) -> None:
    folder = tmp_path / "in"
    path = photo(folder / "a.jpg", "red")
    photo(folder / "b.jpg", "navy")
    source = watched(own_hub, folder)
    scanned(own_hub, source)
    away = path.rename(tmp_path / "away.jpg")
    assert scanned(own_hub, source).arrivals == {"unchanged": 1}
    asset = record(own_hub, "a.jpg")
    assert asset.missing_at is not None
    with pytest.raises(NotFound, match="has not been there since"):
        own_hub.original(asset.id)
    assert own_hub.preview(asset.id).is_file()
    away.rename(path)
    assert scanned(own_hub, source).arrivals == {"unchanged": 1, "back": 1}
    assert record(own_hub, "a.jpg").missing_at is None
    history = own_hub.desk.events.history(asset.id, limit=2).events
    assert [event.kind for event in history] == ["asset.back", "asset.missing"]


@pytest.mark.parametrize("name", ["0.jpg", "z/1.jpg"])
def test_moved_file_is_never_missing(own_hub: Hub, tmp_path: Path, photo: Photo, name: str) -> None:
    folder = tmp_path / "in"
    path = photo(folder / "m.jpg", "red")
    photo(folder / "n.jpg", "navy")
    source = watched(own_hub, folder)
    scanned(own_hub, source)
    before = record(own_hub, "m.jpg")
    (folder / name).parent.mkdir(exist_ok=True)
    path.rename(folder / name)
    assert scanned(own_hub, source).arrivals == {"unchanged": 1, "moved": 1}
    asset = own_hub.asset(before.id)
    assert (asset.origin, asset.missing_at) == (str(folder / name), None)
    kinds = [event.kind for event in own_hub.desk.events.history(asset.id, limit=9).events]
    assert "asset.missing" not in kinds
    assert scanned(own_hub, source).arrivals == {"unchanged": 2}


def test_disk_that_is_away_makes_nothing_missing(
    own_hub: Hub, tmp_path: Path, photo: Photo
) -> None:
    folder = tmp_path / "in"
    photo(folder / "a.jpg", "red")
    source = watched(own_hub, folder)
    scanned(own_hub, source)
    folder.rename(tmp_path / "away")
    for _ in ("no folder", "an empty one"):
        assert scanned(own_hub, source).state == "failed"
        assert "disk" in (own_hub.sources.get(source).problem or "")
        assert record(own_hub, "a.jpg").missing_at is None
        folder.mkdir(exist_ok=True)
    folder.rmdir()
    (tmp_path / "away").rename(folder)
    assert scanned(own_hub, source).arrivals == {"unchanged": 1}
    assert own_hub.sources.get(source).problem is None


def test_copies_stay_whatever_becomes_of_the_folder(
    own_hub: Hub, tmp_path: Path, photo: Photo
) -> None:
    folder = tmp_path / "in"
    path = photo(folder / "a.jpg", "red")
    photo(folder / "b.jpg", "navy")
    source = watched(own_hub, folder, in_place=False)
    scanned(own_hub, source)
    path.unlink()
    scanned(own_hub, source)
    asset = record(own_hub, "a.jpg")
    assert asset.missing_at is None
    assert own_hub.original(asset.id)[0].is_file()


_KILLED = """
import os, sys, time
from pathlib import Path
from service.hub import Hub
from service.ingest.register import Registrar
from service.settings import Settings
from service.sources.schemas import NewSource

seen, look = [], Registrar._look

def killing(self, paths, *, in_place):
    if len(seen) > 100:
        os._exit(9)
    seen.extend(paths)
    return look(self, paths, in_place=in_place)

Registrar._look = killing
with Hub(Settings(home=Path(sys.argv[1]), ocr="off")) as hub:
    hub.sources.scan(hub.sources.add(NewSource(url=sys.argv[2], in_place=True)).id)
    time.sleep(120)
"""


def test_killed_scan_goes_on_where_it_was(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    for number in range(200):
        path = folder / f"{number % 7}" / f"{number:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Note {number} of the keeper.", encoding="utf-8")
    words = [sys.executable, "-c", _KILLED, str(own_settings.home), str(folder)]
    assert subprocess.run(words, check=False, timeout=100).returncode == 9
    looked: list[Path] = []
    look = Registrar._look

    def noting(self: Registrar, paths: list[Path], *, in_place: bool) -> Any:
        looked.extend(paths)
        return look(self, paths, in_place=in_place)

    monkeypatch.setattr(Registrar, "_look", noting)
    with Hub(own_settings.model_copy(update={"ocr": "off"})) as hub:
        source = hub.sources.all().sources[0]
        assert source.job_id is not None
        assert follow(hub.job, hub.job(source.job_id), None).state == "done"
        assert hub.assets().total == 200
        assert hub.sources.get(source.id).state == "waiting"
    # What it had dealt with is not looked at again.
    assert 0 < len(looked) < 100


def test_cancelled_scan_resumes_when_asked(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    folder = tmp_path / "in"
    photo(folder / "a.jpg", "red")
    photo(folder / "b.jpg", "navy")
    source = watched(own_hub, folder)
    own_hub.jobs.cancel(own_hub.sources.scan(source).id)
    scanned(own_hub, source, resume=True)
    assert own_hub.assets().total == 2


def test_removed_source_leaves_its_records(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "a.jpg", "red")
    source = watched(own_hub, tmp_path / "in")
    scanned(own_hub, source)
    own_hub.sources.remove(source)
    assert own_hub.sources.all().sources == []
    assert own_hub.assets().total == 1
    kinds = [event.kind for event in own_hub.desk.events.page(limit=50).events]
    assert {"source.added", "source.removed"} <= set(kinds)
    with pytest.raises(NotFound, match="no source"):
        own_hub.sources.scan(source)


def test_what_is_no_source_is_refused(own_hub: Hub, tmp_path: Path) -> None:
    source = watched(own_hub, tmp_path / "in")
    for url, error in (
        (str(tmp_path / "in"), Conflict),
        (str(tmp_path / "none"), BadRequest),
        ("in", BadRequest),
        (str(own_hub.settings.home), BadRequest),
        ("s3:///key", BadRequest),
    ):
        with pytest.raises(error):
            own_hub.sources.add(NewSource(url=url))
    from service.access.viewer import Viewer

    reader = own_hub.seen_by(Viewer("eve", "editor", scope="write"))
    with pytest.raises(Forbidden):
        reader.sources.scan(source)


def test_scans_that_find_nothing_leave_one_job(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "a.jpg", "red")
    source = watched(own_hub, tmp_path / "in")
    for _ in range(3):
        scanned(own_hub, source)
    assert len(own_hub.jobs.page(limit=10).jobs) == 2
    shutil.rmtree(tmp_path / "in")


def test_due_sources_are_scanned_by_the_schedule(
    own_hub: Hub, tmp_path: Path, photo: Photo
) -> None:
    photo(tmp_path / "in" / "a.jpg", "red")
    watched(own_hub, tmp_path / "other")
    source = own_hub.sources.add(NewSource(url=str(tmp_path / "in"), every_minutes=5)).id
    assert own_hub.sources.due() == [source]
    own_hub.watch()
    end = time.monotonic() + 60
    while own_hub.sources.get(source).scanned_at is None:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert own_hub.assets().total == 1
    assert own_hub.sources.due() == []
