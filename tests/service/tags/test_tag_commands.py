"""The commands and addresses about tags, on a home without a server and through one."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
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
    request: pytest.FixtureRequest,
    settings: Settings,
    album: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Magpie]:
    monkeypatch.setenv("MAGPIE_HOME", str(settings.home))
    monkeypatch.setenv("MAGPIE_OCR", "off")
    with Hub(settings) as hub:
        hub.ingest([album])

    def run(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout

    if request.param == "home":
        yield run
        return
    keys = Keys.of_home(settings.home)
    config = uvicorn.Config(create_app(settings, keys), port=0, log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    Home(settings.home).write_note(ServerNote(url, keys.token, os.getpid()))
    yield run
    server.should_exit = True
    thread.join()


def test_tags_are_seen_decided_given_again_and_taken_back(magpie: Magpie) -> None:
    (cat,) = json.loads(magpie("list", "--where", "tag:Katze", "--json"))["assets"]
    shown = magpie("tags", "list", cat["id"])
    assert "looks like it" in shown
    assert "follows from" in shown

    done = json.loads(magpie("tags", "reject", "cat", cat["id"], "--json"))
    assert done["changed"] == 1
    assert json.loads(magpie("list", "--where", "tag:cat", "--json"))["assets"] == []
    assert "nothing to change" in magpie("tag")
    states = {
        tag["term"]: tag["state"]
        for tag in json.loads(magpie("tags", "list", cat["id"], "--json"))["tags"]
    }
    assert states["cat"] == "rejected"
    assert "Changed tags of 1 of 1" in magpie("tags", "undo", done["batch_id"])
    assert len(json.loads(magpie("list", "--where", "tag:cat", "--json"))["assets"]) == 1

    assert "Changed tags of 3 of 3" in magpie("tags", "add", "Fahrrad", "--where", "kind:image")
    runs = json.loads(magpie("tags", "runs", "--json"))["runs"]
    assert [run["kind"] for run in runs] == ["person", "undo", "person", "arrival"]
    assert "decided: accept general/bicycle" in magpie("tags", "runs")
    assert json.loads(magpie("tag", "--dry-run", "--json"))["batch_id"] == ""
    assert "Nothing to learn" in magpie("tags", "learn")


def test_what_is_not_there_is_said_in_one_sentence(magpie: Magpie) -> None:
    for words in (
        ("tags", "accept", "no such thing", "--where", "kind:image"),
        ("tags", "accept", "dog"),
        ("tags", "undo", "nothing"),
        ("tags", "list", "nothing"),
        ("tag", "--vocabulary", "nothing"),
        ("tags", "learn", "--term", "no such thing"),
    ):
        done = CliRunner().invoke(app, list(words))
        assert done.exit_code == 1
        assert done.exception is not None
        assert "Traceback" not in done.output


def test_a_file_is_analysed_and_forgotten(settings: Settings, tmp_path: Path, photos: Path) -> None:
    keys = Keys.of_home(settings.home)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(
        create_app(settings, keys), base_url="http://localhost", headers=headers
    ) as client:
        photo = {"file": ("IMG_1.png", (photos / "chelsea.png").read_bytes())}
        answer = client.post("/v1/analyze/tags", files=photo).json()
        tags = {tag["term"]: tag for tag in answer["tags"]}
        assert tags["cat"]["state"] == "accepted"
        assert tags["cat"]["labels"]["de"] == "Katze"
        assert client.get("/v1/assets").json()["total"] == 0
        broken = {"file": ("broken.png", b"\x89PNG\r\n\x1a\n nothing")}
        refused = client.post("/v1/analyze/tags", files=broken)
        assert refused.status_code == 400
        assert "cannot be tagged" in refused.json()["detail"]
        page = client.post("/v1/assets", files=[("files", photo["file"])]).json()[0]
        asset_id = page["asset"]["id"]
        end = time.monotonic() + 120
        while not client.get(f"/v1/assets/{asset_id}").json()["tags"]:
            assert time.monotonic() < end, "no tags come"
            time.sleep(0.05)
        changed = client.patch(
            f"/v1/assets/{asset_id}/tags", json={"accept": ["cat"], "reject": ["cat"]}
        )
        assert changed.status_code == 400
        added = client.post(f"/v1/assets/{asset_id}/tags", json={"terms": ["dog"]}).json()
        assert {"dog", "cat"} <= {tag["term"] for tag in added["tags"]}
        shown = client.get(f"/assets/{asset_id}").text
        assert 'title="Given by hand">dog' in shown
        assert 'class="suggested"' in shown or "Seen in the picture" in shown
