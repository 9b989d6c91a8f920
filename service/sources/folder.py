"""A folder as a source."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipelines.sidecars import sidecar_for
from service.errors import Unavailable
from service.ingest.arrivals import Arrival
from service.ingest.moves import is_gone
from service.ingest.register import Registrar
from service.ingest.walk import is_wanted
from service.sources.place import Entry


class Folder:
    """All files under a folder. Memory holds the names of one folder at a time.

    Args:
        skip: a folder that is left out, wherever it lies: Magpie's own home.
    """

    def __init__(self, root: Path, registrar: Registrar, *, in_place: bool, skip: Path) -> None:
        self._root = root
        self._registrar = registrar
        self._in_place = in_place
        self._skip = skip.resolve()

    def check(self, *, has_files: bool) -> None:
        """As ``Place.check``: a disk that is not there leaves no folder, or an empty one."""
        try:
            with os.scandir(self._root) as entries:
                is_empty = next(entries, None) is None
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise Unavailable(
                f"The folder {self._root} cannot be read ({why}); connect its disk, or remove the "
                "source."
            ) from error
        if is_empty and has_files:
            raise Unavailable(
                f"The folder {self._root} is empty, as if its disk were away; connect the disk, "
                "put any file there if it is meant to be empty, or remove the source."
            )

    def listed(self, after: str, on_problem: Callable[[str], None]) -> Iterator[Entry]:
        """As ``Place.listed``; links to folders are left out, as are hidden files."""
        open_folders = [self._names(str(self._root), after, on_problem)]
        while open_folders:
            path = next(open_folders[-1], None)
            if path is None:
                open_folders.pop()
            elif path.endswith(os.sep):
                open_folders.append(self._names(path[:-1], after, on_problem))
            elif (entry := _entry(path, on_problem)) is not None:
                yield entry

    def take(self, entries: Sequence[Entry], job_id: str) -> list[Arrival]:
        """As ``Place.take``."""
        paths = [Path(entry.origin) for entry in entries]
        return list(self._registrar.add_paths(paths, job_id=job_id, in_place=self._in_place))

    def is_gone(self, origin: str) -> bool:
        """As ``Place.is_gone``."""
        return is_gone(origin)

    def _names(self, folder: str, after: str, on_problem: Callable[[str], None]) -> Iterator[str]:
        """Paths in a folder that come after one, sorted as their files are: folders end in /."""
        try:
            with os.scandir(folder) as entries:
                found = [path for entry in entries if (path := self._path(entry, on_problem))]
        except OSError as error:
            why = error.strerror or type(error).__name__
            on_problem(
                f"The folder {_shown(folder)} cannot be read ({why}); check its permissions."
            )
            return
        found.sort()
        sidecars = _sidecars(found)
        for path in found:
            is_ahead = path > after or (path.endswith(os.sep) and after.startswith(path))
            if is_ahead and path not in sidecars:
                yield path

    def _path(self, entry: os.DirEntry[str], on_problem: Callable[[str], None]) -> str | None:
        if not is_wanted(entry.name):
            return None
        if _shown(entry.path) != entry.path:
            on_problem(f"The name of {_shown(entry.path)} is not written in UTF-8; rename it.")
            return None
        if entry.is_dir(follow_symlinks=False):
            return None if Path(entry.path).resolve() == self._skip else entry.path + os.sep
        return entry.path if entry.is_file() else None


def _entry(path: str, on_problem: Callable[[str], None]) -> Entry | None:
    file = Path(path)
    try:
        status = file.stat()
        sidecar = sidecar_for(file)
        sidecar_ns = sidecar.stat().st_mtime_ns if sidecar else 0
    except FileNotFoundError:
        return None
    except OSError as error:
        why = error.strerror or type(error).__name__
        on_problem(f"{path} cannot be read ({why}); check it and try again.")
        return None
    change = f"{status.st_size}-{status.st_mtime_ns}-{sidecar_ns}"
    return Entry(path, change, status.st_size, status.st_mtime_ns)


def _sidecars(found: Sequence[str]) -> set[str]:
    """The files among some of one folder that belong to others among them."""
    if not any(path.lower().endswith(".xmp") for path in found):
        return set()
    files = (Path(path) for path in found if not path.endswith(os.sep))
    return {str(sidecar) for file in files if (sidecar := sidecar_for(file)) is not None}


def _shown(path: str) -> str:
    return os.fsencode(path).decode(errors="replace")
