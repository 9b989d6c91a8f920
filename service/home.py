"""The folder that Magpie lives in: its layout, its lock, and the note a server leaves there."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from service.errors import HomeBusy, MagpieError


@dataclass(frozen=True, slots=True)
class ServerNote:
    """How commands on this machine reach the running server."""

    url: str
    token: str
    pid: int


@dataclass(frozen=True, slots=True)
class Home:
    """Paths inside a home folder."""

    root: Path

    @property
    def catalog(self) -> Path:
        return self.root / "catalog.sqlite3"

    @property
    def blobs(self) -> Path:
        return self.root / "blobs"

    @property
    def previews(self) -> Path:
        return self.root / "previews"

    @property
    def presets(self) -> Path:
        """The owner's own download presets."""
        return self.root / "presets.yaml"

    @property
    def ingest_presets(self) -> Path:
        """What arriving files are given."""
        return self.root / "ingest.yaml"

    @property
    def document_types(self) -> Path:
        """The owner's own document types."""
        return self.root / "document_types.yaml"

    @property
    def document_rules(self) -> Path:
        """What rules say of documents."""
        return self.root / "document_rules.yaml"

    @property
    def schemas(self) -> Path:
        """The owner's own kinds of fields of documents, a YAML file each."""
        return self.root / "schemas"

    @property
    def prints(self) -> Path:
        """What scans for duplicates have worked out; they make it anew."""
        return self.root / "duplicates" / "catalog.sqlite"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def models(self) -> Path:
        """Models that the owner added or trained, each in a folder of its own."""
        return self.root / "models"

    @property
    def terms(self) -> Path:
        """Vectors of the terms of vocabularies; can be made again."""
        return self.root / "terms"

    @property
    def uploads(self) -> Path:
        """What has arrived of uploads in pieces."""
        return self.root / "uploads"

    @property
    def _note(self) -> Path:
        return self.root / "server.json"

    @property
    def _lock(self) -> Path:
        return self.root / "lock"

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Hold this home for one process.

        Raises:
            HomeBusy: another process has it.
            MagpieError: it cannot be written to.
        """
        # A command that looks for a server holds the lock for an instant: wait that long.
        lock = FileLock(self._lock, timeout=1.0)
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
        except Timeout as error:
            raise HomeBusy(
                f"Another Magpie command is working on {self.root}; wait for it, or run "
                "`magpie serve` and give your commands while it runs."
            ) from error
        except OSError as error:
            raise MagpieError(
                f"The home folder {self.root} cannot be used ({error.strerror}); check its "
                "permissions, or choose another with --home or MAGPIE_HOME."
            ) from error
        # Left by a server that was killed: nobody answers there any more.
        self.remove_note()
        try:
            yield
        finally:
            lock.release()

    def write_note(self, note: ServerNote) -> None:
        """Tell commands where the server is; readable by this user alone."""
        temporary = self._note.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(note), file)
        temporary.replace(self._note)

    def remove_note(self) -> None:
        """Take the note back; harmless when there is none."""
        self._note.unlink(missing_ok=True)

    def read_note(self) -> ServerNote | None:
        """The note of a server that holds this home, or None.

        A note without a held lock is left over from a server that was killed.
        """
        try:
            note = ServerNote(**json.loads(self._note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return note if self.is_held() else None

    def is_held(self) -> bool:
        """Whether a process has this home open; nothing changes."""
        if not self._lock.exists():
            return False
        lock = FileLock(self._lock, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            return True
        lock.release()
        return False
