"""Jobs over a real server: followed live, held, ended, listed; and by the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

_COMMAND = [sys.executable, "-m", "service.cli.main", "--home"]


def magpie(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*_COMMAND, str(home), *words], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jobs") / "home"


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[httpx.Client]:
    server = subprocess.Popen(
        [*_COMMAND, str(home), "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    assert server.stdout.readline()
    note = json.loads((home / "server.json").read_text())
    headers = {"Authorization": f"Bearer {note['token']}"}
    with httpx.Client(base_url=note["url"], headers=headers, timeout=60) as opened:
        yield opened
    server.send_signal(signal.SIGINT)
    server.wait(60)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    for number in range(30):
        (tmp_path / f"{number}.txt").write_text(f"{tmp_path.name}: hedgehog number {number}.")
    return tmp_path


def test_a_job_is_followed_live_to_its_end(client: httpx.Client, texts: Path) -> None:
    job = client.post("/v1/ingest", json={"paths": [str(texts)]}).json()
    assert job["state"] in ("queued", "running")
    with client.stream("GET", f"/v1/jobs/{job['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        told = [json.loads(line[6:]) for line in stream.iter_lines() if line.startswith("data: ")]
    assert (told[-1]["state"], told[-1]["done"]) == ("done", 30)
    assert [each["done"] for each in told] == sorted(each["done"] for each in told)
    assert client.get(f"/v1/jobs/{job['id']}").json() == told[-1]


def test_a_job_is_held_ended_and_then_refuses(client: httpx.Client, texts: Path) -> None:
    url = f"/v1/jobs/{client.post('/v1/ingest', json={'paths': [str(texts)]}).json()['id']}"
    assert client.post(f"{url}/pause").json()["state"] == "paused"
    assert client.post(f"{url}/resume").json()["state"] in ("queued", "running")
    assert client.post(f"{url}/cancel").json()["state"] == "cancelled"
    refused = client.post(f"{url}/resume")
    assert refused.status_code == 409
    assert "cancelled" in refused.json()["detail"]


def test_files_of_a_job_are_listed_with_reasons(client: httpx.Client, texts: Path) -> None:
    (texts / "broken.pdf").write_bytes(b"%PDF-1.7\nbroken")
    job = client.post("/v1/ingest", json={"paths": [str(texts)]}).json()
    url = f"/v1/jobs/{job['id']}"
    while client.get(url).json()["state"] in ("queued", "running"):
        time.sleep(0.05)
    first = client.get(f"{url}/items", params={"limit": 20}).json()
    rest = client.get(f"{url}/items", params={"cursor": first["next_cursor"]}).json()
    names = [item["name"] for item in first["items"] + rest["items"]]
    assert (len(first["items"]), rest["next_cursor"]) == (20, None)
    assert sorted(names) == sorted(path.name for path in texts.iterdir())
    failed = client.get(f"{url}/items", params={"states": ["failed"]}).json()["items"]
    assert [item["name"] for item in failed] == ["broken.pdf"]
    assert "damaged" in failed[0]["reason"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/jobs/unknown/events", None, 404),
        ("POST", "/v1/jobs/unknown/cancel", None, 404),
        ("GET", "/v1/jobs/unknown/items", None, 404),
        ("POST", "/v1/jobs", {"scope": "some"}, 422),
    ],
)
def test_mistakes_are_told(
    client: httpx.Client, method: str, path: str, body: object, status: int
) -> None:
    assert client.request(method, path, json=body).status_code == status


def test_commands_go_through_the_server(client: httpx.Client, home: Path, texts: Path) -> None:
    job = json.loads(magpie(home, "ingest", str(texts), "--json").stdout)
    listed = json.loads(magpie(home, "jobs", "list", "--json").stdout)["jobs"]
    assert listed[0]["id"] == job["id"]
    assert "done: 30 of 30" in magpie(home, "jobs", "show", job["id"]).stdout
    # Others have cancelled jobs here: what these left is read first.
    assert json.loads(magpie(home, "jobs", "refresh", "--json").stdout)["state"] == "done"
    assert json.loads(magpie(home, "jobs", "refresh", "--json").stdout)["total"] == 0


def test_ctrl_c_says_how_to_go_on_and_that_works(tmp_path: Path, texts: Path) -> None:
    for number in range(2000):
        (texts / f"more {number}.txt").write_text(f"Another hedgehog, number {number}.")
    home = tmp_path / "home"
    reading = subprocess.Popen(
        [*_COMMAND, str(home), "ingest", str(texts)], stderr=subprocess.PIPE, text=True
    )
    blobs = home / "blobs"
    while not any(len(path.name) == 2 for path in blobs.glob("*")):
        assert reading.poll() is None
        time.sleep(0.02)
    time.sleep(0.5)
    os.kill(reading.pid, signal.SIGINT)
    _, told = reading.communicate(timeout=60)
    assert reading.returncode == 130
    words = told.split("`")[1].split()
    assert words[:3] == ["magpie", "jobs", "resume"]
    resumed = json.loads(magpie(home, *words[1:], "--json").stdout)
    assert (resumed["state"], resumed["done"]) == ("done", 2030)
