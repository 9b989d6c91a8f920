"""The commands about people and collections, through a server and without one."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from service.api.app import create_app
from service.api.security import Keys
from service.cli.main import app
from service.errors import MagpieError
from service.home import Home, ServerNote
from service.settings import Settings

Command = Callable[..., Any]


def _command(home: Path) -> Command:
    def run(*words: str) -> Any:
        result = CliRunner().invoke(app, ["--home", str(home), *words, "--json"])
        if result.exception is not None:
            raise result.exception
        return json.loads(result.output)

    return run


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    # ``--home`` sets it for its process, which is this one.
    monkeypatch.setenv("MAGPIE_HOME", os.environ.get("MAGPIE_HOME", ""))


@pytest.fixture
def served(tmp_path: Path, environment: None) -> Iterator[tuple[Command, str]]:
    home = tmp_path / "home"
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
    yield _command(home), url
    server.should_exit = True
    thread.join()


def test_people_and_keys_through_a_server(served: tuple[Command, str]) -> None:
    magpie, url = served
    magpie("groups", "add", "Legal")
    magpie("users", "add", "Ann", "--role", "reader", "--group", "legal")
    assert magpie("users", "change", "ann", "--role", "editor")["groups"] == ["legal"]
    made = magpie("keys", "new", "--user", "ann", "--scope", "write", "--days", "3")
    headers = {"Authorization": f"Bearer {made['secret']}"}
    assert httpx.get(f"{url}/v1/me", headers=headers).json()["groups"] == ["legal"]
    link = magpie("login", "--user", "ann")["url"]
    with httpx.Client(follow_redirects=True) as browser:
        browser.get(link)
        assert browser.get(f"{url}/v1/me").json()["role"] == "editor"
    magpie("keys", "revoke", made["key"]["id"])
    assert httpx.get(f"{url}/v1/me", headers=headers).status_code == 401
    assert magpie("users", "disable", "ann")["disabled"]
    with pytest.raises(MagpieError, match="no user ann"):
        magpie("login", "--user", "ann")


def test_collections_by_path_through_a_server(served: tuple[Command, str], library: Path) -> None:
    magpie, _ = served
    magpie("ingest", str(library / "texts"))
    asset = magpie("list")["assets"][0]["id"]
    magpie("groups", "add", "legal")
    magpie("collections", "create", "Press")
    magpie("collections", "create", "Press/2026")
    assert magpie("collections", "groups", "Press", "--group", "legal")["restricted"]
    assert magpie("collections", "add", "Press/2026", asset)["added"] == 1
    assert magpie("collections", "rename", "Press/2026", "Now")["path"] == "Press/Now"
    assert magpie("collections", "move", "Press/Now")["path"] == "Now"
    assert [each["path"] for each in magpie("collections", "list")["collections"]] == [
        "Now",
        "Press",
    ]
    assert magpie("status", asset, "in_review")["status"] == "in_review"
    assert magpie("hold", asset, "--reason", "Case 12")["hold"]
    kinds = [each["kind"] for each in magpie("history", asset)["events"]]
    assert kinds[:3] == ["asset.hold", "asset.status", "collection.added"]
    with pytest.raises(MagpieError, match="does not exist"):
        magpie("collections", "rename", "Gone", "Here")


def test_without_a_server_the_home_is_opened(tmp_path: Path, environment: None) -> None:
    magpie = _command(tmp_path / "home")
    assert magpie("groups", "add", "crew") == {"groups": ["crew"]}
    made = magpie("collections", "create", "Log", "--group", "crew")
    assert magpie("collections", "list")["collections"] == [made]
    with pytest.raises(MagpieError, match="name does not fit"):
        magpie("users", "add", "a/b")
