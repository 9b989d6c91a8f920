"""A server process of the product on an empty home, for measurements over HTTP."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.errors import EvalError

if TYPE_CHECKING:
    import httpx

_POLL_S = 0.2


@contextlib.contextmanager
def server_on(home: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Run ``magpie serve`` on a home; gives its address and the headers that it asks for.

    Raises:
        EvalError: it does not start.
    """
    command = [sys.executable, "-m", "service.cli.main", "--home", str(home), "serve"]
    with subprocess.Popen(
        [*command, "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "MAGPIE_LOG_LEVEL": "WARNING", "MAGPIE_OCR": "off"},
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        try:
            if not line:
                raise EvalError("The server does not start; see its messages above.")
            note = json.loads((home / "server.json").read_text(encoding="utf-8"))
            yield note["url"], {"Authorization": f"Bearer {note['token']}"}
        finally:
            server.terminate()
            server.wait()


def ingest(client: httpx.Client, folder: Path) -> dict[str, Any]:
    """Begin to take a folder in where it lies; the job."""
    answer = client.post("/v1/ingest", json={"paths": [str(folder)], "in_place": True})
    answer.raise_for_status()
    job: dict[str, Any] = answer.json()
    return job


def is_done(client: httpx.Client, job_id: str) -> bool:
    """Whether a job has nothing left to do."""
    return client.get(f"/v1/jobs/{job_id}").json()["state"] in {"done", "failed", "cancelled"}


def wait(client: httpx.Client, job_id: str) -> None:
    """Wait until a job has nothing left to do."""
    while not is_done(client, job_id):
        time.sleep(_POLL_S)
