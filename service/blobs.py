"""Bytes by their SHA-256: the same bytes are stored once, and never change."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from service.errors import Conflict, NotFound, StorageFull, TooLarge

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """Stored bytes: their SHA-256 (hex) and size in bytes."""

    sha256: str
    size: int


class BlobStore:
    """A folder of blobs. A blob appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def put(self, source: BinaryIO, *, max_bytes: int | None = None) -> Blob:
        """Store what can be read from a file object.

        Raises:
            TooLarge: more than ``max_bytes``; nothing is kept.
            StorageFull: the disk is full; nothing is kept.
        """
        digest = hashlib.sha256()
        size = 0
        with self._arriving() as (path, file):
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if max_bytes is not None and size > max_bytes:
                    raise TooLarge(
                        f"The file is larger than the limit of {max_bytes // 2**20} MB; raise "
                        "MAGPIE_MAX_UPLOAD_MB, or ingest it from a folder with --in-place."
                    )
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
            self._settle(path, digest.hexdigest())
        return Blob(digest.hexdigest(), size)

    def put_derived(self, data: bytes) -> Blob:
        """Store bytes that can be made again (thumbnails): without waiting for the disk."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.path(sha256).exists():
            with self._arriving() as (path, file):
                file.write(data)
                file.flush()
                self._settle(path, sha256)
        return Blob(sha256, len(data))

    def drop_partial(self) -> None:
        """Remove what a killed process was writing; only for who holds the home."""
        for path in self._incoming.iterdir():
            path.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        """Where a blob lies, or would lie."""
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def find(self, sha256: str) -> Path:
        """Where a stored blob lies; raises NotFound."""
        path = self.path(sha256)
        if not path.is_file():
            raise NotFound(
                "The stored bytes of this asset are missing; run `magpie doctor` to see what is "
                "affected."
            )
        return path

    def require(self, sha256: str) -> None:
        """Look, inside the transaction that names a blob, that no purge took it meanwhile.

        Raises:
            Conflict: it is gone; bringing the file again helps.
        """
        if not self.path(sha256).is_file():
            raise Conflict("The same bytes were purged this very moment; send the file again.")

    def delete(self, sha256: str) -> None:
        """Remove a blob; harmless when it is not there."""
        self.path(sha256).unlink(missing_ok=True)

    def _settle(self, path: Path, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)

    @contextlib.contextmanager
    def _arriving(self) -> Iterator[tuple[Path, BinaryIO]]:
        path = self._incoming / uuid.uuid4().hex
        try:
            with storage_full_explained(), path.open("wb") as file:
                yield path, file
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def storage_full_explained() -> Iterator[None]:
    """Raise StorageFull, which says what to do, where writing a file meets a full disk."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull(
                "The disk that holds the files is full; free some space and try again. "
                "Nothing already stored was lost."
            ) from error
        raise
