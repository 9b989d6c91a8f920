"""``magpie duplicates`` about the catalog, on a home and through a running server."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
import uvicorn
from typer.testing import CliRunner

from service.api.app import create_app
from service.api.security import Keys
from service.cli.main import app
from service.home import Home, ServerNote
from service.hub import Hub
from service.settings import Settings


def _magpie(*words: object, code: int = 0) -> str:
    answer = CliRunner().invoke(app, ["duplicates", *map(str, words)], catch_exceptions=False)
    assert answer.exit_code == code, answer.output
    return answer.stdout


@pytest.fixture(params=["home", "server"])
def library(
    request: Any, tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A home with the same photo twice and a note twice; the place to write files to."""
    home = tmp_path / "home"
    monkeypatch.setenv("MAGPIE_HOME", str(home))
    monkeypatch.setenv("MAGPIE_OCR", "off")
    monkeypatch.delenv("MAGPIE_CATALOG_URL", raising=False)
    files = tmp_path / "in"
    files.mkdir()
    for name in ("cat.png", "cat copy.png"):
        copyfile(library / "photos" / "IMG_0001.png", files / name)
    for name in ("nda.txt", "nda again.txt"):
        copyfile(library / "texts" / "nda.txt", files / name)
    settings = Settings(home=home, ocr="off")
    with Hub(settings) as hub:
        hub.ingest([files])
    if request.param == "home":
        yield tmp_path
        return
    keys = Keys.of_home(home)
    server = uvicorn.Server(uvicorn.Config(create_app(settings, keys), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    Home(home).write_note(ServerNote(url, keys.token, os.getpid()))
    yield tmp_path
    server.should_exit = True
    thread.join()


@pytest.mark.slow
def test_scan_list_show_judge_resolve_report_and_take_back(library: Path) -> None:
    run = json.loads(_magpie("scan", "--json"))
    assert (run["state"], run["groups"], run["new_groups"]) == ("done", 2, 2)
    groups = json.loads(_magpie("list", "--json"))["groups"]
    photos, notes = (group["id"] for group in groups)
    assert "cat copy.png" in _magpie("list", "--kind", "same_bytes", "--new")
    assert "the same bytes" in _magpie("show", photos)

    copy = next(each["id"] for each in groups[0]["members"] if each["name"] == "cat copy.png")
    assert json.loads(_magpie("choose", photos, copy, "--json"))["keep_id"] == copy
    _magpie("choose", photos)

    assert "Remembered" in _magpie("dismiss", notes)
    _magpie("scan")
    assert notes not in _magpie("list")
    assert notes in _magpie("list", "--state", "dismissed")
    assert "1 groups open again" in _magpie("undo", notes)

    assert "Nothing was done" in _magpie("resolve", photos)
    done = json.loads(_magpie("resolve", "--all", "--kind", "same_bytes", "--apply", "--json"))
    assert (done["merged"], done["refused"]) == (2, 0)
    assert "There are none" in _magpie("list")
    assert "2 merges taken back, 2 groups open again" in _magpie("undo", done["batch"])

    page, table = library / "report.html", library / "report.csv"
    said = _magpie("report", "--html", page, "--csv", table, "--price", "0.3")
    assert "Copies take" in said
    assert page.read_text("utf-8").count("data:image/jpeg") >= 2
    assert "cat copy.png" in table.read_text("utf-8")
    assert json.loads(_magpie("report", "--json"))["groups"][0]["id"] == photos


def test_folders_have_a_page_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGPIE_HOME", str(tmp_path / "home"))
    (tmp_path / "files").mkdir()
    for name in ("a<b>.bin", "a<b> (1).bin"):
        (tmp_path / "files" / name).write_bytes(b"same" * 5000)
    _magpie("scan", tmp_path / "files")
    _magpie("report", "--scan", "--html", tmp_path / "disk.html", "--price", "1")
    page = (tmp_path / "disk.html").read_text("utf-8")
    assert "a&lt;b&gt; (1).bin" in page
    assert "its name is not that of a copy" in page
