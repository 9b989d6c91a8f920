"""Taking files in: once each, again when they change, and with a reason when they fail."""

from __future__ import annotations

import shutil
import sqlite3
import time
from io import BytesIO
from pathlib import Path
from shutil import copytree

import pytest

from service import schemas
from service.errors import NotFound, TooLarge
from service.hub import Hub
from service.settings import Settings


@pytest.fixture
def files(tmp_path: Path, library: Path) -> Path:
    return Path(copytree(library, tmp_path / "files"))


def names(hub: Hub) -> set[str]:
    return {asset.name for asset in hub.assets(limit=200).assets}


def test_second_run_does_only_what_is_new(own_settings: Settings, files: Path) -> None:
    with Hub(own_settings) as hub:
        assert hub.ingest([files]).arrivals == {"new": 5}
    with Hub(own_settings) as hub:
        (files / "note.txt").write_text("The magpie collects shiny things.", encoding="utf-8")
        assert hub.ingest([files]).arrivals == {"new": 1, "unchanged": 5}
        assert hub.search(schemas.SearchRequest(words="shiny things")).hits


def test_changed_file_is_found_by_its_new_words_only(own_settings: Settings, files: Path) -> None:
    note = files / "note.txt"
    note.write_text("The annual budget of the zoo.", encoding="utf-8")
    with Hub(own_settings) as hub:
        hub.ingest([files])
        note.write_text("A recipe for plum cake with cinnamon.", encoding="utf-8")
        job = hub.ingest([files])
        assert job.arrivals == {"changed": 1, "unchanged": 5}
        assert hub.search(schemas.SearchRequest(words="plum cake")).hits[0].asset.name == "note.txt"
        found = hub.search(schemas.SearchRequest(words="zoo budget")).hits
        assert "note.txt" not in {hit.asset.name for hit in found}


def test_dry_run_changes_nothing(own_settings: Settings, files: Path) -> None:
    with Hub(own_settings) as hub:
        job = hub.ingest([files], dry_run=True)
        assert job.arrivals == {"new": 5}
        assert hub.assets().total == 0


def test_in_place_files_are_read_where_they_are(own_settings: Settings, files: Path) -> None:
    with Hub(own_settings) as hub:
        hub.ingest([files], in_place=True)
        photo = hub.search(schemas.SearchRequest(words="a cat")).hits[0].asset
        path, _ = hub.original(photo.id)
        assert path == files / "photos" / "IMG_0001.png"
        path.unlink()
        with pytest.raises(NotFound, match="not there any more"):
            hub.original(photo.id)


