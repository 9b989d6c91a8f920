"""Offline means offline, for this process and everything in it."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import socket
from service.offline import forbid_network
forbid_network()
for call in (
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: __import__("httpx").get("http://example.org"),
):
    try:
        call()
    except Exception as error:
        assert "MAGPIE_OFFLINE" in str(error), error
    else:
        raise SystemExit("a connection was let through")
listener = socket.create_server(("127.0.0.1", 0))
socket.create_connection(listener.getsockname()).close()
print("shut")
"""


def test_nothing_leaves_and_loopback_works() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CODE], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "shut", done.stderr
