"""The commands about records, on a home without a server and through one."""

from __future__ import annotations

import json
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
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

Magpie = Callable[..., str]


@pytest.fixture(params=["home", "server"])
def magpie(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Magpie]:
    settings = Settings(home=tmp_path / "home", ocr="off", readers=1)
    monkeypatch.setenv("MAGPIE_HOME", str(settings.home))
    monkeypatch.setenv("MAGPIE_OCR", "off")
    (tmp_path / "in").mkdir()
    for number in (1, 2):
        (tmp_path / "in" / f"note{number}.txt").write_text(f"Note {number} of ships.")
    with Hub(settings) as hub:
        hub.ingest([tmp_path / "in"])

    def run(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout

    if request.param == "home":
        yield run
        return
    with _serving(settings):
        yield run


class _serving:  # noqa: N801 - used as a statement
    """A server on a home, with the note that leads commands to it."""

    def __init__(self, settings: Settings) -> None:
        self._home = Home(settings.home)
        self._keys = Keys.of_home(settings.home)
        config = uvicorn.Config(create_app(settings, self._keys), log_level="critical")
        self._server = uvicorn.Server(config)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))

    def __enter__(self) -> None:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(0.02)
        port = self._socket.getsockname()[1]
        self._home.write_note(ServerNote(f"http://127.0.0.1:{port}", self._keys.token, 0))

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()


def test_edit_export_import_download_and_purge(magpie: Magpie, tmp_path: Path) -> None:
    edit = ("edit", "--where", "name:note*", "--set", "campaign=Spring", "--set", "keywords+=sea")
    assert "Would change 2 of 2" in magpie(*edit, "--dry-run")
    assert "Spring" not in magpie("export", "--format", "jsonl")
    done = json.loads(magpie(*edit, "--json"))
    assert (done["changed"], done["finished"]) == (2, True)
    table = tmp_path / "table.csv"
    magpie("export", "--where", "campaign:Spring", "--out", str(table))
    assert table.read_text(encoding="utf-8-sig").count("Spring") == 2

    table.write_text(table.read_text(encoding="utf-8-sig").replace("Spring", "Autumn"))
    imported = json.loads(magpie("import-csv", str(table), "--json"))
    assert (imported["changed"], imported["ignored_columns"]) == (2, [])
    assert "Changed 2" in magpie("undo", imported["batch_id"])
    records = [json.loads(line) for line in magpie("export", "--format", "jsonl").splitlines()]
    assert [each["fields"]["campaign"] for each in records] == [["Spring"]] * 2

    out = tmp_path / "out"
    magpie("download", "--where", "name:note1*", "--preset", "untouched", "--out", str(out))
    assert (out / "note1.txt").read_text() == "Note 1 of ships."
    packed = out / "all.zip"
    magpie("download", "--where", "name:note*", "--preset", "untouched", "--out", str(packed))
    assert {"note1.txt", "note2.txt", "licences.csv"} < set(zipfile.ZipFile(packed).namelist())

    asset_id = records[0]["id"]
    magpie("trash", "put", asset_id)
    assert asset_id in magpie("trash", "list")
    magpie("trash", "restore", asset_id)
    magpie("trash", "put", asset_id)
    assert "1 records gone" in magpie("trash", "purge", asset_id, "--yes")
    assert _ids(magpie) == [records[1]["id"]]
    magpie("trash", "put", records[1]["id"])
    assert "0 records gone" in magpie("trash", "empty", "--yes")
    assert "1 records gone" in magpie("trash", "empty", "--yes", "--older-than-days", "0")


def _ids(magpie: Magpie) -> list[Any]:
    return [each["id"] for each in json.loads(magpie("list", "--json"))["assets"]]
