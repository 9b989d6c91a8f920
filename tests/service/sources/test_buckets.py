"""Buckets as sources, against a real S3 server of moto's on a socket."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service import schemas as shapes
from service.blobs import BlobStore
from service.catalog.database import Database, sqlite_url
from service.errors import BadRequest
from service.hub import Hub
from service.ingest.register import Registrar
from service.progress import follow
from service.sources.bucket import Bucket
from service.sources.schemas import NewSource

boto3 = pytest.importorskip("boto3", reason="needs the extra s3")
server = pytest.importorskip("moto.server", reason="needs moto")

Photo = Callable[[Path, str], Path]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def s3(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of an empty bucket ``photos``, with the variables that Magpie reads."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="photos")
    yield client
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="photos"):
        if keys := [{"Key": found["Key"]} for found in page.get("Contents", ())]:
            client.delete_objects(Bucket="photos", Delete={"Objects": keys})
    client.delete_bucket(Bucket="photos")


def scanned(hub: Hub, source_id: str) -> shapes.Job:
    return follow(hub.job, hub.sources.scan(source_id), None)


def put(s3: Any, key: str, body: bytes) -> None:
    s3.put_object(Bucket="photos", Key=key, Body=body)


def test_objects_under_a_prefix_are_taken_in_once(own_hub: Hub, s3: Any) -> None:
    put(s3, "2026/één ☕ note.txt", b"The ferry leaves at noon.")
    put(s3, "2026/.hidden/x.txt", b"no")
    put(s3, "2026/folder/", b"")
    put(s3, "2025/old.txt", b"An older note.")
    source = own_hub.sources.add(NewSource(url="s3://photos/2026/")).id
    assert scanned(own_hub, source).arrivals == {"new": 1}
    asset = own_hub.assets().assets[0]
    assert (asset.name, asset.origin) == ("één ☕ note.txt", "s3://photos/2026/één ☕ note.txt")
    assert own_hub.original(asset.id)[0].read_bytes() == b"The ferry leaves at noon."
    assert own_hub.search(shapes.SearchRequest(words="when does the ferry leave")).hits
    assert scanned(own_hub, source).arrivals == {"unchanged": 1}
    put(s3, "2026/één ☕ note.txt", b"The ferry leaves at one o'clock.")
    put(s3, "2026/new.txt", b"A new note.")
    assert scanned(own_hub, source).arrivals == {"changed": 1, "new": 1}
    s3.delete_object(Bucket="photos", Key="2026/new.txt")
    assert scanned(own_hub, source).arrivals == {"unchanged": 1}
    assert own_hub.assets().total == 2


def test_raw_and_jpeg_in_a_bucket_are_one_record(
    own_hub: Hub, s3: Any, tmp_path: Path, photo: Photo
) -> None:
    put(s3, "IMG_1.NEF", photo(tmp_path / "IMG_1.NEF", "navy").read_bytes())
    put(s3, "IMG_1.JPG", photo(tmp_path / "IMG_1.JPG", "red").read_bytes())
    source = own_hub.sources.add(NewSource(url="s3://photos")).id
    assert scanned(own_hub, source).arrivals == {"new": 1, "joined": 1}
    assert scanned(own_hub, source).arrivals == {"unchanged": 2}


def test_what_was_fetched_is_not_fetched_again_by_another_source(
    own_hub: Hub, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, "a/1.txt", b"One.")
    scanned(own_hub, own_hub.sources.add(NewSource(url="s3://photos/a/")).id)
    monkeypatch.setattr(Bucket, "_fetch", lambda *_: pytest.fail("fetched again"))
    wider = own_hub.sources.add(NewSource(url="s3://photos/")).id
    assert scanned(own_hub, wider).arrivals == {"unchanged": 1}


def test_bucket_that_does_not_answer_is_told(own_hub: Hub, s3: Any) -> None:
    source = own_hub.sources.add(NewSource(url="s3://nowhere/")).id
    job = scanned(own_hub, source)
    assert job.state == "failed"
    assert "The bucket nowhere cannot be read" in job.problems[0]
    assert own_hub.sources.get(source).state == "failed"
    with pytest.raises(BadRequest, match="in place"):
        own_hub.sources.add(NewSource(url="s3://photos/", in_place=True))


def test_large_and_changing_objects_stop_nothing(own_hub: Hub, s3: Any, tmp_path: Path) -> None:
    put(s3, "a.txt", b"x" * 2_000_000)
    put(s3, "b.txt", b"Small.")
    bucket = _bucket(tmp_path, max_bytes=1_000_000)
    large, small = bucket.listed("", lambda _: None)
    put(s3, "b.txt", b"Something else by now.")
    told = bucket.take([large, small], "")
    assert [each.status for each in told] == ["unreadable", "unreadable"]
    assert "larger than the limit" in told[0].reason
    assert "the next scan tries again" in told[1].reason


def _bucket(tmp_path: Path, *, max_bytes: int = 2**30) -> Bucket:
    tmp_path.mkdir(exist_ok=True)
    database = Database(sqlite_url(tmp_path / "catalog.sqlite3"))
    database.migrate()
    blobs = BlobStore(tmp_path / "blobs")
    return Bucket("s3://photos/", Registrar(database, blobs), blobs, max_bytes=max_bytes)


class _Pages:
    """A client that lists many made-up objects, page by page, as S3 does."""

    def __init__(self, count: int) -> None:
        self._keys = [f"{number:06}.jpg" for number in range(count)]
        self.pages = 0

    def get_paginator(self, _name: str) -> _Pages:
        return self

    def paginate(self, **asked: str) -> Iterator[Any]:
        prefix, after = asked["Prefix"], asked.get("StartAfter", "")
        keys = [key for key in self._keys if key.startswith(prefix) and key > after]
        for start in range(0, max(len(keys), 1), 1000):
            self.pages += 1
            yield {"Contents": [_object(key) for key in keys[start : start + 1000]]}


def _object(key: str) -> dict[str, Any]:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return {"Key": key, "Size": 4, "ETag": f'"{key}"', "LastModified": at}


def test_made_up_pages_are_as_the_servers(s3: Any, tmp_path: Path) -> None:
    fake = _Pages(1200)
    for key in fake._keys:
        put(s3, key, b"data")
    real, made_up = _bucket(tmp_path / "a"), _bucket(tmp_path / "b")
    made_up.client = fake  # type: ignore[misc]
    for after in ("", "s3://photos/000998.jpg", "s3://photos/001199.jpg", "s3://photos/a"):
        lists = [
            [(entry.origin, entry.size) for entry in each.listed(after, lambda _: None)]
            for each in (real, made_up)
        ]
        assert lists[0] == lists[1]


def test_long_listing_stays_small_and_lazy(tmp_path: Path) -> None:
    bucket = _bucket(tmp_path)
    fake = _Pages(100_000)
    bucket.client = fake  # type: ignore[misc]
    tracemalloc.start()
    listing = bucket.listed("", lambda _: None)
    next(listing)
    assert fake.pages == 1
    assert sum(1 for _ in listing) == 99_999
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000
