"""What starting costs: heavy libraries stay out until a file or a question needs them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

_HEAVY = "{'torch', 'transformers', 'unstructured', 'onnxruntime', 'qdrant_edge', 'scipy'}"

_HEALTH = f"""
import asyncio, sys
import httpx
import service
from service.api.app import create_app
from service.api.security import Keys
from service.settings import Settings

async def main():
    settings = Settings()
    app = create_app(settings, Keys.of_home(settings.home))
    async with app.router.lifespan_context(app):
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://localhost"
        )
        answer = await client.get("/health")
        assert answer.json()["status"] == "ok"
    print(sorted({_HEAVY} & set(sys.modules)))

asyncio.run(main())
"""

_COMMAND = f"""
import sys
from service.cli import main
print(sorted(({_HEAVY} | {{'sqlalchemy', 'fastapi'}}) & set(sys.modules)))
"""


def run(code: str, home: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"MAGPIE_HOME": str(home), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def test_health_loads_nothing_heavy(tmp_path: Path) -> None:
    assert run(_HEALTH, tmp_path) == "[]"


def test_the_command_line_loads_neither_database_nor_server(tmp_path: Path) -> None:
    assert run(_COMMAND, tmp_path) == "[]"


def test_server_is_ready_soon_and_says_how_to_open_it(tmp_path: Path) -> None:
    started = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "service.cli.main", "--home", str(tmp_path), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline(), server.stdout.readline()]
        took = time.monotonic() - started
        server.terminate()
        assert server.wait(timeout=20) in (0, -15)
    assert "/login?key=" in lines[1]
    # Generous against a busy machine; a start that loads a model takes longer than this.
    assert took < 10, f"ready after {took:.1f} s"
    assert not (tmp_path / "server.json").exists()


@pytest.mark.parametrize("module", ["models", "pipelines", "service", "eval"])
def test_importing_a_room_opens_no_connection(module: str, tmp_path: Path) -> None:
    code = f"""
import sys
seen = []
watched = ("socket.connect", "socket.getaddrinfo")
sys.addaudithook(lambda event, _: seen.append(event) if event in watched else None)
import importlib, pkgutil
package = importlib.import_module({module!r})
for each in pkgutil.walk_packages(package.__path__, {module!r} + "."):
    if not each.name.endswith(("__main__", ".env")) and "migrations" not in each.name:
        importlib.import_module(each.name)
print(seen)
"""
    assert run(code, tmp_path) == "[]"
