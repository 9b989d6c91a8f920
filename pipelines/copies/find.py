"""Finds files of the same bytes: by size, then by their ends, then by all of them.

Only files that share size and ends with another are read wholly, those that free most first, so
that what was found so far is worth having at any moment.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Literal

from xxhash import xxh3_128

from pipelines.copies.groups import Group, group_of
from pipelines.copies.ledger import Kind, Ledger
from pipelines.copies.walk import File

_END = 16 * 1024
_PIECE = 1024 * 1024
_IN_FLIGHT = 64
_TELL_EVERY = 1_000

Step = Literal["looking", "comparing ends", "comparing", "reading", "proving"]
Tell = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a scan is.

    Attributes:
        step: what it does: listing files, reading their ends, reading them wholly, reading
            pictures, proving pairs of them.
        done, total: files (or pairs), bytes while comparing; the total of looking is 0, because
            nobody knows it.
    """

    step: Step
    done: int
    total: int


@dataclass(slots=True)
class Found:
    """What a scan has found so far.

    Attributes:
        files, size: how many files were looked at, and their bytes, hard links counted once.
        groups: files of the same bytes, those that free most first.
        maybe: bytes of files that share size and ends, and are not compared wholly yet.
        problems: files and folders that could not be read, a sentence each.
        complete: whether all was looked at.
    """

    files: int = 0
    size: int = 0
    groups: list[Group] = field(default_factory=list)
    maybe: int = 0
    problems: list[str] = field(default_factory=list)
    complete: bool = False

    @property
    def frees(self) -> int:
        """Bytes that come free when all goes that may."""
        return sum(group.frees for group in self.groups)


