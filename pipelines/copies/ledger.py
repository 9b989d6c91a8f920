"""Hashes that were worked out before, so that a scan that was cut off goes on where it was."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from types import TracebackType
from typing import Literal

from pipelines.copies.walk import File

Kind = Literal["ends", "whole"]
"""Of the first and last piece of a file, or of all of it."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS hash (
    device INTEGER, inode INTEGER, kind TEXT,
    size INTEGER, modified_ns INTEGER, changed_ns INTEGER, digest BLOB,
    PRIMARY KEY (device, inode, kind)
) WITHOUT ROWID
"""
_EVERY = 500
_SIGNED = 2**63


class Ledger:
    """Hashes by file, as long as size and times of the file stay. Safe for many threads.

    Args:
        path: of the SQLite file; made where it is missing, and made anew where it is damaged.
            None keeps the hashes in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._unsaved = 0
        if path is None:
            self._connection = self._opened(":memory:")
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = self._opened(str(path))
        except sqlite3.DatabaseError:
            # Nothing in it cannot be worked out again.
            path.unlink()
            self._connection = self._opened(str(path))

    @staticmethod
    def _opened(name: str) -> sqlite3.Connection:
        connection = sqlite3.connect(name, check_same_thread=False, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(_SCHEMA)
        return connection

    def known(self, file: File, kind: Kind) -> bytes | None:
        """The hash of a file that has not changed since."""
        with self._lock:
            row = self._connection.execute(
                "SELECT digest FROM hash WHERE device = ? AND inode = ? AND kind = ?"
                " AND size = ? AND modified_ns = ? AND changed_ns = ?",
                (*_key(file), kind, file.size, file.modified_ns, file.changed_ns),
            ).fetchone()
        return row[0] if row else None

    def note(self, file: File, kind: Kind, digest: bytes) -> None:
        """Remember a hash."""
        with self._lock:
            self._connection.execute(
                "INSERT OR REPLACE INTO hash VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*_key(file), kind, file.size, file.modified_ns, file.changed_ns, digest),
            )
            self._unsaved += 1
            if self._unsaved >= _EVERY:
                self._save()

    def _save(self) -> None:
        self._connection.commit()
        self._unsaved = 0

    def save(self) -> None:
        """Put on disk what was noted."""
        with self._lock:
            self._save()

    def close(self) -> None:
        """Save and close."""
        self.save()
        self._connection.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _key(file: File) -> tuple[int, int]:
    # Numbers of inodes fill 64 bits on some file systems; SQLite's are signed.
    device, inode = file.identity
    return _signed(device), _signed(inode)


def _signed(number: int) -> int:
    return (number + _SIGNED) % (2 * _SIGNED) - _SIGNED
