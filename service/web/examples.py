"""Files that people search by without adding them to the library."""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipelines.sniff import sniff_file
from service.errors import NotFound, TooLarge

_KEPT = 16
_MOST_BYTES = 64 * 2**20
_CHUNK = 2**20

PICTURES = frozenset({"image/avif", "image/gif", "image/jpeg", "image/png", "image/webp"})
"""Types that every browser shows as a picture."""


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A file to search by. ``media_type`` is told from its content."""

    key: str
    name: str
    path: Path
    media_type: str

    @property
    def is_picture(self) -> bool:
        """Whether a browser can show it."""
        return self.media_type in PICTURES


class Examples:
    """The newest example files, in a folder that goes away with the process. Thread safe.

    They are kept so that the address of their answers can be reloaded and gone back to.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="magpie-examples-")
        self._files: OrderedDict[str, ExampleFile] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, stream: BinaryIO, name: str) -> ExampleFile:
        """Keep a file until 16 newer ones have come; raises TooLarge over 64 MB."""
        key = secrets.token_urlsafe(16)
        path = Path(self._folder.name) / key
        try:
            _copy(stream, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        example = ExampleFile(key, name, path, sniff_file(path, name))
        with self._lock:
            self._files[key] = example
            old = [self._files.popitem(last=False)[1] for _ in range(len(self._files) - _KEPT)]
        for each in old:
            each.path.unlink(missing_ok=True)
        return example

    def get(self, key: str) -> ExampleFile:
        """A kept file; raises NotFound."""
        with self._lock:
            example = self._files.get(key)
        if example is None:
            raise NotFound("The example is not kept any more; choose the file again.")
        return example


def _copy(stream: BinaryIO, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > _MOST_BYTES:
                raise TooLarge(
                    f"An example may hold {_MOST_BYTES // 2**20} MB at most; choose a smaller "
                    "file, or add it to the library and ask for files like it."
                )
            file.write(chunk)
