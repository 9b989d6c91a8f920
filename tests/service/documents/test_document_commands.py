"""The commands about documents, on a home without a server and through one."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

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

_INVOICE = (
    "INVOICE\n\nInvoice number: 4711\nInvoice date: 31.03.2026\nBill to: Example Ltd\n"
    "Consulting 1,000.00 EUR\nAmount due: 1,190.00 EUR\nDue date: 30.04.2026\n"
    "Please pay within thirty days and quote the number of this invoice.\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("commands")
    (folder / "in").mkdir()
    (folder / "in" / "invoice.txt").write_text(_INVOICE, encoding="utf-8")
    settings = Settings(home=folder / "home", ocr="off", readers=1)
    with Hub(settings) as hub:
        hub.ingest([folder / "in"])
    return settings


@pytest.fixture(scope="module", params=["home", "server"])
def magpie(request: pytest.FixtureRequest, home: Settings) -> Iterator[Magpie]:
    def run(*words: str, code: int = 0) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MAGPIE_HOME", str(home.home))
            patch.setenv("MAGPIE_OCR", "off")
            done = CliRunner().invoke(app, list(words))
        assert done.exit_code == code, (done.output, done.exception)
        return done.stdout if code == 0 else f"{done.exception}"

    if request.param == "home":
        yield run
        return
    keys = Keys.of_home(home.home)
    server = uvicorn.Server(uvicorn.Config(create_app(home, keys), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    note = ServerNote(url=f"http://127.0.0.1:{port}", token=keys.token, pid=0)
    Home(home.home).write_note(note)
    try:
        yield run
    finally:
        server.should_exit = True
        thread.join()


def test_documents_of_the_catalog_are_typed(magpie: Magpie) -> None:
    assert "invoice.txt" in magpie("classify", "--where", "document_type:invoice")
    (found,) = json.loads(magpie("classify", "--where", "kind:document", "--json"))
    assert found["type"]["type"] == "invoice"
    assert "No documents" in magpie("classify", "--where", "document_type:receipt")
    assert "invoice.txt" in magpie("classify", "--doubt")


def test_a_file_is_typed_and_not_kept(magpie: Magpie, tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text(_INVOICE.replace("4711", "9"), encoding="utf-8")
    said = magpie("classify", str(file))
    assert "invoice, " in said
    assert "% sure" in said
    (made,) = json.loads(magpie("classify", str(file), "--json"))
    assert (made["file"], made["type"]["type"]) == (str(file), "invoice")
    assert len(json.loads(magpie("classify", "--where", "kind:document", "--json"))) == 1


def test_documents_are_summarised_in_three_lengths(magpie: Magpie, tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text(_INVOICE, encoding="utf-8")
    for length in ("line", "short", "long"):
        assert "pay within thirty days" in " ".join(
            magpie("summarize", str(file), "--length", length).split()
        )
        by_where = magpie("summarize", "--where", "kind:document", "--length", length)
        assert "pay within thirty days" in " ".join(by_where.split())
    (made,) = json.loads(magpie("summarize", str(file), "--json"))
    assert made["summaries"]["line"]


def test_what_is_not_understood_is_said_in_a_sentence(magpie: Magpie, tmp_path: Path) -> None:
    assert "Name files, or choose" in magpie("classify", "x.txt", "--where", "a:b", code=1)
    assert "is no file" in magpie("summarize", str(tmp_path / "none.txt"), code=1)
    assert "Give the type of at least 5" in magpie("classify", "learn")
    assert "Nothing was learned" in magpie("classify", "undo", code=1)
