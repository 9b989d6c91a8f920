"""Hashes that were worked out before, so that a scan that was cut off goes on where it was."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Literal

from pipelines.copies.sqlite_cache import connect, key_of
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


class Ledger:
    """Hashes by file, as long as size and times of the file stay. Safe for many threads.

    Args:
        path: of the SQLite file; made where it is missing, and made anew where it is damaged.
            None keeps the hashes in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.Lock()
        self._unsaved = 0
        self._connection = connect(path, _SCHEMA)

    def known(self, file: File, kind: Kind) -> bytes | None:
        """The hash of a file that has not changed since."""
        with self._lock:
            row = self._connection.execute(
                "SELECT digest FROM hash WHERE device = ? AND inode = ? AND kind = ?"
                " AND size = ? AND modified_ns = ? AND changed_ns = ?",
                (*key_of(file), kind, file.size, file.modified_ns, file.changed_ns),
            ).fetchone()
        return row[0] if row else None

    def note(self, file: File, kind: Kind, digest: bytes) -> None:
        """Remember a hash."""
        with self._lock:
            self._connection.execute(
                "INSERT OR REPLACE INTO hash VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*key_of(file), kind, file.size, file.modified_ns, file.changed_ns, digest),
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
