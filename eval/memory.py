"""Peak memory of this process and all that it started."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

_EVERY_S = 0.05


class MemoryWatch:
    """Samples resident memory while open; a context manager.

    ``peak_mb`` is the highest sum over the process and its descendants. Pages that
    processes share count in each, so the figure is an upper bound.
    """

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory-watch", daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(_EVERY_S):
            self.peak_mb = max(self.peak_mb, family_bytes(os.getpid()) / 2**20)


def family_bytes(root: int) -> int:
    """Resident bytes of a process and all its descendants."""
    processes = {pid: (parent, size) for pid, parent, size in _processes()}
    family = {root}
    grew = True
    while grew:
        children = {pid for pid, (parent, _) in processes.items() if parent in family} - family
        family |= children
        grew = bool(children)
    return sum(processes[pid][1] for pid in family if pid in processes)


def _processes() -> Iterator[tuple[int, int, int]]:
    """(process, its parent, resident bytes) of every process that can be seen."""
    if sys.platform == "linux":
        page = os.sysconf("SC_PAGE_SIZE")
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                stat = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            # The name in brackets may hold spaces: the parent is the second field after it.
            fields = stat.rpartition(")")[2].split()
            yield int(folder.name), int(fields[1]), int(fields[21]) * page
        return
    listed = subprocess.run(
        ["ps", "-axo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        pid, parent, kilobytes = line.split()
        yield int(pid), int(parent), int(kilobytes) * 1024
