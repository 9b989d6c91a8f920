"""Files that are read in place and stand elsewhere now are the same records."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from service.access.viewer import Viewer
from service.hub import Hub
from service.settings import Settings

Photo = Callable[[Path, str], Path]


def test_moved_and_renamed_file_keeps_its_record(
    own_hub: Hub, tmp_path: Path, photo: Photo
) -> None:
    old = photo(tmp_path / "in" / "b.jpg", "red")
    own_hub.ingest([tmp_path / "in"], in_place=True)
    asset = own_hub.assets().assets[0]
    for name in ("a/één foto ☕.jpg", "z/again.jpg"):
        new = tmp_path / "in" / name
        new.parent.mkdir()
        old.rename(new)
        job = own_hub.ingest([tmp_path / "in"], in_place=True)
        assert job.arrivals == {"moved": 1}
        assert job.state == "done"
        found = own_hub.asset(asset.id)
        assert (found.name, found.origin) == (new.name, str(new))
        assert own_hub.original(asset.id)[0] == new
        event = own_hub.desk.events.history(asset.id, limit=1).events[0]
        assert event.kind == "asset.moved"
        assert event.before == {"name": old.name, "origin": str(old)}
        old = new
    assert own_hub.assets().total == 1


def test_copy_is_a_record_of_its_own(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "a.jpg", "red")
    own_hub.ingest([tmp_path / "in"], in_place=True)
    photo(tmp_path / "in" / "b.jpg", "red")
    assert own_hub.ingest([tmp_path / "in"], in_place=True).arrivals == {"unchanged": 1, "new": 1}


def test_of_two_copies_each_goes_its_own_way(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    first = photo(tmp_path / "in" / "a.jpg", "red")
    second = photo(tmp_path / "in" / "b.jpg", "red")
    own_hub.ingest([tmp_path / "in"], in_place=True)
    ids = {asset.name: asset.id for asset in own_hub.assets().assets}
    (tmp_path / "in" / "new").mkdir()
    first.rename(tmp_path / "in" / "new" / "b.jpg")
    second.rename(tmp_path / "in" / "new" / "a.jpg")
    assert own_hub.ingest([tmp_path / "in"], in_place=True).arrivals == {"moved": 2}
    assert {asset.name: asset.id for asset in own_hub.assets().assets} == ids


def test_raw_photo_moves_with_its_jpeg(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "old" / "IMG_1.NEF", "navy")
    photo(tmp_path / "in" / "old" / "IMG_1.JPG", "red")
    own_hub.ingest([tmp_path / "in"], in_place=True)
    asset = own_hub.assets().assets[0]
    (tmp_path / "in" / "old").rename(tmp_path / "in" / "new")
    own_hub.ingest([tmp_path / "in"], in_place=True)
    found = own_hub.asset(asset.id)
    assert [file.origin for file in found.files] == [str(tmp_path / "in" / "new" / "IMG_1.JPG")]
    assert own_hub.assets().total == 1


def test_file_moved_into_a_restricted_folder_is_put_away(
    own_settings: Settings, tmp_path: Path, photo: Photo
) -> None:
    own_settings.home.mkdir()
    (own_settings.home / "access.yaml").write_text(
        "rules: [{name: hr, collection: HR, groups: [hr], paths: ['*/hr/*']}]", encoding="utf-8"
    )
    anybody = Viewer("eve", "reader", scope="read")
    path = photo(tmp_path / "in" / "a.jpg", "red")
    with Hub(own_settings.model_copy(update={"ocr": "off"})) as hub:
        hub.ingest([tmp_path / "in"], in_place=True)
        assert hub.seen_by(anybody).assets().total == 1
        (tmp_path / "in" / "hr").mkdir()
        path.rename(tmp_path / "in" / "hr" / "a.jpg")
        assert hub.ingest([tmp_path / "in"], in_place=True).arrivals == {"moved": 1}
        assert hub.seen_by(anybody).assets().total == 0
        colleague = hub.seen_by(Viewer("ann", "reader", frozenset({"hr"}), "read"))
        end = time.monotonic() + 60
        while colleague.assets().total == 0:
            assert time.monotonic() < end, "the access rules were not applied again"
            time.sleep(0.05)
        assert hub.seen_by(anybody).assets().total == 0


def test_name_that_is_no_unicode_is_told(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "good.jpg", "red")
    Path(os.fsdecode(os.fsencode(tmp_path / "in") + b"/b\xe4r.txt")).write_text("A bear.")
    job = own_hub.ingest([tmp_path / "in"])
    assert job.arrivals == {"new": 1, "unreadable": 1}
    assert "rename the file" in job.problems[0]
