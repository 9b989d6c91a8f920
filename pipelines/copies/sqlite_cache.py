"""SQLite files whose content can always be worked out again."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipelines.copies.walk import File

_SIGNED = 2**63


def connect(path: Path | None, schema: str) -> sqlite3.Connection:
    """Open such a file; one that is damaged is made anew. None keeps it in memory."""
    if path is None:
        return _opened(":memory:", schema)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(str(path), schema)
    except sqlite3.DatabaseError:
        path.unlink()
        return _opened(str(path), schema)


def _opened(name: str, schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, check_same_thread=False, timeout=30)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(schema)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def key_of(file: File) -> tuple[int, int]:
    """Device and inode of a file as numbers that SQLite holds."""
    # Numbers of inodes fill 64 bits on some file systems; SQLite's are signed.
    device, inode = file.identity
    return _signed(device), _signed(inode)


def _signed(number: int) -> int:
    return (number + _SIGNED) % (2 * _SIGNED) - _SIGNED
