"""One process at a time on a folder of the index."""

from __future__ import annotations

import os
import time
from pathlib import Path

from service.index.base import IndexUnavailable

_NAME = "lock"
_POLL_S = 0.02


def acquire(folder: Path, patience_s: float) -> int:
    """Lock a folder for this process and return the descriptor that holds the lock.

    The system releases the lock when the process ends, however it ends.

    Args:
        folder: an existing folder; a file named ``lock`` is made in it.
        patience_s: how long to wait for the holder, which may be just ending.

    Raises:
        IndexUnavailable: another process holds the folder.
    """
    import fcntl

    descriptor = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(_POLL_S)
                continue
            os.close(descriptor)
            raise IndexUnavailable(
                f"The index in {folder} is in use by another process; "
                "stop that one first, or send the request to it."
            ) from None
        return descriptor


def release(descriptor: int) -> None:
    """Give the folder free."""
    os.close(descriptor)
