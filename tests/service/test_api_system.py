"""What operators see: readiness, version, metrics, request ids and the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service import logs
from service.api.app import create_app
from service.api.security import Keys
from service.settings import Settings


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    settings = Settings(home=tmp_path_factory.mktemp("system"), ocr="off")
    return create_app(settings, Keys.of_home(settings.home))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    headers = {"Authorization": f"Bearer {app.state.keys.token}"}
    with TestClient(app, base_url="http://localhost", headers=headers) as opened:
        yield opened


def stranger(client: TestClient, path: str) -> httpx.Response:
    return client.get(path, headers={"Authorization": ""})


def test_ready_names_every_part(client: TestClient) -> None:
    answer = stranger(client, "/ready")
    assert answer.status_code == 200
    assert set(answer.json()["parts"]) == {"catalog", "disk", "index", "models", "worker"}


def test_ready_says_which_part_does_not_work(
    app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    import time

    full = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    time.sleep(1.1)  # An answer is kept for a second.
    answer = stranger(client, "/ready")
    assert answer.status_code == 503
    parts = answer.json()["parts"]
    assert [name for name, part in parts.items() if not part["ready"]] == ["disk"]
    assert "free some space" in parts["disk"]["reason"]


def test_a_part_that_hangs_does_not_hold_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from service import standing

    monkeypatch.setattr(standing, "_PATIENCE_S", 0.05)
    forever = threading.Event()
    checks = {"slow": lambda: str(forever.wait()), "quick": lambda: None}
    state = standing.Readiness(checks).now()
    forever.set()
    assert not state.ready
    assert state.parts["quick"].ready
    assert "in time" in (state.parts["slow"].reason or "")


def test_version_is_the_programs(client: TestClient) -> None:
    from service.version import VERSION

    assert stranger(client, "/version").json() == {"version": VERSION, "api": "v1"}


def test_metrics_count_requests_and_questions_by_route(client: TestClient) -> None:
    assert stranger(client, "/metrics").status_code == 401
    client.get("/v1/assets/0000")
    client.get("/v1/search", params={"words": "a very private question"})
    told = client.get("/metrics").text
    assert (
        'magpie_http_requests_total{method="GET",route="/v1/assets/{asset_id}",status="404"} 1.0'
        in told
    )
    assert 'magpie_searches_total{by="words",found="no"} 1.0' in told
    assert "magpie_index_points 0.0" in told
    assert "magpie_outbox_rows 0.0" in told
    assert "private" not in told


def test_metrics_are_open_where_the_setting_says_so(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, metrics_open=True)
    with TestClient(
        create_app(settings, Keys.of_home(tmp_path)), base_url="http://localhost"
    ) as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/v1/assets").status_code == 401


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123", True), ("x" * 65, False), ('a"b', False), ("", False)]
)
def test_a_request_id_is_taken_over_where_it_is_sane(
    client: TestClient, given: str, kept: bool
) -> None:
    answer = client.get("/v1/assets", headers={"X-Request-Id": given})
    assert (answer.headers["x-request-id"] == given) is kept
    assert answer.headers["x-request-id"]
    page = client.get("/nowhere", headers={"X-Request-Id": "of-a-page", "Accept": "text/html"})
    assert page.headers["x-request-id"] == "of-a-page"


def test_the_log_is_json_with_ids_and_without_questions(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("INFO", "json")
    try:
        client.get(
            "/v1/search", params={"words": "divorce lawyer"}, headers={"X-Request-Id": "me-1"}
        )
        client.post("/v1/assets", files={"files": ("my diagnosis.txt", b"words")})
        client.get("/health")
    finally:
        root.handlers[:], root.level = before, level
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    requests = [line for line in lines if line["message"] == "request"]
    assert [(line["route"], line["status"]) for line in requests] == [
        ("/v1/search", 200),
        ("/v1/assets", 202),
    ]
    assert requests[0]["request_id"] == "me-1"
    assert requests[0]["ms"] > 0
    assert "divorce" not in json.dumps(lines)
    assert "diagnosis" not in json.dumps(lines)
