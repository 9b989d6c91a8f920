"""Finding the files that people mean by the paths they give."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

# Litter that operating systems and editors leave beside people's files.
_IGNORED_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", "__macosx", "@eadir"})


def walk(paths: Iterable[Path], *, skip: Iterable[Path] = ()) -> Iterator[Path]:
    """Every regular file under some paths, each once, in a stable order.

    Hidden files, system litter, links to folders and everything under ``skip``
    (Magpie's own home) are left out. Files named directly are always yielded.
    Paths that do not exist are yielded too, so that the caller can say so.
    """
    skipped = {path.resolve() for path in skip}
    seen: set[Path] = set()
    for path in paths:
        files = _below(path, skipped) if path.is_dir() else iter((path,))
        for file in files:
            # Resolving each file would cost more than reading its folder: absolute is enough.
            absolute = Path(os.path.abspath(file))  # noqa: PTH100
            if absolute not in seen:
                seen.add(absolute)
                yield absolute


def _below(folder: Path, skipped: set[Path]) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        here = Path(root)
        folders[:] = sorted(
            name for name in folders if _wanted(name) and (here / name).resolve() not in skipped
        )
        for name in sorted(files):
            if _wanted(name) and (here / name).is_file():
                yield here / name


def _wanted(name: str) -> bool:
    return not name.startswith(".") and name.lower() not in _IGNORED_NAMES
