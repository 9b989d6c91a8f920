"""Uploads that are under way: bytes that arrived, and what they are to become.

FOLDER/ID.json    name, length, owner and, once handed over, the asset
FOLDER/ID.part    the bytes so far; its size is the offset to go on from
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from service.errors import BadRequest, Conflict, NotFound, StorageFull, TooLarge

KEPT_S = 7 * 24 * 3600
"""How long an upload may rest before what arrived of it is thrown away, in seconds."""

MOST_UPLOADS = 1_000
"""Uploads that may be under way at once."""

_ID = re.compile(r"[0-9a-f]{32}")
_FREE_BYTES = 256 * 1024 * 1024
_MOST_NAME = 1_000


@dataclass(frozen=True, slots=True)
class PartialUpload:
    """An upload that is under way, or was.

    Attributes:
        length: bytes of the whole file.
        owner: who began it; nobody else may see it or go on with it.
        asset_id, job_id: what it became; empty before it was whole.
    """

    id: str
    name: str
    length: int
    owner: str = ""
    asset_id: str = ""
    job_id: str = ""


class UploadStore:
    """The uploads in one folder. Safe to call from many threads of one process."""

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def create(self, name: str, length: int, owner: str) -> PartialUpload:
        """Begin an upload of a file of ``length`` bytes.

        Raises:
            TooLarge: the file is over the limit of one upload.
            StorageFull: the disk would not hold it.
            Conflict: too many uploads are under way.
        """
        if length > self._max_bytes:
            raise TooLarge(
                f"The file is larger than the limit of {self._max_bytes // 2**20} MB; raise "
                "MAGPIE_MAX_UPLOAD_MB, or ingest it from a folder with --in-place."
            )
        if len(name) > _MOST_NAME:
            raise BadRequest(f"The name is longer than {_MOST_NAME} characters; shorten it.")
        with _explained():
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.expire()
            # The bytes are copied once into the store when they are whole.
            if shutil.disk_usage(self._folder).free < 2 * length + _FREE_BYTES:
                raise _full()
            if sum(1 for _ in self._folder.glob("*.part")) >= MOST_UPLOADS:
                raise Conflict(
                    f"{MOST_UPLOADS} uploads are under way; finish or delete some of them first."
                )
            upload = PartialUpload(secrets.token_hex(16), name, length, owner)
            self._part(upload.id).touch(mode=0o600)
            self._write(upload)
        return upload

    def get(self, upload_id: str, owner: str) -> PartialUpload:
        """An upload of its owner; raises NotFound."""
        try:
            if not _ID.fullmatch(upload_id):
                raise ValueError("no id")
            upload = PartialUpload(**json.loads(self._note(upload_id).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            raise _gone() from None
        if upload.owner != owner:
            raise _gone()
        return upload

    def offset(self, upload: PartialUpload) -> int:
        """How many bytes have arrived; raises NotFound."""
        if upload.asset_id:
            return upload.length
        try:
            return self._part(upload.id).stat().st_size
        except OSError:
            raise _gone() from None

    @contextlib.contextmanager
    def writing(self, upload: PartialUpload) -> Iterator[None]:
        """Hold an upload for one writer.

        Raises:
            Conflict: another request is writing to it.
        """
        with self._lock:
            if upload.id in self._busy:
                raise Conflict("Another request is sending this upload; ask again in a moment.")
            self._busy.add(upload.id)
        try:
            yield
        finally:
            with self._lock:
                self._busy.discard(upload.id)

    def append(self, upload: PartialUpload, offset: int, data: bytes) -> int:
        """Write bytes at an offset; the next offset. Writing twice is harmless.

        Raises:
            BadRequest: more than the announced length.
            StorageFull: the disk is full; what arrived before is kept.
        """
        if offset + len(data) > upload.length:
            raise BadRequest(
                f"More than the announced {upload.length} bytes were sent; begin the upload again."
            )
        with _explained(), self._part(upload.id).open("r+b") as file:
            file.truncate(offset)
            file.seek(offset)
            file.write(data)
        return offset + len(data)

    def settle(self, upload: PartialUpload) -> None:
        """Wait until what arrived is on the disk: an offset that was told must hold."""
        with _explained(), self._part(upload.id).open("rb") as file:
            os.fsync(file.fileno())
            # It is not resting: both files count as new.
            os.utime(self._note(upload.id))

    def cut(self, upload: PartialUpload, offset: int) -> None:
        """Forget what arrived after an offset."""
        with _explained(), self._part(upload.id).open("r+b") as file:
            file.truncate(offset)

    def open(self, upload: PartialUpload) -> BinaryIO:
        """The bytes that arrived."""
        return self._part(upload.id).open("rb")

    def finished(self, upload: PartialUpload, asset_id: str, job_id: str) -> PartialUpload:
        """Write down what an upload became, and let go of its bytes."""
        done = replace(upload, asset_id=asset_id, job_id=job_id)
        with _explained():
            self._write(done)
            self._part(upload.id).unlink(missing_ok=True)
        return done

    def delete(self, upload: PartialUpload) -> None:
        """Forget an upload and what arrived of it."""
        # The note first: without it nobody can go on, and the rest is swept up by ``expire``.
        self._note(upload.id).unlink(missing_ok=True)
        self._part(upload.id).unlink(missing_ok=True)

    def expire(self) -> None:
        """Throw away what has rested too long, and remains of uploads that are gone."""
        oldest = time.time() - KEPT_S
        for path in self._folder.glob("*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest and path.stem not in self._busy:
                    path.unlink()

    def _note(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.json"

    def _part(self, upload_id: str) -> Path:
        return self._folder / f"{upload_id}.part"

    def _write(self, upload: PartialUpload) -> None:
        partial = self._folder / f"{upload.id}.tmp"
        partial.write_text(json.dumps(asdict(upload)), encoding="utf-8")
        partial.replace(self._note(upload.id))


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise _gone() from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full() from error
        raise


def _gone() -> NotFound:
    return NotFound("There is no such upload, or it has rested too long; begin it again.")


def _full() -> StorageFull:
    return StorageFull(
        "The disk would not hold this file; free some space and try again. "
        "Nothing already stored was lost."
    )
