"""Prints of pictures on disk, kept so that a scan that was cut off goes on where it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import overload

import numpy as np

from pipelines.copies.sqlite_cache import connect, key_of
from pipelines.copies.walk import File
from pipelines.duplicates.local_features import LocalFeatures
from pipelines.duplicates.prints import ImagePrint

VERSION = 1
"""Raise it whenever the prints of the same pictures change."""

_KEPT = 512
_SCHEMA = """
CREATE TABLE IF NOT EXISTS print (
    device INTEGER, inode INTEGER, size INTEGER, modified_ns INTEGER, changed_ns INTEGER,
    version INTEGER, width INTEGER, height INTEGER, pixels TEXT, hashes BLOB, plain INTEGER,
    features BLOB, PRIMARY KEY (device, inode)
) WITHOUT ROWID
"""


class PrintBook:
    """Prints by file, as long as size and times of the file stay. For one thread.

    Args:
        path: of the SQLite file; made where it is missing, and made anew where it is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._connection: sqlite3.Connection = connect(path, _SCHEMA)

    def light(self, file: File) -> ImagePrint | None:
        """The print of a file that has not changed since, without its features."""
        row = self._connection.execute(
            "SELECT width, height, pixels, hashes, plain FROM print WHERE device = ? AND inode = ?"
            " AND size = ? AND modified_ns = ? AND changed_ns = ? AND version = ?",
            (*key_of(file), file.size, file.modified_ns, file.changed_ns, VERSION),
        ).fetchone()
        if row is None:
            return None
        width, height, pixels, hashes, plain = row
        return ImagePrint((width, height), pixels, np.frombuffer(hashes, "<u8"), bool(plain), None)

    def features(self, file: File) -> LocalFeatures | None:
        """The local features of a file, where it has any."""
        row = self._connection.execute(
            "SELECT features FROM print WHERE device = ? AND inode = ?", key_of(file)
        ).fetchone()
        return LocalFeatures.from_bytes(row[0]) if row and row[0] else None

    def note(self, file: File, made: ImagePrint) -> None:
        """Remember a print."""
        self._connection.execute(
            "INSERT OR REPLACE INTO print VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *key_of(file),
                file.size,
                file.modified_ns,
                file.changed_ns,
                VERSION,
                *made.size,
                made.pixels,
                made.hashes.astype("<u8").tobytes(),
                int(made.plain),
                made.features.to_bytes() if made.features is not None else b"",
            ),
        )

    def save(self) -> None:
        """Put on disk what was noted."""
        self._connection.commit()

    def close(self) -> None:
        """Save and close."""
        self.save()
        self._connection.close()


class Prints(Sequence[ImagePrint]):
    """Prints whose features are read when they are asked for, some kept: 55 kB each add up."""

    def __init__(
        self, light: Sequence[ImagePrint], features: Callable[[int], LocalFeatures | None]
    ) -> None:
        self._light = light
        self._features = lru_cache(_KEPT)(features)

    def __len__(self) -> int:
        return len(self._light)

    def __iter__(self) -> Iterator[ImagePrint]:
        return iter(self._light)

    @overload
    def __getitem__(self, item: int) -> ImagePrint: ...
    @overload
    def __getitem__(self, item: slice) -> Sequence[ImagePrint]: ...
    def __getitem__(self, item: int | slice) -> ImagePrint | Sequence[ImagePrint]:
        if isinstance(item, slice):
            return self._light[item]
        light = self._light[item]
        if light.plain:
            return light
        return ImagePrint(light.size, light.pixels, light.hashes, False, self._features(item))