def find(
    files: Iterable[File],
    *,
    ledger: Ledger,
    protected: Sequence[str] = (),
    problems: list[str] | None = None,
    least: int = 1,
    tell: Tell = lambda _: None,
    so_far: Callable[[Found], None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    threads: int = 2,
) -> Found:
    """Find files of the same bytes.

    Args:
        files: as ``walk`` lists them.
        ledger: hashes of earlier scans.
        protected: absolute folders from which nothing may go.
        problems: gets a sentence for each file that cannot be read; ``walk`` may share it.
        least: size in bytes below which files do not matter; empty files never do.
        so_far: given what was found whenever a group is complete.
        stop: asked between files; what was found until then comes back.
    """
    found = Found(problems=problems if problems is not None else [])
    alike = _by_size(files, max(1, least), found, tell, stop)
    with ThreadPoolExecutor(threads, thread_name_prefix="hash") as pool:
        reader = _Reader(pool, ledger, found.problems, stop)
        clusters = _by_ends(alike, reader, tell)
        clusters.sort(key=_worth, reverse=True)
        found.maybe = sum(_worth(each) for each in clusters)
        so_far(found)
        for group in _by_bytes(clusters, reader, protected, found, tell):
            found.groups.append(group)
            so_far(found)
    ledger.save()
    found.groups.sort(key=lambda group: (-group.frees, group.digest))
    found.complete = not stop()
    return found


_Cluster = list[list[File]]
"""Files that may be the same; each is a list of the names of one file."""


def _by_size(
    files: Iterable[File], least: int, found: Found, tell: Tell, stop: Callable[[], bool]
) -> list[_Cluster]:
    by_size: dict[int, dict[tuple[int, int], list[File]]] = defaultdict(dict)
    for number, file in enumerate(files, 1):
        if stop():
            break
        names = by_size[file.size].setdefault(file.identity, [])
        names.append(file)
        found.files += 1
        found.size += file.size if len(names) == 1 else 0
        if number % _TELL_EVERY == 0:
            tell(Progress("looking", number, 0))
    tell(Progress("looking", found.files, 0))
    return [
        list(same.values()) for size, same in by_size.items() if size >= least and len(same) > 1
    ]


def _by_ends(alike: Iterable[_Cluster], reader: _Reader, tell: Tell) -> list[_Cluster]:
    """Split clusters by the first and last piece of their files."""
    clusters = list(alike)
    place = {names[0].identity: number for number, each in enumerate(clusters) for names in each}
    names_of = {names[0].identity: names for each in clusters for names in each}
    # In the order in which they lie on disk, as far as inodes tell: disks that turn need it.
    ordered = sorted((names[0] for each in clusters for names in each), key=lambda f: f.identity)
    split: dict[tuple[int, bytes], _Cluster] = defaultdict(list)
    for number, (file, digest) in enumerate(reader.digests(ordered, "ends"), 1):
        split[place[file.identity], digest].append(names_of[file.identity])
        if number % _TELL_EVERY == 0 or number == len(ordered):
            tell(Progress("comparing ends", number, len(ordered)))
    return [cluster for cluster in split.values() if len(cluster) > 1]


def _by_bytes(
    clusters: Sequence[_Cluster],
    reader: _Reader,
    protected: Sequence[str],
    found: Found,
    tell: Tell,
) -> Iterator[Group]:
    """The groups, each as soon as the last of its files was read."""
    total = sum(names[0].size for each in clusters for names in each)
    place = {names[0].identity: number for number, each in enumerate(clusters) for names in each}
    waiting = [len(each) for each in clusters]
    read: list[dict[bytes, list[File]]] = [defaultdict(list) for _ in clusters]
    names_of = {names[0].identity: names for each in clusters for names in each}
    done = 0
    ordered = (names[0] for each in clusters for names in each)
    tell(Progress("comparing", 0, total))
    for file, digest in reader.digests(ordered, "whole", with_failed=True):
        number = place[file.identity]
        waiting[number] -= 1
        done += file.size
        tell(Progress("comparing", done, total))
        if digest:
            read[number][digest].extend(names_of[file.identity])
        if waiting[number] == 0:
            found.maybe -= _worth(clusters[number])
            for same, files in read[number].items():
                group = group_of(same.hex(), files, protected)
                if group is not None:
                    yield group
            read[number] = {}


def _worth(cluster: _Cluster) -> int:
    """Bytes that come free at most."""
    return sum(names[0].allocated for names in cluster[1:])


class _Reader:
    """Hashes files, some at a time."""

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        ledger: Ledger,
        problems: list[str],
        stop: Callable[[], bool],
    ) -> None:
        self._pool = pool
        self._ledger = ledger
        self._problems = problems
        self._stop = stop

    def digests(
        self, files: Iterable[File], kind: Kind, *, with_failed: bool = False
    ) -> Iterator[tuple[File, bytes]]:
        """Hashes of files as they are ready; empty for those that cannot be read."""
        running: dict[Future[bytes], File] = {}
        waiting = iter(files)
        while not self._stop():
            while len(running) < _IN_FLIGHT and (file := next(waiting, None)) is not None:
                running[self._pool.submit(self._digest, file, kind)] = file
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                file = running.pop(future)
                digest = self._result(future, file)
                if digest or with_failed:
                    yield file, digest
        for future in running:
            future.cancel()

    def _result(self, future: Future[bytes], file: File) -> bytes:
        try:
            return future.result()
        except OSError as error:
            why = error.strerror or str(error)
            self._problems.append(f"{file.path} was left out ({why}).")
            return b""

    def _digest(self, file: File, kind: Kind) -> bytes:
        if file.size <= 2 * _END:
            kind = "ends"  # They are all there is.
        known = self._ledger.known(file, kind)
        if known is not None:
            return known
        digest = _ends_of(file) if kind == "ends" else _whole(file, self._stop)
        if digest:
            self._ledger.note(file, kind, digest)
        return digest


def _ends_of(file: File) -> bytes:
    with open(file.path, "rb", buffering=0) as stream:  # noqa: PTH123
        if file.size <= 2 * _END:
            return xxh3_128(stream.read(2 * _END)).digest()
        digest = xxh3_128(stream.read(_END))
        stream.seek(-_END, os.SEEK_END)
        digest.update(stream.read(_END))
        return digest.digest()


def _whole(file: File, stop: Callable[[], bool]) -> bytes:
    """Hash of a file; empty where it is to stop.

    Raises:
        OSError: it cannot be read, or it changes meanwhile.
    """
    digest = xxh3_128()
    left = file.size
    piece = memoryview(bytearray(min(_PIECE, file.size)))
    with open(file.path, "rb", buffering=0) as stream:  # noqa: PTH123
        while count := stream.readinto(piece):
            digest.update(piece[:count])
            left -= count
            if stop():
                return b""
        status = os.fstat(stream.fileno())
    if left or status.st_mtime_ns != file.modified_ns:
        raise OSError("it changed while it was read; scan again")
    return digest.digest()
