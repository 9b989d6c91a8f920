"""What a scan has worked out before: prints of pictures and videos, and pairs that differ.

A file in the home. It can be removed at any time: the next scan then takes longer.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from pipelines.duplicates.local_features import LocalFeatures
from pipelines.duplicates.prints import ImagePrint

Pair = tuple[str, str]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS print (
    name TEXT PRIMARY KEY, content TEXT NOT NULL, method TEXT NOT NULL, width INTEGER NOT NULL,
    height INTEGER NOT NULL, hashes BLOB NOT NULL, features BLOB
);
CREATE INDEX IF NOT EXISTS print_content ON print (content);
CREATE TABLE IF NOT EXISTS different (
    first TEXT NOT NULL, second TEXT NOT NULL, method TEXT NOT NULL, PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clip (
    content TEXT PRIMARY KEY, method TEXT NOT NULL, data BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS different_second ON different (second);
"""


class PrintCache:
    """Prints by the name of a picture: the hash of its content, a colon, and its unit.

    Thread safe. What an older ``method`` made is not there.
    """

    def __init__(self, path: Path, method: str) -> None:
        self._path = path
        self._method = method
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def light(self, names: Iterable[str]) -> dict[str, ImagePrint]:
        """Prints without their local features, as far as they are kept."""
        wanted = set(names)
        with self._open() as connection:
            rows = connection.execute(
                "SELECT name, width, height, hashes, features IS NULL FROM print WHERE method = ?",
                (self._method,),
            )
            return {
                name: ImagePrint(
                    (width, height), "", np.frombuffer(hashes, "<u8"), bool(plain), None
                )
                for name, width, height, hashes, plain in rows
                if name in wanted
            }

    def features(self, name: str) -> LocalFeatures | None:
        """The local features of a picture; None where it is plain, or not kept."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT features FROM print WHERE name = ? AND method = ?", (name, self._method)
            ).fetchone()
        return LocalFeatures.from_bytes(row[0]) if row and row[0] is not None else None

    def keep(self, prints: Sequence[tuple[str, ImagePrint]]) -> None:
        """Keep some prints."""
        rows = [
            (
                name,
                name.partition(":")[0],
                self._method,
                *each.size,
                each.hashes.astype("<u8").tobytes(),
                each.features.to_bytes() if each.features is not None else None,
            )
            for name, each in prints
        ]
        with self._open() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO print VALUES (?, ?, ?, ?, ?, ?, ?)", rows
            )

    def different(self) -> set[Pair]:
        """Pairs of names that were found to be different pictures."""
        with self._open() as connection:
            return set(
                connection.execute(
                    "SELECT first, second FROM different WHERE method = ?", (self._method,)
                )
            )

    def keep_different(self, pairs: Iterable[Pair]) -> None:
        """Keep that these are different pictures."""
        with self._open() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO different VALUES (?, ?, ?)",
                ((*pair, self._method) for pair in pairs),
            )

    def contents(self) -> set[str]:
        """The hashes of all contents that something is kept of."""
        with self._open() as connection:
            return {row[0] for row in connection.execute("SELECT DISTINCT content FROM print")}

    def clip(self, sha256: str, method: str) -> bytes | None:
        """The print of a video; None where it is not kept."""
        with self._open() as connection:
            row = connection.execute(
                "SELECT data FROM clip WHERE content = ? AND method = ?", (sha256, method)
            ).fetchone()
        return row[0] if row else None

    def keep_clip(self, sha256: str, method: str, data: bytes) -> None:
        """Keep the print of a video; empty where it has no pictures."""
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO clip VALUES (?, ?, ?)", (sha256, method, data)
            )

    def forget_clips(self, present: Container[str]) -> None:
        """Remove the prints of all videos but those that are present."""
        with self._open() as connection:
            kept = [row[0] for row in connection.execute("SELECT content FROM clip")]
            connection.executemany(
                "DELETE FROM clip WHERE content = ?",
                [(each,) for each in kept if each not in present],
            )

    def forget(self, sha256: str) -> None:
        """Remove all that is kept of some content."""
        # Names begin with the hash and a colon; a semicolon follows it in the alphabet.
        span = (f"{sha256}:", f"{sha256};")
        with self._open() as connection:
            connection.execute("DELETE FROM print WHERE content = ?", (sha256,))
            connection.execute("DELETE FROM clip WHERE content = ?", (sha256,))
            connection.execute("DELETE FROM different WHERE first >= ? AND first < ?", span)
            connection.execute("DELETE FROM different WHERE second >= ? AND second < ?", span)

    def close(self) -> None:
        """Close the file; it opens again by itself."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is None:
                self._connection = self._opened()
            with self._connection:
                yield self._connection

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return self._connect()
        except sqlite3.DatabaseError:
            # Damaged, for example by a full disk: it is made anew.
            self._path.unlink(missing_ok=True)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False)
        # As in the catalog: what was purged leaves nothing behind.
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(_SCHEMA)
        return connection
