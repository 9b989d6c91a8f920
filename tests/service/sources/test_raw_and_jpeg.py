"""A raw photo and the JPEG that the camera wrote beside it are one record."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from service import schemas
from service.api.app import create_app
from service.api.security import Keys
from service.errors import NotFound
from service.hub import Hub
from service.settings import Settings

Photo = Callable[[Path, str], Path]


def only(hub: Hub) -> schemas.AssetDetail:
    page = hub.assets()
    assert [asset.name for asset in page.assets] == [page.assets[0].name]
    return hub.asset(page.assets[0].id)


def kinds(hub: Hub, asset_id: str) -> list[str]:
    return [event.kind for event in hub.desk.events.history(asset_id, limit=50).events]


@pytest.mark.parametrize("raw", ["IMG_1.CR2", "IMG_1.NEF"])
@pytest.mark.parametrize("in_place", [True, False])
def test_both_at_once_are_one_record(
    own_hub: Hub, tmp_path: Path, photo: Photo, raw: str, in_place: bool
) -> None:
    photo(tmp_path / "in" / raw, "navy")
    jpeg = photo(tmp_path / "in" / "IMG_1.JPG", "red")
    job = own_hub.ingest([tmp_path / "in"], in_place=in_place)
    assert job.arrivals == {"new": 1, "joined": 1}
    assert (job.done, job.total) == (2, 2)
    asset = only(own_hub)
    assert asset.name == raw
    assert [(file.name, file.role) for file in asset.files] == [("IMG_1.JPG", "companion")]
    path, _ = own_hub.file_beside(asset.id, 1)
    assert path.read_bytes() == jpeg.read_bytes()
    assert (path == jpeg) is in_place
    assert own_hub.ingest([tmp_path / "in"], in_place=in_place).arrivals == {"unchanged": 2}


def test_jpeg_that_comes_later_joins(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "IMG_1.nef", "navy")
    own_hub.ingest([tmp_path / "in"])
    photo(tmp_path / "in" / "IMG_1.jpeg", "red")
    assert own_hub.ingest([tmp_path / "in"]).arrivals == {"unchanged": 1, "joined": 1}
    asset = only(own_hub)
    assert [file.name for file in asset.files] == ["IMG_1.jpeg"]
    assert "asset.joined" in kinds(own_hub, asset.id)


def test_raw_that_comes_later_takes_the_record_over(
    own_hub: Hub, tmp_path: Path, photo: Photo
) -> None:
    jpeg = photo(tmp_path / "in" / "IMG_1.JPG", "red")
    own_hub.ingest([tmp_path / "in"])
    before = only(own_hub)
    own_hub.edit(before.id, schemas.AssetPatch(title="A red square"))
    raw = photo(tmp_path / "in" / "IMG_1.NEF", "navy")
    own_hub.ingest([tmp_path / "in"])
    asset = only(own_hub)
    assert (asset.id, asset.name, asset.title) == (before.id, "IMG_1.NEF", "A red square")
    assert own_hub.original(asset.id)[0].read_bytes() == raw.read_bytes()
    path, _ = own_hub.file_beside(asset.id, 1)
    assert path.read_bytes() == jpeg.read_bytes()
    assert own_hub.ingest([tmp_path / "in"]).arrivals == {"unchanged": 2}


def test_two_records_that_exist_stay_two(
    own_settings: Settings, tmp_path: Path, photo: Photo
) -> None:
    photo(tmp_path / "in" / "IMG_1.NEF", "navy")
    photo(tmp_path / "in" / "IMG_1.JPG", "red")
    apart = own_settings.model_copy(update={"join_raw_and_jpeg": False})
    with Hub(apart) as hub:
        assert hub.ingest([tmp_path / "in"]).arrivals == {"new": 2}
    photo(tmp_path / "in" / "IMG_1.JPG", "green")
    with Hub(own_settings) as hub:
        assert hub.ingest([tmp_path / "in"]).arrivals == {"unchanged": 1, "changed": 1}
        assert hub.assets().total == 2


def test_other_names_and_folders_stay_apart(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "IMG_1.NEF", "navy")
    photo(tmp_path / "in" / "IMG_10.JPG", "red")
    photo(tmp_path / "in" / "small" / "IMG_1.JPG", "green")
    assert own_hub.ingest([tmp_path / "in"]).arrivals == {"new": 3}


def test_changed_jpeg_is_the_new_file(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "IMG_1.NEF", "navy")
    photo(tmp_path / "in" / "IMG_1.JPG", "red")
    own_hub.ingest([tmp_path / "in"])
    jpeg = photo(tmp_path / "in" / "IMG_1.JPG", "green")
    assert own_hub.ingest([tmp_path / "in"]).arrivals == {"unchanged": 1, "joined": 1}
    asset = only(own_hub)
    assert own_hub.file_beside(asset.id, 1)[0].read_bytes() == jpeg.read_bytes()
    assert kinds(own_hub, asset.id)[0] == "asset.file_changed"


def test_raw_that_cannot_be_drawn_is_shown_by_its_jpeg(
    own_hub: Hub, tmp_path: Path, photo: Photo
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "IMG_1.RAF").write_bytes(b"FUJIFILMCCD-RAW " + bytes(500))
    photo(tmp_path / "in" / "IMG_1.JPG", "red")
    own_hub.ingest([tmp_path / "in"])
    asset = only(own_hub)
    assert asset.state != "ready"
    assert asset.preview is not None
    with Image.open(own_hub.preview(asset.id)) as shown:
        red, green, _ = shown.convert("RGB").getpixel((10, 10))  # type: ignore[misc]
    assert red > 200
    assert green < 60
    with pytest.raises(NotFound):
        own_hub.preview(asset.id, 2)


def test_purging_removes_the_jpeg_too(own_hub: Hub, tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "IMG_1.NEF", "navy")
    photo(tmp_path / "in" / "IMG_1.JPG", "red")
    own_hub.ingest([tmp_path / "in"])
    asset = only(own_hub)
    stored, _ = own_hub.file_beside(asset.id, 1)
    assert all(finding.sound for finding in own_hub.inspect(deep=True))
    own_hub.trash(asset.id)
    own_hub.desk.trash.purge(asset.id)
    assert not stored.exists()


def test_the_file_is_downloaded_by_its_number(tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "IMG_1.NEF", "navy")
    jpeg = photo(tmp_path / "in" / "IMG_1.JPG", "red")
    keys = Keys.of_home(tmp_path / "home")
    headers = {"Authorization": f"Bearer {keys.token}"}
    app = create_app(Settings(home=tmp_path / "home", ocr="off"), keys)
    with TestClient(app, base_url="http://localhost", headers=headers) as client:
        hub: Hub = app.state.hub
        hub.ingest([tmp_path / "in"])
        record = client.get(f"/v1/assets/{only(hub).id}").json()
        answer = client.get(record["files"][0]["address"])
        assert answer.content == jpeg.read_bytes()
        assert "IMG_1.JPG" in answer.headers["content-disposition"]
        assert client.get(f"/v1/assets/{record['id']}/files/2").status_code == 404
        assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
