"""The embedded vector index: Qdrant Edge in a child process of its own.

The library holds the interpreter lock during its calls and maps its files into
memory, so it lives in another process: a search stops no thread of this one, and
a crash there costs a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from uuid import UUID

from service.index.base import Filter, Hit, Leg, Point, Schema
from service.index.edge_process import EdgeProcess
from service.index.packing import (
    Batch,
    check_facet,
    checked_legs,
    is_empty,
    pack_ids,
    pack_points,
    unpack_hits,
    unpack_ids,
    unpack_points,
)

BATCH_POINTS = 64
"""Points written in one message: what a search may have to wait for, about 10 ms."""

_RETRIEVE_POINTS = 1024


class EdgeIndex:
    """One generation of the index in one folder; implements ``VectorIndex``.

    What a call has written outlives the death of any process. It outlives a loss of
    power after ``flush``, which happens by itself every few thousand points, after a
    second without requests, and on closing. Dense vectors come back from ``retrieve`` at
    unit length and half precision. Search is exact until graphs are built (``edge_build``).
    """

    def __init__(self, folder: Path, schema: Schema) -> None:
        """Open the generation in ``folder``, or create it.

        Raises:
            IndexDamaged: it cannot be read, or was built for another schema.
            IndexUnavailable: another process has it open.
        """
        self._schema = Schema(dict(schema.dense), tuple(schema.sparse), dict(schema.payload))
        self._process = EdgeProcess(folder, self._schema)

    def __enter__(self) -> EdgeIndex:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def schema(self) -> Schema:
        """What the points hold."""
        return self._schema

    @property
    def process_id(self) -> int | None:
        """Of the child process, None while none runs."""
        return self._process.process_id

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points in batches between which searches pass.

        Raises:
            ValueError: a vector does not fit; the batches before it are written.
        """
        for start in range(0, len(points), BATCH_POINTS):
            batch = pack_points(points[start : start + BATCH_POINTS], self._schema)
            self._process.ask("upsert", batch, background=True)

    def delete(self, filter_: Filter) -> None:
        """Delete all points that pass the filter; an empty filter raises ValueError."""
        if not filter_.must and not filter_.must_not:
            raise ValueError("An empty filter would delete every point; name what to delete.")
        self._process.ask("delete", filter_, background=True)

    def search(self, legs: Sequence[Leg]) -> list[list[Hit]]:
        """Run legs in one round trip; hits best first, equal scores in order of id."""
        results: list[list[Hit]] = [[] for _ in legs]
        checked = checked_legs(legs, self._schema)
        asked = [row for row, leg in enumerate(checked) if not is_empty(leg)]
        if asked:
            rankings = self._process.ask("search", [checked[row] for row in asked])
            for row, ranking in zip(asked, rankings, strict=True):
                results[row] = unpack_hits(ranking)
        return results

    def retrieve(self, ids: Sequence[UUID], *, vectors: Sequence[str] = ()) -> list[Point]:
        """Read stored points, in any order; unknown ids are left out."""
        points: list[Point] = []
        for start in range(0, len(ids), _RETRIEVE_POINTS):
            packed = pack_ids(ids[start : start + _RETRIEVE_POINTS])
            batch: Batch = self._process.ask("retrieve", packed, tuple(vectors))
            points += unpack_points(batch)
        return points

    def scroll(self, filter_: Filter, *, limit: int, after: UUID | None = None) -> list[UUID]:
        """Ids in ascending order that pass the filter, after ``after``."""
        return unpack_ids(self._process.ask("scroll", filter_, limit, after))

    def count(self, filter_: Filter) -> int:
        """Exact number of points that pass the filter."""
        return int(self._process.ask("count", filter_))

    def facet(self, field_: str, filter_: Filter, *, limit: int) -> dict[str, int]:
        """Values of a keyword field and how many points carry each, most frequent first."""
        check_facet(field_, self._schema)
        counts: list[tuple[str, int]] = self._process.ask("facet", field_, filter_, limit)
        return dict(sorted(counts, key=lambda item: (-item[1], item[0])))

    def flush(self) -> None:
        """Sync everything written so far to the disk."""
        self._process.ask("flush", background=True)

    def without_graph(self) -> int:
        """How many dense vectors every search looks through one by one."""
        return int(self._process.ask("without_graph"))

    def close(self) -> None:
        """Flush and release; later calls raise IndexUnavailable."""
        self._process.close()
