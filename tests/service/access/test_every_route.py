"""Every route of the API: without a key, with a narrow one, and with another group's asset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

_OPEN = {"/health", "/ready", "/version"}
_QUESTIONS = {
    ("post", "/v1/analyze/tags"),
    ("post", "/v1/assets/check"),
    ("post", "/v1/analyze/classify"),
    ("post", "/v1/analyze/summarize"),
    ("post", "/v1/analyze/extract"),
    ("post", "/v1/downloads"),
    ("post", "/v1/search"),
    ("post", "/v1/search/by-file"),
}
_SAFE = {"get", "head", "options"}
_UNKNOWN = "01a20000-0000-7000-8000-000000000000"
_TUS = {"Tus-Resumable": "1.0.0"}

_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("patch", "/v1/assets/{asset_id}"): {"json": {"title": "Mine"}},
    ("patch", "/v1/assets/{asset_id}/fields"): {
        "json": {"corrections": [{"field": "total", "value": "1.00"}]}
    },
    ("post", "/v1/assets/{asset_id}/read"): {"json": {}},
    ("post", "/v1/assets/{asset_id}/merge"): {"json": {"asset_ids": ["other"]}},
    ("put", "/v1/assets/{asset_id}/original"): {"json": {"original_id": "other"}},
    ("post", "/v1/assets/{asset_id}/status"): {"json": {"status": "in_review"}},
    ("post", "/v1/assets/{asset_id}/hold"): {"json": {"hold": True}},
    ("post", "/v1/assets/{asset_id}/tags"): {"json": {"terms": ["dog"]}},
    ("patch", "/v1/assets/{asset_id}/tags"): {"json": {"accept": ["dog"]}},
    ("post", "/v1/assets/{asset_id}/versions"): {"files": {"file": ("a.txt", b"Mine")}},
}
"""What a route about one asset has to be sent to get as far as looking for it."""


@pytest.fixture(scope="module")
def routes(site: Any) -> list[tuple[str, str]]:
    document = site.client.get("/v1/openapi.json", headers=site.owner).json()
    found = [(method, path) for path, methods in document["paths"].items() for method in methods]
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def hidden(site: Any) -> Iterator[str]:
    """An asset that only the group ``crew`` sees."""
    client: TestClient = site.client
    client.post("/v1/groups", json={"name": "crew"}, headers=site.owner)
    made = client.post(
        "/v1/collections", json={"name": "Log", "groups": ["crew"]}, headers=site.owner
    ).json()
    asset = site.assets["IMG_0001.png"]
    client.post(f"/v1/collections/{made['id']}/assets", json={"add": [asset]}, headers=site.owner)
    yield asset
    client.delete(f"/v1/collections/{made['id']}", headers=site.owner)


@pytest.fixture(scope="module")
def stranger(site: Any) -> dict[str, str]:
    """An editor in no group, with a key that allows all that the role does."""
    site.client.post("/v1/users", json={"name": "eve", "role": "editor"}, headers=site.owner)
    return dict(site.key("eve", "admin"))


def _filled(path: str, **ids: str) -> str:
    path = path.replace("{number}", "1")
    for name in (
        "asset_id",
        "batch_id",
        "job_id",
        "merge_id",
        "collection_id",
        "user_id",
        "key_id",
        "source_id",
        "upload_id",
        "vocabulary_id",
        "term_id",
        "proposal_id",
        "group_id",
        "run_id",
        "done_id",
        "name",
        "schema",
    ):
        path = path.replace(f"{{{name}}}", ids.get(name, _UNKNOWN))
    assert "{" not in path, f"say here what to put into {path}"
    return path


def _said(answer: Response, asset_id: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(asset_id, "ID")


def test_nothing_answers_without_a_key(site: Any, routes: list[tuple[str, str]]) -> None:
    for method, path in routes:
        answer = site.client.request(method, _filled(path), headers=_TUS)
        if path in _OPEN:
            assert answer.status_code in {200, 503}, path
        else:
            # What changes something is asked for its origin first.
            assert answer.status_code == (401 if method in _SAFE else 403), (method, path)
            assert "asset" not in answer.text


def test_a_narrow_key_changes_nothing(site: Any, routes: list[tuple[str, str]]) -> None:
    client: TestClient = site.client
    client.post("/v1/users", json={"name": "root", "role": "admin"}, headers=site.owner)
    narrow = site.key("root", "read")
    before = client.get("/v1/events", headers=site.owner).json()
    for method, path in routes:
        answer = client.request(method, _filled(path), headers={**narrow, **_TUS})
        if method not in _SAFE and (method, path) not in _QUESTIONS:
            assert answer.status_code == 403, (method, path)
            assert answer.json()["code"] == "forbidden"
    assert client.get("/v1/events", headers=site.owner).json() == before


@pytest.mark.parametrize(
    "path", ["/v1/users", "/v1/keys", "/v1/groups", "/metrics", "/v1/new-area"]
)
def test_only_admins_come_near_what_is_about_everybody(
    site: Any, stranger: dict[str, str], path: str
) -> None:
    assert site.client.get(path, headers=stranger).status_code == 403


def test_another_groups_asset_is_like_no_asset(
    site: Any, routes: list[tuple[str, str]], hidden: str, stranger: dict[str, str]
) -> None:
    about_one = [(method, path) for method, path in routes if "{asset_id}" in path]
    assert len(about_one) > 8
    for method, path in about_one:
        options = _BODIES.get((method, path), {})
        answers = [
            site.client.request(method, _filled(path, asset_id=each), headers=stranger, **options)
            for each in (hidden, _UNKNOWN)
        ]
        assert answers[0].status_code == 404, (method, path, answers[0].text)
        assert _said(answers[0], hidden) == _said(answers[1], _UNKNOWN), (method, path)
    record = site.client.get(f"/v1/assets/{hidden}", headers=site.owner).json()
    assert (record["status"], record["hold"], record["trashed_at"]) == ("draft", False, None)


def test_nothing_tells_of_another_groups_asset_by_a_side_door(
    site: Any, hidden: str, stranger: dict[str, str]
) -> None:
    client: TestClient = site.client
    for each in (hidden, _UNKNOWN):
        answer = client.post("/v1/search", json={"like": each}, headers=stranger)
        assert answer.status_code == 404
        assert client.get(f"/assets/{each}", headers=stranger).status_code == 404
    mine = client.post("/v1/collections", json={"name": "Log"}, headers=stranger)
    assert mine.status_code == 201
    members = f"/v1/collections/{mine.json()['id']}/assets"
    answers = [
        client.post(members, json={"add": [each]}, headers=stranger) for each in (hidden, _UNKNOWN)
    ]
    assert _said(answers[0], hidden) == _said(answers[1], _UNKNOWN)
    assert hidden not in client.get("/", headers=stranger).text


def test_bringing_the_same_bytes_tells_nothing(
    site: Any, hidden: str, stranger: dict[str, str]
) -> None:
    client: TestClient = site.client
    data = client.get(f"/v1/assets/{hidden}/original", headers=site.owner).content
    for name in ("IMG_0001.png", "other.png"):
        answer = client.post("/v1/assets", files=[("files", (name, data))], headers=stranger)
        assert answer.status_code == 202
        (taken,) = answer.json()
        assert taken["arrival"]["status"] == "new"
        assert taken["arrival"]["asset_id"] != hidden
        assert taken["arrival"]["same_bytes_as"] != hidden


def test_a_job_is_known_to_who_started_it_and_to_admins(
    site: Any, stranger: dict[str, str]
) -> None:
    client: TestClient = site.client
    client.post("/v1/users", json={"name": "bob", "role": "editor"}, headers=site.owner)
    other = site.key("bob", "write")
    (taken,) = client.post(
        "/v1/assets", files=[("files", ("mine.txt", b"Mine alone."))], headers=stranger
    ).json()
    address = f"/v1/jobs/{taken['job_id']}"
    assert client.get(address, headers=stranger).status_code == 200
    assert client.get(address, headers=site.owner).status_code == 200
    for method, path in (("GET", ""), ("GET", "/items"), ("GET", "/events"), ("POST", "/pause")):
        assert client.request(method, address + path, headers=other).status_code == 404
    assert client.get("/v1/jobs", headers=other).json()["jobs"] == []


def test_a_login_link_opens_the_page_of_its_user(
    site: Any, hidden: str, stranger: dict[str, str]
) -> None:
    client: TestClient = site.client
    link = client.post("/v1/login-links", json={"user": "eve"}, headers=site.owner).json()["path"]
    browser = TestClient(client.app, base_url="http://localhost")
    assert browser.get(link).status_code == 200
    assert browser.get("/v1/me").json()["role"] == "editor"
    assert browser.get(f"/v1/assets/{hidden}").status_code == 404
    assert browser.get("/v1/users").status_code == 403
    user = next(
        each
        for each in client.get("/v1/users", headers=site.owner).json()["users"]
        if each["name"] == "eve"
    )
    change = {"disabled": True}
    client.patch(f"/v1/users/{user['id']}", json=change, headers=site.owner)
    assert browser.get("/v1/me").status_code == 401
    client.patch(f"/v1/users/{user['id']}", json={"disabled": False}, headers=site.owner)


def test_sending_a_file_again_is_harmless_before_anybody_sees_it(
    site: Any, stranger: dict[str, str]
) -> None:
    ids = set()
    for _ in range(2):
        (taken,) = site.client.post(
            "/v1/assets", files=[("files", ("twice.txt", b"Sent twice."))], headers=stranger
        ).json()
        ids.add(taken["arrival"]["asset_id"])
    assert len(ids) == 1


def test_what_comes_is_in_the_history(site: Any, stranger: dict[str, str]) -> None:
    note = site.assets["note0.txt"]
    (event,) = site.client.get(f"/v1/assets/{note}/history", headers=stranger).json()["events"]
    assert (event["kind"], event["actor_name"]) == ("asset.added", "owner")
    assert event["after"]["name"] == "note0.txt"
