"""Checks on vectors, and the compact form in which points cross a process border.

A batch is columnar: one matrix a named vector instead of one small array a
point, which pickles and checks many times faster.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.index.base import Hit, Leg, Point, Schema, SparseVector

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Batch:
    """Some points, column by column.

    Attributes:
        ids: 16 bytes a point, one after the other.
        dense: for each vector name the rows (points) that have it, shape (m,), and the
            unit vectors themselves, shape (m, d), float32.
        sparse: for each vector name (row, vector) pairs; empty vectors are left out.
        payloads: one dictionary a point.
    """

    ids: bytes
    dense: dict[str, tuple[NDArray[np.int32], NDArray[np.float32]]]
    sparse: dict[str, list[tuple[int, SparseVector]]]
    payloads: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The hits of one leg, column by column, best first."""

    ids: bytes
    scores: list[float]
    payloads: list[dict[str, Any]]


def pack_points(points: Sequence[Point], schema: Schema) -> Batch:
    """Check points against the schema and pack them.

    Dense vectors are brought to unit length here.

    Raises:
        ValueError: a vector has an unknown name, the wrong dimension, a number that is not
            finite, or no direction (all zeros); the message names the point.
    """
    dense: dict[str, tuple[list[int], list[NDArray[np.float32]]]] = {}
    sparse: dict[str, list[tuple[int, SparseVector]]] = {}
    for row, point in enumerate(points):
        for name, vector in point.dense.items():
            check_dense(vector, name, schema, point.id)
            rows, vectors = dense.setdefault(name, ([], []))
            rows.append(row)
            vectors.append(vector)
        for name, words in point.sparse.items():
            check_sparse(words, name, schema, point.id)
            if len(words.indices):
                sparse.setdefault(name, []).append((row, words))
    columns = {}
    for name, (rows, vectors) in dense.items():

        def where(bad: int, name: str = name, rows: list[int] = rows) -> str:
            return f"The vector {name!r} of point {points[rows[bad]].id}"

        matrix = _unit_rows(np.asarray(vectors, dtype=np.float32), where)
        columns[name] = (np.asarray(rows, dtype=np.int32), matrix)
    return Batch(
        ids=pack_ids(point.id for point in points),
        dense=columns,
        sparse=sparse,
        payloads=[_plain(point) for point in points],
    )


def checked_legs(legs: Sequence[Leg], schema: Schema) -> list[Leg]:
    """Check query vectors like stored ones and bring the dense ones to unit length.

    Raises:
        ValueError: a vector does not fit the schema, or a limit is negative.
    """
    return [_checked_leg(leg, schema) for leg in legs]


def is_empty(leg: Leg) -> bool:
    """Whether a leg can find nothing: no words or points to look for, or a limit of 0."""
    if leg.limit == 0 or (leg.among is not None and not leg.among):
        return True
    return isinstance(leg.vector, SparseVector) and not len(leg.vector.indices)


def pack_ids(ids: Iterable[UUID]) -> bytes:
    """Join ids, 16 bytes each."""
    return b"".join(id_.bytes for id_ in ids)


def unpack_ids(packed: bytes) -> list[UUID]:
    """Split what ``pack_ids`` joined."""
    return [
        UUID(bytes=packed[start : start + _ID_BYTES]) for start in range(0, len(packed), _ID_BYTES)
    ]


def unpack_hits(ranking: Ranking) -> list[Hit]:
    """The hits of one leg as the interface gives them."""
    rows = zip(unpack_ids(ranking.ids), ranking.scores, ranking.payloads, strict=True)
    return [Hit(id_, score, payload) for id_, score, payload in rows]


def unpack_points(batch: Batch) -> list[Point]:
    """The points of a batch as the interface gives them."""
    dense: list[dict[str, NDArray[np.float32]]] = [{} for _ in batch.payloads]
    for name, (rows, matrix) in batch.dense.items():
        for row, vector in zip(rows.tolist(), matrix, strict=True):
            dense[row][name] = vector
    sparse: list[dict[str, SparseVector]] = [{} for _ in batch.payloads]
    for name, words in batch.sparse.items():
        for row, vector in words:
            sparse[row][name] = vector
    rows_of_batch = zip(unpack_ids(batch.ids), dense, sparse, batch.payloads, strict=True)
    return [Point(*columns) for columns in rows_of_batch]


