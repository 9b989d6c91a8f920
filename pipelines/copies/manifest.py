"""What was done to copies, written down before it is done, so that it can be taken back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

_FORMAT = "magpie-copies-done-1"

How = Literal["quarantine", "link"]


class InvalidManifest(ValueError):
    """A file does not say what was done to copies."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One name of one copy that goes.

    Attributes:
        how: moved into the quarantine, or made a hard link to the copy that stays.
        path: where it was.
        keep: the copy that stays.
        moved_to: its place in the quarantine; empty for links.
        size, modified_ns, mode: of the file as it was.
    """

    how: How
    path: str
    keep: str
    moved_to: str
    size: int
    modified_ns: int
    mode: int


class Manifest:
    """A file that grows by a line for each deed, on disk before the deed is done."""

    def __init__(self, path: Path) -> None:
        """Begin one.

        Raises:
            FileExistsError: there is one already.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("x", encoding="ascii")
        self._line({"format": _FORMAT})

    def begin(self, deed: Deed) -> None:
        """Say what is about to be done."""
        self._line(asdict(deed))

    def _line(self, said: dict[str, object]) -> None:
        self._file.write(json.dumps(said, ensure_ascii=True) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> Manifest:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()


def deeds(path: Path) -> list[Deed]:
    """What a manifest says, in the order in which it was done; a last line cut off is left out.

    Raises:
        OSError: it cannot be read.
        InvalidManifest: it is not one.
    """
    try:
        return list(_deeds(path))
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidManifest(f"{path} does not say what was done to copies.") from error


def _deeds(path: Path) -> Iterator[Deed]:
    first, *lines = path.read_text("utf-8").splitlines(keepends=True) or [""]
    if json.loads(first)["format"] != _FORMAT:
        raise ValueError("another format")
    for line in lines:
        # A deed whose line did not reach the disk was not done.
        if line.endswith("\n"):
            yield Deed(**json.loads(line))
