"""The parent's side of the index process: start, ask, start again, stop."""

from __future__ import annotations

import pickle
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from service.index.base import IndexDamaged, IndexUnavailable, Schema
from service.index.child_environment import child_environment

_ANSWER_S = 120
_STOP_S = 10.0
_ATTEMPTS = 2
_BY_DAMAGE = frozenset(
    {-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGILL, -signal.SIGFPE}
)


class EdgeProcess:
    """A child process that owns one folder of the index. Thread safe.

    Requests are served one at a time. A background request lets all waiting
    foreground requests pass, so a search waits for one batch of a bulk write at most.
    """

    def __init__(self, folder: Path, schema: Schema) -> None:
        """Start the child and open the folder.

        Raises:
            IndexDamaged: the folder cannot be read, or is of another schema.
            IndexUnavailable: the folder is in use.
        """
        self._opening = pickle.dumps((folder.absolute(), schema), protocol=5)
        self._turns = _Turns()
        self._child: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._closed = False
        with self._turns.foreground():
            self._start()

    @property
    def process_id(self) -> int | None:
        """Of the running child, None where there is none."""
        child = self._child
        return None if child is None or child.poll() is not None else child.pid

    def ask(self, method: str, *arguments: Any, background: bool = False) -> Any:
        """Call a method of ``EdgeStore`` in the child.

        Only calls that may be applied twice: where the child dies, it is started again
        and the call repeated once.

        Raises:
            ValueError: the child refused the arguments.
            IndexUnavailable: the child does not answer, or the library failed.
        """
        message = pickle.dumps((method, arguments), protocol=5)
        with self._turns.background() if background else self._turns.foreground():
            reply = self._exchange(message)
        kind, value = pickle.loads(reply)  # noqa: S301 - sent by our own child
        if kind == "invalid":
            raise ValueError(value)
        if kind == "failed":
            raise IndexUnavailable(value)
        return value

    def close(self) -> None:
        """Let the child finish and wait for its end; harmless when closed already."""
        with self._turns.foreground():
            self._closed = True
            if self._connection is None or self._child is None:
                return
            # Closing the socket is the request to leave; the child syncs to the disk first.
            self._connection.close()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(_STOP_S)
            self._drop()

    def _exchange(self, message: bytes) -> bytes:
        for _ in range(_ATTEMPTS):
            if self._closed:
                raise IndexUnavailable("The index is closed; open it again.")
            connection = self._connection or self._start()
            try:
                connection.send_bytes(message)
                return connection.recv_bytes()
            except BlockingIOError:
                self._drop()
                raise IndexUnavailable(
                    f"The index process gave no answer for {_ANSWER_S} seconds and was stopped; "
                    "the next request starts it again."
                ) from None
            except (EOFError, OSError):
                self._drop()
        raise IndexUnavailable(
            "The index process ended twice on the same request; see its messages above, "
            "and check that memory and disk suffice."
        )

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        limit = struct.pack("ll", _ANSWER_S, 0)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        with theirs:
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "service.index.edge_child"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=child_environment(),
            )
        self._connection = Connection(ours.detach())
        try:
            self._connection.send_bytes(self._opening)
            kind, value = pickle.loads(self._connection.recv_bytes())  # noqa: S301
        except (EOFError, OSError):
            kind, value = self._why_not_started()
        if kind != "ok":
            self._drop()
            raise IndexDamaged(value) if kind == "damaged" else IndexUnavailable(value)
        return self._connection

    def _why_not_started(self) -> tuple[str, str]:
        """Reading a damaged file that is mapped into memory ends the process by a signal."""
        assert self._child is not None
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(_STOP_S)
        if self._child.returncode in _BY_DAMAGE:
            return "damaged", "The index cannot be read any more; `magpie reindex` builds it again."
        return "failed", "The index process did not start; see its messages above."

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        self._connection = self._child = None


class _Turns:
    """A lock whose foreground users overtake its background users.

    Of the background users only the holder of ``_low`` competes with the foreground for
    ``_next``, the place at the head of the queue.
    """

    def __init__(self) -> None:
        self._low = threading.Lock()
        self._next = threading.Lock()
        self._turn = threading.Lock()

    @contextmanager
    def foreground(self) -> Iterator[None]:
        with self._next:
            self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def background(self) -> Iterator[None]:
        with self._low, self.foreground():
            yield
