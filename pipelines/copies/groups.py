"""Files of the same bytes, which of them to keep, and what clearing the others frees."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.copies.walk import File

_COPY_MARK = re.compile(
    r"(?i)(^|[\s_(\-\[])(copy|kopie|copie|copia|duplicate|duplikat)([\s_)\-\].]|\s?\d|$)"
    r"|\(\d{1,3}\)(\.|$)"
)
"""``Copy of x``, ``x - Kopie``, ``x (1).jpg``: what systems write into the names of copies."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of a group.

    Attributes:
        paths: its names, more than one where hard links were found.
        size, modified_ns: as it was scanned.
        frees: bytes that come free when all its names go; 0 where a further name keeps them.
        protected: whether it stands in a folder that nothing is taken from.
    """

    paths: tuple[str, ...]
    size: int
    modified_ns: int
    frees: int
    protected: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Files of the same bytes.

    Attributes:
        digest: XXH3 (128 bits, hex) of their bytes: fast, and no proof; who clears up compares.
        keep: the file to keep.
        reason: why that one.
        others: the other files, those that may go and those that are protected.
    """

    digest: str
    keep: Copy
    reason: str
    others: tuple[Copy, ...]

    @property
    def frees(self) -> int:
        """Bytes that come free when all goes that may."""
        return sum(each.frees for each in self.others if not each.protected)


@dataclass(frozen=True, slots=True)
class Alike:
    """A picture of a group, and what it has to do with the one that stands for the group.

    Attributes:
        kind: how they are alike (``pipelines.duplicates.links.LinkKind``).
        edits: what tells them apart, in words.
        score: how strong the evidence is, up to 1.
    """

    path: str
    width: int
    height: int
    size: int
    kind: str
    edits: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class AlikeGroup:
    """Pictures that show the same.

    Attributes:
        first: the one that all others were compared with.
        others: the others, with what they have to do with it.
    """

    first: Alike
    others: tuple[Alike, ...]


def group_of(digest: str, files: Sequence[File], protected: Sequence[str]) -> Group | None:
    """The group of some files; None where all are names of one file, or all but one."""
    by_identity: dict[tuple[int, int], list[File]] = {}
    for file in files:
        by_identity.setdefault(file.identity, []).append(file)
    if len(by_identity) < 2:
        return None
    copies = [_copy(names, protected) for names in by_identity.values()]
    keep, reason = _kept(copies)
    others = sorted((each for each in copies if each is not keep), key=lambda each: each.paths)
    return Group(digest, keep, reason, tuple(others))


def _copy(names: Sequence[File], protected: Sequence[str]) -> Copy:
    paths = tuple(sorted(each.path for each in names))
    first = names[0]
    return Copy(
        paths=paths,
        size=first.size,
        modified_ns=first.modified_ns,
        frees=first.allocated if len(paths) >= first.links else 0,
        protected=any(is_under(path, protected) for path in paths),
    )


def is_under(path: str, folders: Iterable[str]) -> bool:
    """Whether a path is one of some absolute folders, or under one."""
    return any(path == each or path.startswith(each.rstrip(os.sep) + os.sep) for each in folders)


def _kept(copies: Sequence[Copy]) -> tuple[Copy, str]:
    """The copy to keep, and the first rule that sets it apart from the best one that may go."""
    keep, *others = sorted(copies, key=_rank)
    next_ = next((each for each in others if not each.protected), others[0])
    places = zip(_REASONS, _rank(keep), _rank(next_), strict=True)
    return keep, next(reason for reason, mine, its in places if mine != its)


_REASONS = (
    "it stands in a protected folder",
    "its name is not that of a copy",
    "it is the oldest",
    "it lies least deep",
    "its path comes first",
)
"""Why a copy is kept, in the order in which it is asked."""


def _rank(copy: Copy) -> tuple[bool, bool, int, int, str]:
    path = copy.paths[0]
    marked = _COPY_MARK.search(os.path.basename(path)) is not None  # noqa: PTH119
    return not copy.protected, marked, copy.modified_ns, path.count(os.sep), path
