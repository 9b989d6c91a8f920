"""Files to take away: one by one and as a ZIP with their records and licences."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image


@pytest.fixture(scope="module")
def photo(served: Any, library: Path) -> str:
    asset_id = served.add("launch day.jpg", (library / "photos" / "launch day.jpg").read_bytes())
    edits = [
        {"field": "credit", "value": "Ann Lee / Agency"},
        {"field": "usage_terms", "value": "Editorial use only"},
        {"field": "creator", "value": ["Ann Lee"]},
    ]
    served.client.patch(f"/v1/assets/{asset_id}", json={"title": "Lift-off", "edits": edits})
    return str(asset_id)


@pytest.fixture(scope="module")
def note(served: Any) -> str:
    return str(served.add("note.txt", b"A note."))


def _zip(served: Any, **said: Any) -> zipfile.ZipFile:
    answer = served.client.post("/v1/downloads", json=said)
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


def _rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_a_preset_makes_a_smaller_picture_with_its_credits(served: Any, photo: str) -> None:
    answer = served.client.get(f"/v1/assets/{photo}/download", params={"preset": "square"})
    assert answer.status_code == 200, answer.text
    assert "launch%20day_square.jpg" in answer.headers["content-disposition"]
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size[0] == picture.size[1]
    assert b"Ann Lee / Agency" in answer.content
    assert b"Lift-off" in answer.content
    history = served.client.get(f"/v1/assets/{photo}/history").json()["events"]
    assert (history[0]["kind"], history[0]["after"]) == ("asset.downloaded", {"preset": "square"})


def test_a_zip_has_the_files_their_records_and_licences(served: Any, photo: str, note: str) -> None:
    archive = _zip(served, asset_ids=[photo, note], preset="untouched")
    assert archive.read("note.txt") == b"A note."
    assert {each["file_name"] for each in _rows(archive, "metadata.csv")} == {
        "launch day.jpg",
        "note.txt",
    }
    (licence,) = [row for row in _rows(archive, "licences.csv") if row["File"] == "launch day.jpg"]
    assert licence["Credit"] == "Ann Lee / Agency"
    assert licence["Usage terms"] == "Editorial use only"
    assert "problems.txt" not in archive.namelist()


def test_what_cannot_be_made_is_named(served: Any, photo: str, note: str) -> None:
    archive = _zip(served, where="name:*", asset_ids=[photo, note], preset="web")
    assert "launch day_web.jpg" in archive.namelist()
    assert "note.txt" in archive.read("problems.txt").decode()


def test_a_collection_is_downloaded_with_what_lies_in_it(
    served: Any, photo: str, note: str
) -> None:
    made = served.client.post("/v1/collections", json={"name": "Press"}).json()
    inner = served.client.post(
        "/v1/collections", json={"name": "Notes", "parent_id": made["id"]}
    ).json()
    for collection, asset in ((made, photo), (inner, note)):
        address = f"/v1/collections/{collection['id']}/assets"
        assert served.client.post(address, json={"add": [asset]}).status_code == 200
    names = _zip(served, collection_id=made["id"], preset="untouched").namelist()
    assert {"launch day.jpg", "note.txt"} < set(names)


def test_a_file_in_place_can_be_downloaded(served: Any, tmp_path: Path) -> None:
    here = tmp_path / "in place.txt"
    here.write_text("Read where it lies.")
    job = served.client.post("/v1/ingest", json={"paths": [str(here)], "in_place": True}).json()
    served.wait(job["id"])
    (asset,) = served.client.get("/v1/assets", params={"name": "in place"}).json()["assets"]
    answer = served.client.get(f"/v1/assets/{asset['id']}/download?preset=untouched")
    assert answer.content == b"Read where it lies."


def test_presets_of_the_library_stand_beside_ours(served: Any, photo: str) -> None:
    file = served.settings.home / "presets.yaml"
    file.write_text("presets:\n  - name: tiny\n    format: png\n    width: 64\n")
    names = [each["name"] for each in served.client.get("/v1/presets").json()["presets"]]
    assert {"web", "tiny"} <= set(names)
    made = served.client.get(f"/v1/assets/{photo}/download?preset=tiny").content
    assert Image.open(io.BytesIO(made)).size[0] == 64
    file.unlink()
    assert served.client.get(f"/v1/assets/{photo}/download?preset=tiny").status_code == 404


def test_nothing_and_too_much_are_refused(served: Any, photo: str, monkeypatch: Any) -> None:
    assert served.client.post("/v1/downloads", json={}).status_code == 400
    assert served.client.post("/v1/downloads", json={"where": "name:nowhere"}).status_code == 404
    monkeypatch.setattr("service.downloads.desk.MOST_FILES", 0)
    answer = served.client.post("/v1/downloads", json={"asset_ids": [photo]})
    assert answer.status_code == 400
    assert "at most" in answer.json()["detail"]
