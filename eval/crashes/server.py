"""A real ``magpie serve`` that is killed in many ways and started again."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import httpx

from eval.errors import EvalError

Target = Literal["server", "interrupt", "reader", "index"]

TARGETS: tuple[Target, ...] = ("server", "interrupt", "reader", "index")

_CHILDREN = {"reader": b"pipelines.reader_child", "index": b"service.index.edge_child"}
_START_S = 60.0
_STOP_S = 60.0
_ASK_S = 30.0
_POLL_S = 0.05


class Server:
    """The server of one home, in a process of its own; a context manager."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home.with_suffix(".log")
        self.client = httpx.Client()

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.client.close()

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            EvalError: it does not start.
        """
        command = [sys.executable, "-m", "service.cli.main", "--home", str(self._home)]
        command += ["serve", "--port", "0", "--json"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=subprocess.DEVNULL,
                stderr=log,
                # Ctrl-C in the terminal of the task stops the task, which stops the server.
                start_new_session=True,
            )
        note = self._home / "server.json"
        deadline = time.monotonic() + _START_S
        while self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError, ValueError):
                told = json.loads(note.read_text(encoding="utf-8"))
                if told["pid"] == self._process.pid:
                    self._connect(told["url"], told["token"])
                    return
            time.sleep(_POLL_S)
        raise EvalError(f"The server does not start; see {self._log}.")

    def kill(self, target: Target, dice: random.Random) -> bool:
        """End the server or one of its processes; whether there was one to end."""
        process = self._running()
        if target == "server":
            process.kill()
            process.wait(_STOP_S)
            return True
        if target == "interrupt":
            self.stop()
            return True
        found = _children(process.pid, _CHILDREN[target])
        if found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(found), signal.SIGKILL)
        return bool(found)

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and by force where that takes too long."""
        process = self._running()
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._running().poll() is None

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "start it first"
        return self._process

    def _connect(self, url: str, token: str) -> None:
        self.client.close()
        self.client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_ASK_S,
            trust_env=False,
        )


def _children(parent: int, words: bytes) -> list[int]:
    """Processes that a process started with some words in their command."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            is_child = int(stat.rpartition(")")[2].split()[1]) == parent
            if is_child and words in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found
