"""Sources at the command line, and through the API."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.api.app import create_app
from service.api.security import Keys
from service.cli.main import app
from service.settings import Settings

Photo = Callable[[Path, str], Path]


def test_commands_add_scan_list_and_remove(
    tmp_path: Path, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGPIE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAGPIE_OCR", "off")
    photo(tmp_path / "in" / "a.jpg", "red")

    def run(*words: str) -> dict[str, object]:
        said = CliRunner().invoke(app, ["sources", *words, "--json"], catch_exceptions=False)
        assert said.exit_code == 0, said.output
        return dict(json.loads(said.stdout))

    source = run("add", str(tmp_path / "in"), "--in-place", "--every", "0")
    assert run("scan", str(source["id"]))["arrivals"] == {"new": 1}
    assert run("scan", str(source["id"]), "--resume")["arrivals"] == {"unchanged": 1}
    listed = CliRunner().invoke(app, ["sources", "list"])
    assert "waiting" in listed.stdout
    run("remove", str(source["id"]))
    assert run("list") == {"sources": []}


def test_the_server_scans_what_is_added(tmp_path: Path, photo: Photo) -> None:
    photo(tmp_path / "in" / "a.jpg", "red")
    keys = Keys.of_home(tmp_path / "home")
    headers = {"Authorization": f"Bearer {keys.token}"}
    server = create_app(Settings(home=tmp_path / "home", ocr="off"), keys)
    with TestClient(server, base_url="http://localhost", headers=headers) as client:
        new = {"url": str(tmp_path / "in"), "every_minutes": 0}
        made = client.post("/v1/sources", json=new)
        assert made.status_code == 201, made.text
        address = f"/v1/sources/{made.json()['id']}"
        assert client.post("/v1/sources", json=new).status_code == 409
        job = client.post(f"{address}/scan", json={}).json()
        assert job["kind"] == "scan"
        while client.get(f"/v1/jobs/{job['id']}").json()["state"] != "done":
            pass
        assert client.get(address).json()["state"] == "waiting"
        assert client.delete(address).status_code == 204
        assert client.get(address).status_code == 404
        assert client.get("/v1/assets").json()["total"] == 1
