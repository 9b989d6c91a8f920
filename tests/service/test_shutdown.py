"""A server that is told to stop: requests finish, the queue stays, a second Ctrl-C forces."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.home import Home
from service.hub import Hub
from service.settings import Settings

_WORDS = b"the minutes of the last meeting"


@contextmanager
def serving(home: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "service.cli.main", "--home", str(home)]
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MAGPIE_LOG_FORMAT": "json", "MAGPIE_OCR": "off"},
    ) as server:
        assert server.stdout is not None
        json.loads(server.stdout.readline())
        try:
            yield server
        finally:
            server.kill()


class SlowUpload:
    """An upload of one file of which the last bytes are sent when asked for."""

    def __init__(self, home: Path) -> None:
        note = Home(home).read_note()
        assert note is not None
        host, _, port = note.url.removeprefix("http://").partition(":")
        head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="m.txt"\r\n\r\n'
        self._rest = _WORDS + b"\r\n--b--\r\n"
        length = len(head) + len(self._rest)
        self._socket = socket.create_connection((host, int(port)), timeout=30)
        self._socket.sendall(
            f"POST /v1/assets HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {note.token}\r\n"
            f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n"
            "Expect: 100-continue\r\n\r\n".encode()
        )
        # The server asks for the body once the request is in its hands.
        assert self._socket.recv(1000).startswith(b"HTTP/1.1 100")
        self._socket.sendall(head)

    def finish(self) -> bytes:
        self._socket.sendall(self._rest)
        answer = b""
        while part := self._socket.recv(1 << 16):
            answer += part
        return answer


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_being_answered_is_finished_and_kept(
    tmp_path: Path, number: signal.Signals
) -> None:
    with serving(tmp_path) as server:
        upload = SlowUpload(tmp_path)
        server.send_signal(number)
        while (tmp_path / "server.json").exists():
            assert server.poll() is None
        answer = upload.finish()
        assert answer.startswith(b"HTTP/1.1 202")
        assert server.wait(timeout=30) in (0, -number)
        assert server.stderr is not None
        assert "Traceback" not in server.stderr.read()
    with Hub(Settings(home=tmp_path, ocr="off")) as hub:
        hub.ingest([])
        kept = hub.assets().assets
        assert [(asset.name, asset.state) for asset in kept] == [("m.txt", "ready")]


def test_a_second_interrupt_does_not_wait(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        upload = SlowUpload(tmp_path)
        server.send_signal(signal.SIGINT)
        while (tmp_path / "server.json").exists():
            assert server.poll() is None
        server.send_signal(signal.SIGINT)
        # Far less than what requests are given to finish.
        server.wait(timeout=25)
        del upload
    with Hub(Settings(home=tmp_path, ocr="off"), work=False) as hub:
        assert hub.assets().total == 0
