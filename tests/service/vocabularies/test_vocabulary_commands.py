"""Vocabularies at the command line and over HTTP."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.api.app import create_app
from service.api.security import Keys
from service.cli.main import app
from service.errors import MagpieError
from service.home import Home, ServerNote
from service.settings import Settings

_BRAND = """vocabulary: {id: brand, language: en, name: {en: Brand}}
terms:
  shot: {de: Aufnahme}
  hero_shot: {en: [hero shot, key visual], de: Hauptmotiv, under: shot}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("home")
    keys = Keys.of_home(home)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(
        create_app(Settings(home=home), keys), base_url="http://localhost", headers=headers
    ) as opened:
        yield opened


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    home = tmp_path / "served"
    monkeypatch.setenv("MAGPIE_HOME", str(home))
    keys = Keys.of_home(home)
    server = uvicorn.Server(
        uvicorn.Config(create_app(Settings(home=home), keys), port=0, log_level="warning")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    Home(home).write_note(ServerNote(url, keys.token, os.getpid()))
    yield
    server.should_exit = True
    thread.join()


def _run(*words: str) -> str:
    answer = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_a_vocabulary_over_http(client: TestClient) -> None:
    file = {"file": ("brand.yaml", _BRAND.encode())}
    assert client.post("/v1/vocabularies", files=file, params={"dry_run": True}).status_code == 201
    assert client.get("/v1/vocabularies/brand").status_code == 404
    made = client.post("/v1/vocabularies", files=file)
    assert made.status_code == 201, made.text
    assert (made.json()["id"], made.json()["terms"]) == ("brand", 2)
    assert client.post("/v1/vocabularies", files=file).status_code == 409
    wrong = {"file": ("brand.yaml", _BRAND.replace("under: shot", "under: x").encode())}
    refused = client.put("/v1/vocabularies/brand", files=wrong)
    assert refused.status_code == 422
    assert "brand.yaml, line 4" in refused.json()["detail"]
    turtle = client.get("/v1/vocabularies/brand", headers={"Accept": "text/turtle"})
    assert "skos:prefLabel" in turtle.text
    table = client.get("/v1/vocabularies/brand", params={"format": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert client.get("/v1/terms", params={"name": "haupt"}).json()["terms"][0]["id"] == "hero_shot"
    added = client.post("/v1/terms", json={"vocabulary": "brand", "labels": {"en": "packshot"}})
    assert added.status_code == 201, added.text
    changed = client.patch("/v1/terms/brand/packshot", json={"replaced_by": "hero_shot"})
    assert changed.json()["replaced_by"] == "hero_shot"
    found = client.get("/v1/terms", params={"name": "packshot"}).json()["terms"]
    assert [term["id"] for term in found] == ["hero_shot"]
    asked = {"vocabulary": "brand", "label": "beauty shot"}
    proposed = client.post("/v1/terms/proposals", json=asked).json()
    accepted = client.post(f"/v1/terms/proposals/{proposed['id']}/accept", json={})
    assert accepted.json()["id"] == "beauty_shot"
    assert client.delete("/v1/vocabularies/brand").status_code == 204
    assert client.delete("/v1/vocabularies/general").status_code == 409


def test_a_file_over_the_limit_is_refused(client: TestClient) -> None:
    large = {"file": ("large.csv", b"x" * (16 * 2**20 + 1))}
    assert client.post("/v1/vocabularies", files=large).status_code == 413
    assert client.post("/v1/vocabularies", files={"file": ("a.doc", b"x")}).status_code == 400


def test_a_vocabulary_at_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGPIE_HOME", str(tmp_path / "home"))
    file = tmp_path / "brand.yaml"
    file.write_text(_BRAND, encoding="utf-8")
    assert "in force everywhere" in _run("vocabularies", "import", str(file))
    assert "hero_shot" in _run("terms", "find", "key")
    assert _run("vocabularies", "export", "brand").startswith("vocabulary:")
    merged = _run("terms", "merge", "shot", "--into", "hero_shot", "--vocabulary", "brand")
    assert "also key visual, shot" in merged


def test_the_same_commands_through_a_server(served: None, tmp_path: Path) -> None:
    file = tmp_path / "brand.yaml"
    file.write_text(_BRAND, encoding="utf-8")
    assert "2 terms" in _run("vocabularies", "check", str(file))
    assert "in force everywhere" in _run("vocabularies", "import", str(file))
    assert "hero_shot" in _run("terms", "find", "key")
    listed = json.loads(_run("vocabularies", "list", "--json"))["vocabularies"]
    assert [each["id"] for each in listed] == ["brand", "general"]
    assert "general" in _run("vocabularies", "list")
    _run("collections", "create", "Press")
    assert "Press" in _run("vocabularies", "use", "brand", "--collection", "Press")
    assert "nowhere" in _run("vocabularies", "use", "general", "--off")
    assert "Press" in _run("vocabularies", "show", "brand")
    out = tmp_path / "brand.ttl"
    _run("vocabularies", "export", "brand", "-o", str(out))
    assert "skos:Concept" in out.read_text(encoding="utf-8")
    assert _run("vocabularies", "export", "brand").startswith("vocabulary:")
    _run("vocabularies", "import", str(out), "--replace")
    _run("terms", "propose", "packshot", "--vocabulary", "brand", "--under", "shot")
    _run("terms", "propose", "plate", "--vocabulary", "brand")
    second, first = json.loads(_run("terms", "proposals", "--json"))["proposals"]
    assert "Refused plate" in _run("terms", "reject", second["id"])
    assert "packshot" in _run("terms", "proposals", "--gather")
    assert "packshot" in _run("terms", "accept", first["id"])
    merged = _run("terms", "merge", "packshot", "--into", "hero_shot", "--vocabulary", "brand")
    assert "also key visual, packshot" in merged
    _run("vocabularies", "remove", "brand")
    with pytest.raises(MagpieError, match="no vocabulary brand"):
        _run("vocabularies", "show", "brand")
