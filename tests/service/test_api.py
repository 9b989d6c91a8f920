"""The HTTP API over a real socket, with its door closed to strangers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn

from service.api.app import create_app
from service.api.security import Keys
from service.settings import Settings


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys.of_home(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Iterator[str]:
    settings = Settings(home=tmp_path_factory.mktemp("served"), max_upload_mb=8)
    server = uvicorn.Server(uvicorn.Config(create_app(settings, keys), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def client(url: str, keys: Keys) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {keys.token}"}, timeout=60
    ) as opened:
        yield opened


@pytest.fixture(scope="module")
def uploaded(client: httpx.Client, library: Path) -> dict[str, str]:
    files = [
        ("files", (path.name, path.read_bytes()))
        for path in sorted(library.rglob("*"))
        if path.is_file()
    ]
    answer = client.post("/v1/assets", files=files)
    assert answer.status_code == 202
    uploads = answer.json()
    for upload in uploads:
        while client.get(f"/v1/jobs/{upload['job_id']}").json()["state"] != "done":
            time.sleep(0.05)
    return {upload["asset"]["name"]: upload["asset"]["id"] for upload in uploads}


def test_health_needs_no_key(url: str) -> None:
    assert httpx.get(f"{url}/health").json()["status"] == "ok"


@pytest.mark.parametrize("path", ["/v1/assets", "/v1/openapi.json", "/v1/search?words=cat"])
def test_strangers_are_kept_out_with_advice(url: str, path: str) -> None:
    answer = httpx.get(url + path)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "magpie login" in answer.json()["detail"]


def test_wrong_token_is_refused(url: str) -> None:
    answer = httpx.get(f"{url}/v1/assets", headers={"Authorization": "Bearer guess"})
    assert answer.status_code == 401


def test_foreign_host_name_is_refused(url: str, keys: Keys) -> None:
    answer = httpx.get(
        f"{url}/v1/assets",
        headers={"Host": "evil.example", "Authorization": f"Bearer {keys.token}"},
    )
    assert answer.status_code == 403


def test_login_link_works_once_and_opens_a_session(url: str, keys: Keys) -> None:
    link = f"{url}/login?key={keys.new_link_key()}"
    with httpx.Client() as browser:
        assert browser.get(link).status_code == 303
        assert browser.get(f"{url}/v1/assets").status_code == 200
        question = {"words": "cat"}
        foreign = browser.post(
            f"{url}/v1/search", json=question, headers={"Origin": "http://evil.example"}
        )
        assert foreign.status_code == 403
        own = browser.post(f"{url}/v1/search", json=question, headers={"Origin": url})
        assert own.status_code == 200
    assert httpx.get(link).status_code == 401


def test_session_outlives_the_server_and_cannot_be_forged(keys: Keys) -> None:
    later = Keys(keys.secret)
    session = keys.new_session()
    assert later.user_of(session) == "owner"
    expires, _, signature = session.partition(".")
    assert later.user_of(f"{int(expires) + 1}.{signature}") is None
    assert later.user_of(f"{expires}.somebody.{signature}") is None


def test_upload_search_and_fetch(client: httpx.Client, uploaded: dict[str, str]) -> None:
    answer = client.post("/v1/search", json={"words": "a cat"}).json()
    best = answer["hits"][0]
    assert best["asset"]["id"] == uploaded["IMG_0001.png"]
    assert best["reasons"][0]["text"]
    thumbnail = client.get(best["asset"]["thumbnail"])
    assert thumbnail.headers["content-type"] == "image/jpeg"
    assert "immutable" in thumbnail.headers["cache-control"]
    original = client.get(best["asset"]["original"])
    assert original.content.startswith(b"\x89PNG")


def test_original_can_be_fetched_in_parts(client: httpx.Client, uploaded: dict[str, str]) -> None:
    part = client.get(
        f"/v1/assets/{uploaded['IMG_0001.png']}/original", headers={"Range": "bytes=1-3"}
    )
    assert part.status_code == 206
    assert part.content == b"PNG"


def test_search_by_file_keeps_nothing(
    client: httpx.Client, uploaded: dict[str, str], library: Path
) -> None:
    before = client.get("/v1/assets").json()["total"]
    photo = (library / "photos" / "IMG_0002.png").read_bytes()
    answer = client.post("/v1/search/by-file", files={"file": ("mine.png", photo)}).json()
    assert answer["hits"][0]["asset"]["id"] == uploaded["IMG_0002.png"]
    assert client.get("/v1/assets").json()["total"] == before


def test_pages_of_a_list_join_without_gap_or_overlap(
    client: httpx.Client, uploaded: dict[str, str]
) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get("/v1/assets", params=params).json()
        seen += [asset["id"] for asset in page["assets"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(uploaded.values())
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/assets/unknown", None, 404),
        ("GET", "/v1/assets?cursor=nonsense", None, 400),
        ("GET", "/v1/jobs/unknown", None, 404),
        ("POST", "/v1/search", {}, 400),
        ("POST", "/v1/search", {"words": "x", "limit": 0}, 422),
        ("POST", "/v1/search", {"words": "x", "colour": "red"}, 422),
        ("POST", "/v1/search", {"like": "unknown"}, 404),
        ("POST", "/v1/ingest", {"paths": ["relative"]}, 400),
        ("GET", "/v1/nowhere", None, 404),
    ],
)
def test_every_error_is_a_problem_with_advice(
    client: httpx.Client, method: str, path: str, body: object, status: int
) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_body_over_the_limit_is_refused(client: httpx.Client) -> None:
    answer = client.post("/v1/assets", files={"files": ("big.bin", b"x" * (10 * 2**20))})
    assert answer.status_code == 413
