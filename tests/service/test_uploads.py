"""Uploads in pieces: a closed laptop costs nothing that has arrived."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
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
from service.uploads.store import KEPT_S

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[httpx.Client]:
    keys = Keys.of_home(home)
    app = create_app(Settings(home=home, max_upload_mb=4, readers=1), keys)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    with httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {keys.token}"}, timeout=60
    ) as opened:
        yield opened
    server.should_exit = True
    thread.join()


def begin(client: httpx.Client, length: int, name: str = "notes.txt") -> str:
    described = base64.b64encode(name.encode()).decode()
    answer = client.post(
        "/v1/uploads",
        headers=TUS | {"Upload-Length": str(length), "Upload-Metadata": f"filename {described}"},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def send(client: httpx.Client, place: str, offset: int, data: bytes, **more: str) -> httpx.Response:
    return client.patch(place, headers=PIECE | {"Upload-Offset": str(offset)} | more, content=data)


def arrived(client: httpx.Client, place: str) -> httpx.Response:
    return client.head(place, headers=TUS)


def test_a_file_in_pieces_becomes_an_asset(client: httpx.Client) -> None:
    data = b"The lighthouse keeper wrote this. " * 100
    place = begin(client, len(data), "Leuchtturm ü.txt")
    assert send(client, place, 0, data[:1000]).headers["upload-offset"] == "1000"
    assert arrived(client, place).headers["upload-offset"] == "1000"
    last = send(client, place, 1000, data[1000:])
    assert last.status_code == 204
    asset = client.get(f"/v1/assets/{last.headers['magpie-asset']}").json()
    assert asset["name"] == "Leuchtturm ü.txt"
    assert asset["sha256"] == hashlib.sha256(data).hexdigest()
    # A client that lost the last answer asks again.
    again = arrived(client, place)
    assert again.headers["upload-offset"] == str(len(data))
    assert again.headers["magpie-asset"] == last.headers["magpie-asset"]


def test_the_usual_client_gets_its_file_through(client: httpx.Client, tmp_path: Path) -> None:
    tus = pytest.importorskip("tusclient.client", reason="tuspy is not installed")
    path = tmp_path / "from tuspy.txt"
    path.write_bytes(os.urandom(200_000).hex().encode())
    peer = tus.TusClient(
        f"{client.base_url}/v1/uploads",
        headers={"Authorization": client.headers["authorization"]},
    )
    uploader = peer.uploader(
        str(path), chunk_size=90_000, metadata={"filename": path.name}, upload_checksum=True
    )
    uploader.upload()
    listed = client.get("/v1/assets").json()["assets"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert {"name": path.name, "sha256": digest} in [
        {"name": asset["name"], "sha256": asset["sha256"]} for asset in listed
    ]


def test_what_arrived_before_a_break_is_kept(client: httpx.Client) -> None:
    data = b"x" * 100_000
    place = begin(client, len(data))
    with socket.create_connection((client.base_url.host, client.base_url.port or 80)) as broken:
        head = (
            f"PATCH {place} HTTP/1.1\r\nHost: {client.base_url.host}\r\nTus-Resumable: 1.0.0\r\n"
            f"Authorization: {client.headers['authorization']}\r\nUpload-Offset: 0\r\n"
            "Content-Type: application/offset+octet-stream\r\nContent-Length: 100000\r\n\r\n"
        )
        broken.sendall(head.encode() + data[:40_000])
        time.sleep(0.2)
    deadline = time.monotonic() + 20
    while arrived(client, place).headers["upload-offset"] != "40000":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    while (rest := send(client, place, 40_000, data[40_000:])).status_code == 409:
        assert time.monotonic() < deadline
    assert rest.headers["magpie-asset"]


def test_two_senders_do_not_mix(client: httpx.Client) -> None:
    place = begin(client, 10)
    assert send(client, place, 0, b"01234").status_code == 204
    refused = send(client, place, 0, b"abcde")
    assert refused.status_code == 409
    assert "offset 5" in refused.json()["detail"]
    assert send(client, place, 5, b"56789").status_code == 204


def test_a_damaged_piece_is_sent_again(client: httpx.Client) -> None:
    place = begin(client, 8)
    good = base64.b64encode(hashlib.sha1(b"abcdefgh").digest()).decode()
    damaged = send(client, place, 0, b"abcdefgX", **{"Upload-Checksum": f"sha1 {good}"})
    assert damaged.status_code == 460
    assert arrived(client, place).headers["upload-offset"] == "0"
    sound = send(client, place, 0, b"abcdefgh", **{"Upload-Checksum": f"sha1 {good}"})
    assert sound.headers["magpie-asset"]


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Length": str(5 * 2**20)}, 413),
        ({"Upload-Length": "5", "Upload-Metadata": "filename ###"}, 400),
        ({"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412),
    ],
)
def test_wrong_beginnings_get_advice(
    client: httpx.Client, more: dict[str, str], status: int
) -> None:
    answer = client.post("/v1/uploads", headers=TUS | more)
    assert answer.status_code == status
    assert answer.json()["detail"].endswith((".", "tus."))


def test_more_than_announced_is_refused(client: httpx.Client) -> None:
    place = begin(client, 3)
    assert send(client, place, 0, b"1234").status_code == 400
    assert arrived(client, place).headers["upload-offset"] == "0"


def test_pieces_need_their_media_type(client: httpx.Client) -> None:
    place = begin(client, 3)
    answer = client.patch(place, headers=TUS | {"Upload-Offset": "0"}, content=b"123")
    assert answer.status_code == 415


def test_an_upload_can_be_given_up(client: httpx.Client, home: Path) -> None:
    place = begin(client, 3)
    assert client.delete(place, headers=TUS).status_code == 204
    assert arrived(client, place).status_code == 404
    assert not list((home / "uploads").glob(f"{place.rpartition('/')[2]}*"))


@pytest.mark.parametrize("upload_id", ["..%2f..%2fsecret", "0" * 32, "x"])
def test_unknown_uploads_are_not_found(client: httpx.Client, upload_id: str) -> None:
    assert send(client, f"/v1/uploads/{upload_id}", 0, b"1").status_code == 404


def test_what_rests_too_long_is_thrown_away(client: httpx.Client, home: Path) -> None:
    place = begin(client, 3)
    old = time.time() - KEPT_S - 10
    for path in (home / "uploads").glob(f"{place.rpartition('/')[2]}*"):
        os.utime(path, (old, old))
    begin(client, 3)
    assert arrived(client, place).status_code == 404


def test_what_it_can_do_is_told(client: httpx.Client) -> None:
    answer = client.options("/v1/uploads")
    assert answer.status_code == 204
    assert "termination" in answer.headers["tus-extension"]
    assert answer.headers["tus-max-size"] == str(4 * 2**20)
