"""The files under some folders, with what tells whether two can be the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini", "__macosx", "@eadir"})
QUARANTINE = ".magpie-quarantine"
"""A folder of this name, and one that holds a file of this name, keeps copies that were cleared
away. What stands there goes when the folder is deleted: no file may be kept for its sake."""

_BLOCK = 512
"""Unit of ``st_blocks`` (POSIX)."""

Problem = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class File:
    """One name of a regular file.

    Attributes:
        path: absolute; bytes that are no UTF-8 stand as surrogates (``os.fsdecode``).
        size: in bytes.
        modified_ns, changed_ns: when its bytes, and when its inode changed.
        device, inode: what its hard links have in common.
        links: how many names it has anywhere.
        allocated: bytes that it takes on disk, fewer than ``size`` where it has holes.
    """

    path: str
    size: int
    modified_ns: int
    changed_ns: int
    device: int
    inode: int
    links: int
    allocated: int

    @property
    def identity(self) -> tuple[int, int]:
        """The same for all hard links of a file."""
        return self.device, self.inode


def walk(
    roots: Iterable[str],
    *,
    exclude: Sequence[str] = (),
    hidden: bool = False,
    on_problem: Problem = lambda _: None,
) -> Iterator[File]:
    """Every regular file under some folders, each name once; links are not followed.

    Args:
        exclude: patterns (``*.tmp``, ``node_modules``) of names that are left out.
        hidden: whether names that begin with a dot are wanted.
        on_problem: told of what cannot be read.
    """
    seen: set[tuple[int, int]] = set()
    waiting: list[str] = []
    named: set[str] = set()
    for root in roots:
        path = os.path.realpath(root)
        try:
            status = os.stat(path)  # noqa: PTH116
        except OSError as error:
            on_problem(_unreadable(path, error))
            continue
        if stat.S_ISREG(status.st_mode) and path not in named:
            named.add(path)
            yield _file(path, status)
        elif stat.S_ISDIR(status.st_mode):
            waiting.append(path)
    while waiting:
        folder = waiting.pop()
        try:
            status = os.stat(folder)  # noqa: PTH116
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            with os.scandir(folder) as found:
                everything = list(found)
            if any(each.name == QUARANTINE and each.is_file() for each in everything):
                on_problem(f"{folder} keeps copies that were cleared away; it is left out.")
                continue
            entries = [each for each in everything if _wanted(each.name, exclude, hidden=hidden)]
        except OSError as error:
            on_problem(_unreadable(folder, error))
            continue
        for entry in entries:
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.is_file(follow_symlinks=False) and entry.path not in named:
                    yield _file(entry.path, entry.stat(follow_symlinks=False))
            except OSError as error:
                on_problem(_unreadable(entry.path, error))


def _wanted(name: str, exclude: Sequence[str], *, hidden: bool) -> bool:
    if name.lower() in _LITTER or name == QUARANTINE or (name.startswith(".") and not hidden):
        return False
    return not any(fnmatch(name, pattern) for pattern in exclude)


def _file(path: str, status: os.stat_result) -> File:
    # Windows tells no blocks.
    blocks = getattr(status, "st_blocks", None)
    return File(
        path=path,
        size=status.st_size,
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        device=status.st_dev,
        inode=status.st_ino,
        links=status.st_nlink,
        allocated=status.st_size if blocks is None else blocks * _BLOCK,
    )


def _unreadable(path: str, error: OSError) -> str:
    why = error.strerror or type(error).__name__
    return f"{path} cannot be read ({why}); check its permissions."
