"""Graphs (HNSW) over the vectors of a closed generation, built in a process of its own.

The library's ``optimize`` holds the interpreter lock for minutes, so it runs neither here nor
in the process that answers.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from service.index.base import IndexUnavailable, Schema
from service.index.child_environment import child_environment

_POLL_S = 0.25


def optimise(folder: Path, schema: Schema, stopped: Callable[[], bool]) -> None:
    """Build the graphs of the generation in ``folder``; returns early when ``stopped``.

    Killed at any moment, it leaves a generation that can be opened and optimised again.

    Raises:
        IndexUnavailable: the generation is open elsewhere, or the work failed.
    """
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "service.index.edge_optimise"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=child_environment(),
    )
    assert child.stdin is not None
    with child:
        try:
            child.stdin.write(pickle.dumps((folder.absolute(), schema), protocol=5))
            child.stdin.flush()
            while child.poll() is None:
                if stopped():
                    return
                try:
                    child.wait(_POLL_S)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            child.kill()
        error = child.stderr.read().decode(errors="replace") if child.stderr else ""
    if child.returncode:
        reason = error.strip().splitlines()[-1:] or [f"exit code {child.returncode}"]
        raise IndexUnavailable(
            f"The index could not be made faster ({reason[0]}); searches work, but slower. "
            "`magpie reindex` tries again."
        )
