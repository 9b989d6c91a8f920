"""Finding the files that people mean by the paths they give."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pipelines.sidecars import sidecar_for

# Litter that operating systems and editors leave beside people's files.
_IGNORED_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", "__macosx", "@eadir"})


def walk(
    paths: Iterable[Path],
    *,
    skip: Iterable[Path] = (),
    on_problem: Callable[[str], None] = lambda _: None,
) -> Iterator[Path]:
    """Every regular file under some paths, each once, in a stable order.

    Hidden files, system litter, links to folders and everything under ``skip``
    (Magpie's own home) are left out, and so are XMP sidecars, which are read with their
    photos. Files named directly are always yielded.
    Paths that do not exist are yielded too, so that the caller can say so; ``on_problem`` is
    told of folders that cannot be read.
    """
    skipped = {path.resolve() for path in skip}
    seen: set[Path] = set()
    for path in paths:
        files = _below(path, skipped, on_problem) if path.is_dir() else iter((path,))
        for file in files:
            # Resolving each file would cost more than reading its folder: absolute is enough.
            absolute = Path(os.path.abspath(file))  # noqa: PTH100
            if absolute not in seen:
                seen.add(absolute)
                yield absolute


def _below(folder: Path, skipped: set[Path], on_problem: Callable[[str], None]) -> Iterator[Path]:
    def report(error: OSError) -> None:
        why = error.strerror or type(error).__name__
        on_problem(f"The folder {error.filename} cannot be read ({why}); check its permissions.")

    for root, folders, files in os.walk(folder, onerror=report):
        here = Path(root)
        folders[:] = sorted(
            name for name in folders if is_wanted(name) and (here / name).resolve() not in skipped
        )
        found = [here / name for name in sorted(files) if is_wanted(name)]
        sidecars = _sidecars(found)
        for file in found:
            if file not in sidecars and file.is_file():
                yield file


def _sidecars(files: list[Path]) -> set[Path]:
    """The files among some of one folder that belong to others among them."""
    if not any(file.suffix.lower() == ".xmp" for file in files):
        return set()
    return {sidecar for file in files if (sidecar := sidecar_for(file)) is not None}


def is_wanted(name: str) -> bool:
    """Whether a file or folder of this name is people's own."""
    return not name.startswith(".") and name.lower() not in _IGNORED_NAMES
