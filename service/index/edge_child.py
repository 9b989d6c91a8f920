"""The process that holds Qdrant Edge: ``python -m service.index.edge_child``.

Standard input is one end of a socket pair. Each message is one pickled request
``(method of EdgeStore, arguments)``, answered in order by one pickled reply
``(kind, value)`` with kind ``ok``, ``invalid`` (the caller's mistake), ``failed``
or, at opening, ``damaged``. The process ends when the other end closes, that is when its parent
closes the index or dies.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

from service.index.base import IndexUnavailable, Schema
from service.index.lock import acquire

if TYPE_CHECKING:
    from service.index.edge_shard import EdgeStore

Reply = tuple[Literal["ok", "invalid", "failed", "damaged"], Any]

_PR_SET_PDEATHSIG = 1
# The child of a killed parent first finishes the call it is in.
_LOCK_PATIENCE_S = 3.0
_IDLE_FLUSH_S = 1.0


def main() -> int:
    """Serve one parent until it goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    connection = Connection(os.dup(sys.stdin.fileno()))
    with suppress(EOFError, OSError):
        _serve(connection)
    return 0


def _serve(connection: Connection) -> None:
    folder, schema = pickle.loads(connection.recv_bytes())  # noqa: S301 - sent by our parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        acquire(folder, _LOCK_PATIENCE_S)
    except Exception as error:  # the parent tells the user
        _send(connection, ("failed", _sentence(error)))
        return
    try:
        store = _open(folder, schema)
    except (MemoryError, OSError) as error:
        _send(connection, ("failed", _sentence(error)))
        return
    except BaseException as error:  # a panic of the Rust side is no Exception
        _send(connection, ("damaged", _sentence(error)))
        return
    _send(connection, ("ok", None))
    try:
        while True:
            if store.dirty and not connection.poll(_IDLE_FLUSH_S):
                store.flush()
            method, arguments = pickle.loads(connection.recv_bytes())  # noqa: S301
            _send(connection, _answer(store, method, arguments))
    except EOFError:
        store.close()


def _open(folder: Path, schema: Schema) -> EdgeStore:
    from service.index.edge_shard import EdgeStore

    return EdgeStore(folder, schema)


def _answer(store: EdgeStore, method: str, arguments: tuple[Any, ...]) -> Reply:
    # A panic of the Rust side is no Exception: it ends the process and the parent starts anew.
    try:
        return "ok", getattr(store, method)(*arguments)
    except ValueError as error:
        return "invalid", _sentence(error)
    except Exception as error:  # the library raises bare Exception
        return "failed", _sentence(error)


def _send(connection: Connection, reply: Reply) -> None:
    connection.send_bytes(pickle.dumps(reply, protocol=5))


def _sentence(error: BaseException) -> str:
    if isinstance(error, IndexUnavailable | ValueError) and str(error):
        return str(error)
    return f"The vector index failed: {type(error).__name__}: {error}"


def _die_with_parent() -> None:
    """On Linux end even if the other end of the socket stays open in a forked stranger.

    The signal comes when the *thread* that started this process ends, so the handler
    looks whether the process itself is gone.
    """
    parent = os.getppid()

    def leave(_number: int, _frame: FrameType | None) -> None:
        if os.getppid() != parent:
            os._exit(0)

    if sys.platform == "linux":
        signal.signal(signal.SIGUSR1, leave)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGUSR1, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