def test_one_bad_file_does_not_stop_the_others(own_settings: Settings, files: Path) -> None:
    (files / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< broken")
    (files / "empty.jpg").touch()
    with Hub(own_settings) as hub:
        job = hub.ingest([files])
        assert job.state == "done"
        assert job.failed == 2
        by_name = {asset.name: asset for asset in hub.assets(limit=200).assets}
        for name in ("broken.pdf", "empty.jpg"):
            assert by_name[name].state == "failed"
            assert by_name[name].failure
        assert by_name["IMG_0001.png"].state == "ready"


def test_files_that_cannot_be_opened_are_reported(own_settings: Settings, tmp_path: Path) -> None:
    with Hub(own_settings) as hub:
        job = hub.ingest([tmp_path / "gone.jpg"])
    assert job.arrivals == {"unreadable": 1}
    assert "gone.jpg" in job.problems[0]


def test_odd_file_names_are_kept(own_settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in ("naïve café ☕.txt", "new\nline.txt", "<img src=x>.txt"):
        (folder / name).write_text(f"Words of {name!r}", encoding="utf-8")
    with Hub(own_settings) as hub:
        hub.ingest([folder])
        assert names(hub) == {"naïve café ☕.txt", "new\nline.txt", "<img src=x>.txt"}


def test_same_bytes_are_stored_once_and_the_answer_says_so(own_settings: Settings) -> None:
    with Hub(own_settings) as hub:
        first = hub.upload(BytesIO(b"The same words."), "one.txt")
        again = hub.upload(BytesIO(b"The same words."), "one.txt")
        other = hub.upload(BytesIO(b"The same words."), "two.txt")
        assert again.arrival.status == "unchanged"
        assert again.asset.id == first.asset.id
        assert other.arrival.same_bytes_as == first.asset.id
    stored = [path for path in (own_settings.home / "blobs").rglob("*") if path.is_file()]
    assert len([path for path in stored if path.read_bytes() == b"The same words."]) == 1


def test_too_large_upload_leaves_nothing_behind(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", max_upload_mb=1)
    with Hub(settings) as hub:
        with pytest.raises(TooLarge, match="limit of 1 MB"):
            hub.upload(BytesIO(b"x" * (2**20 + 1)), "large.bin")
        assert hub.assets().total == 0
    assert not [path for path in (settings.home / "blobs").rglob("*") if path.is_file()]


def test_unknown_asset_is_said_to_be_unknown(hub: Hub) -> None:
    with pytest.raises(NotFound, match="no asset"):
        hub.asset("0")


def test_encrypted_pdf_says_so_and_opens_with_its_password(
    own_settings: Settings, tmp_path: Path
) -> None:
    pdf = pytest.importorskip("reportlab.pdfgen.canvas", reason="needs reportlab")
    page = pdf.Canvas(str(tmp_path / "secret.pdf"), encrypt="open sesame")
    page.drawString(72, 720, "The treasure lies under the old oak tree.")
    page.save()
    question = schemas.SearchRequest(words="treasure under the oak")
    with Hub(own_settings) as hub:
        assert hub.ingest([tmp_path / "secret.pdf"]).failed == 1
        asset = hub.assets().assets[0]
        assert asset.state == "failed"
        assert "password" in (asset.failure or "")
        assert hub.search(question).hits == []
        assert hub.read_again(asset.id, password="wrong").state == "failed"
        assert hub.read_again(asset.id, password="open sesame").state == "ready"
        assert hub.search(question).hits[0].asset.id == asset.id


def test_what_other_models_made_is_made_again_at_the_next_start(
    own_settings: Settings, files: Path
) -> None:
    with Hub(own_settings) as hub:
        hub.ingest([files])
    catalog = own_settings.home / "catalog.sqlite3"
    with sqlite3.connect(catalog) as connection:
        connection.execute("UPDATE content SET stage_key = 'of an older model'")
        connection.execute("UPDATE embedding SET model = 'older@1'")
    shutil.rmtree(own_settings.home / "index")
    with Hub(own_settings) as hub:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            hits = hub.search(schemas.SearchRequest(words="a cat")).hits
            if hits and hits[0].asset.name == "IMG_0001.png":
                break
            time.sleep(0.1)
        assert hits[0].asset.name == "IMG_0001.png"


_XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <rdf:Description><dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
 </rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_sidecar_speaks_for_its_photo_and_is_read_again_when_it_changes(
    own_settings: Settings, files: Path
) -> None:
    sidecar = files / "photos" / "IMG_0001.xmp"
    sidecar.write_text(_XMP % "Mitzi the ferry cat", encoding="utf-8")
    with Hub(own_settings) as hub:
        assert hub.ingest([files]).arrivals == {"new": 5}
        photo = hub.search(schemas.SearchRequest(words="Mitzi ferry")).hits[0].asset
        assert (photo.name, photo.title) == ("IMG_0001.png", "Mitzi the ferry cat")
        title = next(value for value in hub.asset(photo.id).values if value.name == "title")
        assert (title.source, title.evidence) == ("embedded", "IMG_0001.xmp")
        sidecar.write_text(_XMP % "Grumble on the windowsill", encoding="utf-8")
        assert hub.ingest([files]).arrivals == {"changed": 1, "unchanged": 4}
        found = hub.search(schemas.SearchRequest(words="Grumble windowsill")).hits[0]
        assert found.asset.id == photo.id
