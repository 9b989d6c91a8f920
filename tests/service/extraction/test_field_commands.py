"""Fields of documents at the command line, on a home and through a running server."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from typer.testing import CliRunner

from service.api.app import create_app
from service.api.security import Keys
from service.cli.main import app
from service.home import Home, ServerNote
from service.hub import Hub
from service.sample.documents.invoices import coffee_invoice
from service.settings import Settings

_CONTRACT = """SERVICE AGREEMENT

This Agreement is made as of January 15, 2020 between Kite Pharma, Inc., a Delaware corporation
("Kite"), and Gilead Sciences, Inc., a Delaware corporation ("Company"). It shall automatically
renew for successive periods of one (1) year. This Agreement shall remain in effect for a period
of one (1) year. Either party may terminate this Agreement upon thirty (30) days prior written
notice. This Agreement shall be governed by the laws of the State of California. In witness
whereof the parties hereto have executed this agreement.
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "in").mkdir()
    (folder / "in" / "coffee.pdf").write_bytes(coffee_invoice())
    (folder / "in" / "service.txt").write_text(_CONTRACT)
    with Hub(Settings(home=folder / "home", ocr="off", readers=1)) as hub:
        hub.ingest([folder / "in"])
    return folder


@pytest.fixture(params=["home", "server"])
def place(
    request: pytest.FixtureRequest, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The folder, its home opened by each command or by a server."""
    home = filled / "home"
    monkeypatch.setenv("MAGPIE_HOME", str(home))
    monkeypatch.setenv("MAGPIE_OCR", "off")
    monkeypatch.setenv("MAGPIE_READERS", "1")
    if request.param == "home":
        yield filled
        return
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
    yield filled
    server.should_exit = True
    thread.join()


def _run(*words: str) -> str:
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, (words, result.output, result.exception)
    return result.output


def test_fields_are_found_corrected_checked_and_exported(place: Path) -> None:
    looked_at = json.loads(_run("extract", str(place / "in" / "coffee.pdf"), "--json"))
    assert looked_at[0]["schema"] == "invoice"
    documents = json.loads(_run("extract", "--where", "name:coffee.pdf", "--json"))
    asset_id = documents[0]["asset_id"]
    assert "1231.49 EUR" in _run("extract", "show", asset_id)
    queue = json.loads(_run("review", "--json"))
    assert {each["asset"]["name"] for each in queue["items"]} >= {"coffee.pdf"}
    assert "number" in _run("review")
    shown = _run("extract", "correct", asset_id, "--set", "seller=Slow Fox")
    assert "by a person" in shown
    assert "Slow Fox" in _run("extract", "show", asset_id, "--history")
    _run("extract", "correct", asset_id, "--reset", "seller")
    assert "House espresso" in _run("extract", "tables", asset_id)
    out = place / "fields.csv"
    _run("extract", "--where", "name:*.pdf", "--export", str(out))
    assert "1231.49" in out.read_text(encoding="utf-8")
    assert "permit" not in _run("extract", "schemas")
    assert json.loads(_run("extract", "schemas", "--json"))["schemas"]


def test_contracts_that_renew_are_listed_with_a_calendar(place: Path) -> None:
    calendar = place / "due.ics"
    found = json.loads(_run("due", "--days", "400", "--json", "--ics", str(calendar)))
    assert [(each["asset"]["name"], each["what"]) for each in found["items"]] == [
        ("service.txt", "notice")
    ]
    assert found["items"][0]["renews"]
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert "service.txt" in _run("due", "--days", "400")


def test_what_was_not_understood_says_what_to_write(place: Path) -> None:
    for words, hint in (
        (("extract", "--where", "name:*", "--export", "fields.doc"), ".csv, .xlsx or .jsonl"),
        (("extract", "learn", "invoice"), "put the fields"),
        (("extract", str(place / "nothing.pdf")), "check the path"),
    ):
        result = CliRunner().invoke(app, words)
        assert result.exit_code
        assert hint in str(result.exception)
