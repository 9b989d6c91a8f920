"""``magpie duplicates`` on folders, as people give it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from service.cli.main import app
from service.errors import MagpieError
from service.hub import Hub
from service.settings import Settings

_DATA = os.urandom(60_000)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAGPIE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MAGPIE_CATALOG_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.bin").write_bytes(_DATA)
    (folder / "sub" / "a - Kopie.bin").write_bytes(_DATA)
    return folder


def _magpie(*words: object) -> Result:
    return CliRunner().invoke(app, ["duplicates", *map(str, words)], catch_exceptions=False)


def test_scan_look_clear_up_and_take_back(home: Path, folder: Path) -> None:
    found = _magpie("scan", folder)
    assert "1 groups of copies" in found.stdout
    assert not (home / "catalog.sqlite3").exists(), "a scan of folders needs no catalog"
    assert "Nothing was done" in _magpie("resolve").stdout
    assert (folder / "sub" / "a - Kopie.bin").exists()

    done = json.loads(_magpie("resolve", "--apply", "--json").stdout)
    assert done["done"] == [str(folder / "sub" / "a - Kopie.bin")]
    assert done["freed"] >= len(_DATA)
    assert not (folder / "sub" / "a - Kopie.bin").exists()
    # What is in the quarantine is not found again.
    assert json.loads(_magpie("scan", folder, "--json").stdout)["groups"] == []

    assert "1 files are back" in _magpie("undo", done["manifest"]).stdout
    assert (folder / "sub" / "a - Kopie.bin").read_bytes() == _DATA


def test_names_of_one_picture_are_not_told_as_pictures_that_are_alike(
    home: Path, folder: Path
) -> None:
    Image.effect_noise((300, 200), 80).save(folder / "photo.png")
    os.link(folder / "photo.png", folder / "photo link.png")
    assert json.loads(_magpie("scan", folder, "--similar", "--json").stdout)["alike"] == []


def test_files_under_a_hold_stay(home: Path, folder: Path) -> None:
    copy = folder / "sub" / "a - Kopie.bin"
    with Hub(Settings(home=home)) as hub:
        hub.ingest([folder / "sub"], in_place=True)
        [asset] = hub.assets().assets
        hub.desk.handling.set_hold(asset.id, True, "Case 12")
    _magpie("scan", folder)
    done = json.loads(_magpie("resolve", "--apply", "--json").stdout)
    assert done["done"] == []
    assert done["refused"] == [{"path": str(copy), "reason": "its record is under a hold"}]
    assert copy.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("scan", "/no/such/folder"), "does not exist"),
        (("resolve",), "There is no report"),
        (("resolve", "--report", __file__), "not the report of a scan"),
        (("resolve", "--hard-link", "--script", "x.sh"), "Choose one"),
        (("undo", __file__), "does not say what was done"),
        (("undo", "/no/such/file"), "cannot be read"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(
    home: Path, words: tuple[str, ...], says: str
) -> None:
    with pytest.raises(MagpieError, match=says):
        _magpie(*words)
    assert not home.exists()


def test_a_scan_that_is_stopped_says_so_and_goes_on(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import contextlib

    from service.cli import duplicates

    with monkeypatch.context() as patch:
        patch.setattr(duplicates, "_interruptible", lambda: contextlib.nullcontext(lambda: True))
        stopped = _magpie("scan", folder)
    assert stopped.exit_code == 130
    assert "Give the command again" in stopped.stdout
    assert "1 groups of copies" in _magpie("scan", folder).stdout


def test_pictures_that_show_the_same_are_reported_and_left_alone(
    home: Path, library: Path, tmp_path: Path
) -> None:
    pytest.importorskip("cv2", reason="the extra duplicates is not installed")
    folder = tmp_path / "pictures"
    folder.mkdir()
    with Image.open(library / "photos" / "IMG_0001.png") as image:
        photo = image.convert("RGB")
    photo.save(folder / "cat.png")
    photo.resize((225, 150)).save(folder / "small.jpg", quality=70)
    photo.crop((60, 40, 420, 280)).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(
        folder / "web.jpg"
    )
    with Image.open(library / "photos" / "IMG_0002.png") as image:
        image.convert("RGB").save(folder / "coffee.jpg")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    found = json.loads(_magpie("scan", folder, "--similar", "--json").stdout)
    [group] = found["alike"]
    names = {Path(each["path"]).name for each in (group["first"], *group["others"])}
    assert {"cat.png", "small.jpg"} <= names
    assert "coffee.jpg" not in names
    assert found["groups"] == []
    assert any("broken.jpg" in each for each in found["problems"])
    assert json.loads(_magpie("scan", folder, "--similar", "--json").stdout)["alike"] == [group]
    assert "show the same" in _magpie("scan", folder, "--similar").stdout
