"""The vector index as the service sees it: points in, ranked legs out.

Two implementations share this interface and one contract test suite: Qdrant
Edge in a child process (the default) and a Qdrant server. Fusion, grouping and
relevance are Magpie's own and live in ``service.search``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.errors import Unavailable

Scalar = str | int | float | bool
Payload = Mapping[str, Scalar | Sequence[str] | None]
FieldType = Literal["keyword", "integer", "float", "bool", "datetime"]


class IndexUnavailable(Unavailable):
    """The index does not answer; the message says what to do."""


class IndexDamaged(IndexUnavailable):
    """A generation cannot be used any more, and has to be built again from the catalog."""


@dataclass(frozen=True, slots=True)
class SparseVector:
    """A sparse vector: strictly increasing ``indices`` (uint32) and their ``values``."""

    indices: NDArray[np.uint32]
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Schema:
    """What a generation of the index holds.

    Attributes:
        dense: dimension of each named dense vector (cosine distance).
        sparse: names of sparse vectors (IDF is applied by the index at query time).
        payload: type of each payload field that filters and facets may use.
    """

    dense: Mapping[str, int]
    sparse: Sequence[str]
    payload: Mapping[str, FieldType]


@dataclass(frozen=True, slots=True)
class Point:
    """One unit in the index; a vector that a unit does not have is left out."""

    id: UUID
    dense: Mapping[str, NDArray[np.float32]]
    sparse: Mapping[str, SparseVector]
    payload: Payload


@dataclass(frozen=True, slots=True)
class Condition:
    """A test on one payload field: any of some values, and/or a closed or open range."""

    field: str
    any_of: Sequence[str | int | bool] | None = None
    gte: float | str | None = None
    lte: float | str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """All of ``must`` hold and none of ``must_not``; an empty filter lets everything pass."""

    must: Sequence[Condition] = ()
    must_not: Sequence[Condition] = ()


@dataclass(frozen=True, slots=True)
class Leg:
    """One ranked retrieval: the ``limit`` points nearest to a vector under a filter.

    Attributes:
        using: name of the vectors to compare with.
        vector: what to be near to.
        limit: so many hits at most.
        filter: what a hit must pass.
        among: only these points are compared, exactly, and hits carry no payload; None for
            all points.
    """

    using: str
    vector: NDArray[np.float32] | SparseVector
    limit: int
    filter: Filter = field(default_factory=Filter)
    among: Sequence[UUID] | None = None


class Hit(NamedTuple):
    """A point that a leg found, with the leg's own score (cosine, or BM25)."""

    id: UUID
    score: float
    payload: Payload


class VectorIndex(Protocol):
    """A generation of the index. Calls are blocking and thread safe."""

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points; applying twice is harmless.

        What is written outlives the death of any process, and a loss of power after ``flush``.
        """

    def delete(self, filter_: Filter) -> None:
        """Delete all points that pass the filter; an empty filter raises ValueError."""

    def search(self, legs: Sequence[Leg]) -> list[list[Hit]]:
        """Run legs in one round trip; one list of hits a leg, best first."""

    def retrieve(self, ids: Sequence[UUID], *, vectors: Sequence[str] = ()) -> list[Point]:
        """Read stored points, in any order; unknown ids are left out."""

    def scroll(self, filter_: Filter, *, limit: int, after: UUID | None = None) -> list[UUID]:
        """Ids in ascending order that pass the filter, after ``after``."""

    def count(self, filter_: Filter) -> int:
        """Exact number of points that pass the filter."""

    def facet(self, field_: str, filter_: Filter, *, limit: int) -> dict[str, int]:
        """Values of a keyword field and how many points carry each, most frequent first."""

    def flush(self) -> None:
        """Sync everything written so far to the disk."""

    def close(self) -> None:
        """Flush and release; later calls raise IndexUnavailable."""


class Generations(Protocol):
    """All generations of the index in one place. Thread safe."""

    def names(self) -> list[str]:
        """Generations that exist, in alphabetical order."""

    def open(self, name: str, schema: Schema) -> VectorIndex:
        """Open a generation.

        Raises:
            ValueError: the name cannot be one.
            IndexDamaged: it is gone, cannot be read, or holds vectors of other models.
            IndexUnavailable: it is open elsewhere, or the place does not answer.
        """

    def create(self, name: str, schema: Schema) -> VectorIndex:
        """Make an empty generation and open it; one that is there is opened."""

    def optimise(self, name: str, schema: Schema, stopped: Callable[[], bool], /) -> None:
        """Make a closed generation fast to search; may take minutes.

        Args:
            stopped: asked now and then; True ends the work early, and harmlessly.

        Raises:
            IndexUnavailable: it is open elsewhere, or the work failed.
        """

    def worth_optimising(self, index: VectorIndex, /) -> bool:
        """Whether an open generation would answer faster after ``optimise``."""

    def announce(self, name: str, /) -> None:
        """Let other programs know that this generation answers from now on."""

    def drop(self, name: str) -> None:
        """Delete a closed generation; harmless where there is none of that name."""

    def close(self) -> None:
        """Release the place."""