def check_facet(field: str, schema: Schema) -> None:
    """Refuse to count the values of anything but a keyword field."""
    if schema.payload.get(field) != "keyword":
        keywords = sorted(name for name, kind in schema.payload.items() if kind == "keyword")
        raise ValueError(f"The index cannot count values of {field!r}; it can for: {keywords}.")


def check_dense(
    vector: NDArray[np.float32], name: str, schema: Schema, point: UUID | None = None
) -> None:
    """Refuse a dense vector with an unknown name or the wrong shape."""
    if name not in schema.dense:
        raise ValueError(f"The index has no dense vector {name!r}; it has {sorted(schema.dense)}.")
    if np.shape(vector) != (schema.dense[name],):
        raise ValueError(
            f"The vector {name!r}{_of(point)} has shape {np.shape(vector)}; "
            f"the index expects ({schema.dense[name]},)."
        )


def check_sparse(
    vector: SparseVector, name: str, schema: Schema, point: UUID | None = None
) -> None:
    """Refuse a sparse vector that has an unknown name or is not in order."""
    if name not in schema.sparse:
        raise ValueError(
            f"The index has no sparse vector {name!r}; it has {sorted(schema.sparse)}."
        )
    if not isinstance(vector, SparseVector):
        raise ValueError(f"The vector {name!r}{_of(point)} must be a SparseVector.")
    indices, values = vector.indices, vector.values
    if indices.shape != values.shape or indices.ndim != 1:
        raise ValueError(f"The sparse vector {name!r}{_of(point)} needs one value an index.")
    if not np.all(np.isfinite(values)):
        raise ValueError(
            f"The sparse vector {name!r}{_of(point)} holds a number that is not finite."
        )
    if indices.dtype != np.uint32 or not np.all(indices[1:] > indices[:-1]):
        raise ValueError(
            f"The indices of the sparse vector {name!r}{_of(point)} must be uint32 and increasing."
        )


def _checked_leg(leg: Leg, schema: Schema) -> Leg:
    if leg.limit < 0:
        raise ValueError(f"The limit of a leg must not be negative; it is {leg.limit}.")
    if isinstance(leg.vector, SparseVector):
        check_sparse(leg.vector, leg.using, schema)
        return leg
    check_dense(leg.vector, leg.using, schema)
    row = np.asarray(leg.vector, dtype=np.float32)[np.newaxis]
    unit = _unit_rows(row, lambda _: f"The query vector {leg.using!r}")[0]
    return replace(leg, vector=unit)


def _unit_rows(matrix: NDArray[np.float32], where: Callable[[int], str]) -> NDArray[np.float32]:
    """Rows at length 1. The index itself would keep very short rows as they are."""
    # In double precision no float32 overflows or vanishes when squared.
    norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))
    if bad := np.flatnonzero(~np.isfinite(norms)).tolist():
        raise ValueError(f"{where(bad[0])} holds a number that is not finite.")
    if bad := np.flatnonzero(norms == 0).tolist():
        raise ValueError(f"{where(bad[0])} is all zeros; leave out a vector that a unit lacks.")
    unit: NDArray[np.float32] = (matrix / norms[:, np.newaxis]).astype(np.float32)
    return unit


def _plain(point: Point) -> dict[str, Any]:
    """A payload of JSON types: other sequences than strings become lists."""
    payload = {
        name: value if value is None or isinstance(value, str | int | float) else list(value)
        for name, value in point.payload.items()
    }
    try:
        # Refuses what the index cannot store: NaN, halves of surrogate pairs, other types.
        json.dumps(payload, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"The payload of point {point.id} cannot be stored: {error}.") from None
    return payload


def _of(point: UUID | None) -> str:
    return "" if point is None else f" of point {point}"
