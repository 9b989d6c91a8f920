"""What the server refuses, and how it says so: bodies, homes, faults of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service.api.app import create_app
from service.api.security import Keys
from service.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path_factory.mktemp("refusing"), max_upload_mb=1)
    keys = Keys.of_home(settings.home)
    app = create_app(settings, keys)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("a secret of the inside")

    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(
        app, base_url="http://localhost", headers=headers, raise_server_exceptions=False
    ) as opened:
        yield opened


def _chunks(size: int) -> Iterator[bytes]:
    for _ in range(size >> 16):
        yield b" " * (1 << 16)


@pytest.mark.parametrize("path", ["/v1/search", "/v1/ingest"])
def test_a_body_of_undeclared_size_is_refused_at_the_limit(client: TestClient, path: str) -> None:
    answer = client.post(
        path, content=_chunks(2 << 20), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    assert "larger than the limit of 1 MB" in answer.json()["detail"]


def test_a_form_of_undeclared_size_is_refused_at_the_limit(client: TestClient) -> None:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

    def form() -> Iterator[bytes]:
        yield head
        yield from _chunks(3 << 20)

    answer = client.post(
        "/v1/search/by-file",
        content=form(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == 413


def test_a_fault_is_a_page_for_people_and_a_problem_for_programs(client: TestClient) -> None:
    page = client.get("/broken", headers={"Accept": "text/html"})
    assert page.status_code == 500
    assert page.headers["content-type"].startswith("text/html")
    assert "fault of its own" in page.text
    problem = client.get("/broken", headers={"Accept": "application/json"})
    assert problem.status_code == 500
    assert problem.headers["content-type"] == "application/problem+json"
    assert "secret" not in page.text + problem.text


@pytest.mark.parametrize("below_a_file", [True, False])
def test_a_home_that_cannot_be_used_is_one_sentence(tmp_path: Path, below_a_file: bool) -> None:
    home = tmp_path / "home"
    if below_a_file:
        (tmp_path / "file").write_text("")
        home = tmp_path / "file" / "home"
    else:
        (home / "lock").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "service.cli.main", "--home", str(home), "serve", "--port", "0"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("magpie: The home folder")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_server_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    from service.errors import Unavailable
    from service.home import ServerNote
    from service.remote import RemoteHub

    with (
        RemoteHub(ServerNote("http://127.0.0.1:9", "token", 1)) as remote,
        pytest.raises(Unavailable, match="does not answer"),
    ):
        remote.asset("any")
