"""Generations of the embedded index: folders beside each other.

    FOLDER/generations/NAME/    one generation: schema.json, shard/, lock

Which of them answers stands in the catalog, beside the models that made its vectors.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from service.index.base import Filter, IndexDamaged, Schema, VectorIndex
from service.index.edge import EdgeIndex
from service.index.edge_build import optimise
from service.index.lock import acquire, release

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}")
_SCHEMA_FILE = "schema.json"
_DROPPED = ".dropped-"

EXACT_VECTORS = 100_000
"""So many dense vectors are looked through one by one: exact, and fast enough."""

_WITHOUT_GRAPH_SHARE = 0.2


class EdgeGenerations:
    """The generations in one folder; implements ``Generations``."""

    def __init__(self, folder: Path) -> None:
        self._generations = folder / "generations"

    def names(self) -> list[str]:
        """Generations that exist, whole or not, in alphabetical order."""
        return sorted(folder.name for folder in self._generations.glob("[!.]*"))

    def open(self, name: str, schema: Schema) -> EdgeIndex:
        """Open a generation.

        Raises:
            ValueError: the name cannot be a folder name.
            IndexDamaged: it is gone, cannot be read, or holds vectors of other models.
            IndexUnavailable: it is open elsewhere.
        """
        if not (self._path(name) / _SCHEMA_FILE).exists():
            raise IndexDamaged(
                f"The index {name!r} is missing in {self._generations}; "
                "`magpie reindex` builds it again."
            )
        return EdgeIndex(self._path(name), schema)

    def create(self, name: str, schema: Schema) -> EdgeIndex:
        """Make an empty generation and open it; one that is there is opened."""
        return EdgeIndex(self._path(name), schema)

    def optimise(self, name: str, schema: Schema, stopped: Callable[[], bool], /) -> None:
        """Build graphs (HNSW) over the dense vectors of a closed generation.

        Raises:
            IndexUnavailable: it is open elsewhere, or the work failed.
        """
        optimise(self._path(name), schema, stopped)

    def worth_optimising(self, index: VectorIndex, /) -> bool:
        """Whether so many points have no graph yet that searching through them takes long."""
        assert isinstance(index, EdgeIndex)
        vectors = len(index.schema.dense) * index.count(Filter())
        return index.without_graph() > max(EXACT_VECTORS, _WITHOUT_GRAPH_SHARE * vectors)

    def announce(self, _name: str, /) -> None:
        """Nobody else reads the folder."""

    def drop(self, name: str) -> None:
        """Delete a generation.

        Raises:
            IndexUnavailable: a process has it open.
        """
        folder = self._path(name)
        if not folder.exists():
            return
        lock = acquire(folder, patience_s=0)
        try:
            # Renamed first: a generation deleted by half must not be listed.
            dropped = folder.with_name(_DROPPED + name)
            shutil.rmtree(dropped, ignore_errors=True)
            folder.rename(dropped)
            shutil.rmtree(dropped, ignore_errors=True)
        finally:
            release(lock)

    def close(self) -> None:
        """Nothing is open here."""

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot name an index; use letters, digits and . _ + -")
        return self._generations / name
