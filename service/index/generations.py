"""Generations of the embedded index: folders beside each other and a pointer to one.

    FOLDER/current              the name of the generation that answers
    FOLDER/generations/NAME/    one generation: schema.json, shard/, lock

A new model or schema gets a generation of its own, which is filled while the
current one answers; then the pointer is switched, and the old one stays for
going back until it is dropped.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from service.index.base import IndexUnavailable, Schema
from service.index.edge import EdgeIndex
from service.index.lock import acquire, release

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_SCHEMA_FILE = "schema.json"
_DROPPED = ".dropped-"


class Generations:
    """The generations in one folder of the index."""

    def __init__(self, folder: Path) -> None:
        self._pointer = folder / "current"
        self._generations = folder / "generations"

    def names(self) -> list[str]:
        """All complete generations, in alphabetical order."""
        return sorted(file.parent.name for file in self._generations.glob(f"[!.]*/{_SCHEMA_FILE}"))

    def current(self) -> str | None:
        """The generation that answers; None before the first.

        Raises:
            IndexUnavailable: the pointer names a generation that is gone.
        """
        name = self.pointer
        if name is None:
            return None
        if name not in self.names():
            raise IndexUnavailable(
                f"The current index {name!r} is missing in {self._generations}; "
                "restore the folder, or build the index again with `magpie reindex`."
            )
        return name

    @property
    def pointer(self) -> str | None:
        """The name that the pointer holds, whether that generation exists or not."""
        if not self._pointer.exists():
            return None
        return self._pointer.read_text(encoding="utf-8").strip()

    def open(self, name: str, schema: Schema) -> EdgeIndex:
        """Open a generation, or create it empty; the pointer stays where it is.

        Raises:
            ValueError: the name cannot be a folder name.
            IndexUnavailable: it is open elsewhere, or has another schema.
        """
        return EdgeIndex(self._path(name), schema)

    def open_current(self, name: str, schema: Schema) -> EdgeIndex:
        """Open the current generation, whatever its name; where there is none, begin with ``name``.

        Raises:
            IndexUnavailable: it is open elsewhere, or has another schema.
        """
        current = self.current()
        index = self.open(current or name, schema)
        if current is None:
            self.switch(name)
        return index

    def switch(self, name: str) -> None:
        """Let another generation answer from now on; atomic.

        Raises:
            ValueError: there is no such generation.
        """
        if name not in self.names():
            raise ValueError(f"There is no index {name!r}; there are: {self.names()}.")
        partial = self._pointer.with_suffix(".partial")
        with partial.open("w", encoding="utf-8") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(self._pointer)

    def drop(self, name: str) -> None:
        """Delete a generation that does not answer.

        Raises:
            ValueError: it is the current one, or there is none of that name.
            IndexUnavailable: a process has it open.
        """
        if name not in self.names():
            raise ValueError(f"There is no index {name!r}; there are: {self.names()}.")
        if name == self.current():
            raise ValueError(f"The index {name!r} is the current one; switch to another first.")
        lock = acquire(self._path(name), patience_s=0)
        try:
            # Renamed first: a generation deleted by half must not be listed.
            dropped = self._path(name).with_name(_DROPPED + name)
            shutil.rmtree(dropped, ignore_errors=True)
            self._path(name).rename(dropped)
            shutil.rmtree(dropped, ignore_errors=True)
        finally:
            release(lock)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name an index; use letters, digits and . _ + -")
        return self._generations / name
