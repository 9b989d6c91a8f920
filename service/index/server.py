"""The vector index on a Qdrant server, through ``qdrant-client``.

With ``QdrantClient(":memory:")`` the same class is the brute-force oracle of the
tests.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from service.index.base import (
    FieldType,
    Filter,
    Hit,
    IndexDamaged,
    IndexUnavailable,
    Leg,
    Point,
    Schema,
    SparseVector,
)
from service.index.conditions import compile_filter
from service.index.packing import (
    check_facet,
    checked_legs,
    is_empty,
    pack_points,
    unpack_points,
)

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

_BATCH_POINTS = 256


class ClientDialect:
    """Conditions of ``qdrant-client``."""

    def any_of(self, field: str, values: Sequence[str | int | bool]) -> Any:
        from qdrant_client import models

        if values and isinstance(values[0], bool):
            tests: list[Any] = [
                models.FieldCondition(key=field, match=models.MatchValue(value=value))
                for value in values
            ]
            return models.Filter(should=tests)
        match = models.MatchAny.model_validate({"any": list(values)})
        return models.FieldCondition(key=field, match=match)

    def numbers(self, field: str, gte: float | None, lte: float | None) -> Any:
        from qdrant_client import models

        return models.FieldCondition(key=field, range=models.Range(gte=gte, lte=lte))

    def datetimes(self, field: str, gte: str | None, lte: str | None) -> Any:
        from qdrant_client import models

        limits = models.DatetimeRange.model_validate({"gte": gte, "lte": lte})
        return models.FieldCondition(key=field, range=limits)

    def all_and_none(self, must: Sequence[Any], must_not: Sequence[Any]) -> Any:
        from qdrant_client import models

        return models.Filter(must=list(must), must_not=list(must_not))


class QdrantIndex:
    """One collection on a server; implements ``VectorIndex``.

    The first call opens the collection, or makes it where that is wanted. Calls raise
    IndexDamaged where it is not there or has other vectors.
    """

    def __init__(
        self, client: QdrantClient, collection: str, schema: Schema, *, create: bool = False
    ) -> None:
        self._client = client
        self._collection = collection
        self._schema = schema
        self._create = create
        self._dialect = ClientDialect()
        self._opening = threading.Lock()
        self._opened = False
        self._closed = False

    def upsert(self, points: Sequence[Point]) -> None:
        """Write points in batches; the server has them in its log when the call returns."""
        from qdrant_client import models

        for start in range(0, len(points), _BATCH_POINTS):
            batch = pack_points(points[start : start + _BATCH_POINTS], self._schema)
            structs = [
                models.PointStruct(
                    id=str(point.id),
                    vector={name: vector.tolist() for name, vector in point.dense.items()}
                    | {name: _sparse(words) for name, words in point.sparse.items()},
                    payload=dict(point.payload),
                )
                for point in unpack_points(batch)
            ]
            with self._server() as client:
                client.upsert(self._collection, structs, wait=True)

    def delete(self, filter_: Filter) -> None:
        """Delete all points that pass the filter; an empty filter raises ValueError."""
        from qdrant_client import models

        compiled = self._filter(filter_)
        if compiled is None:
            raise ValueError("An empty filter would delete every point; name what to delete.")
        with self._server() as client:
            client.delete(self._collection, models.FilterSelector(filter=compiled), wait=True)

    def search(self, legs: Sequence[Leg]) -> list[list[Hit]]:
        """Run legs in one round trip; hits best first, equal scores in order of id."""
        from qdrant_client import models

        results: list[list[Hit]] = [[] for _ in legs]
        checked = checked_legs(legs, self._schema)
        asked = [row for row, leg in enumerate(checked) if not is_empty(leg)]
        requests = [
            models.QueryRequest(
                query=_query(checked[row]),
                using=checked[row].using,
                filter=self._filter_of(checked[row]),
                limit=checked[row].limit,
                with_payload=checked[row].among is None,
            )
            for row in asked
        ]
        if requests:
            with self._server() as client:
                found = client.query_batch_points(self._collection, requests)
            for row, response in zip(asked, found, strict=True):
                hits = [Hit(UUID(str(p.id)), p.score, p.payload or {}) for p in response.points]
                results[row] = sorted(hits, key=lambda hit: (-hit.score, hit.id))
        return results

    def retrieve(self, ids: Sequence[UUID], *, vectors: Sequence[str] = ()) -> list[Point]:
        """Read stored points, in any order; unknown ids are left out."""
        with self._server() as client:
            records = client.retrieve(
                self._collection,
                [str(id_) for id_ in ids],
                with_payload=True,
                with_vectors=list(vectors) or False,
            )
        return [_point(record) for record in records]

    def scroll(self, filter_: Filter, *, limit: int, after: UUID | None = None) -> list[UUID]:
        """Ids in ascending order that pass the filter, after ``after``."""
        with self._server() as client:
            records, _ = client.scroll(
                self._collection,
                scroll_filter=self._filter(filter_),
                limit=limit + 1,
                offset=None if after is None else str(after),
                with_payload=False,
                with_vectors=False,
            )
        ids = [UUID(str(record.id)) for record in records]
        return [id_ for id_ in ids if after is None or id_ > after][:limit]

    def count(self, filter_: Filter) -> int:
        """Exact number of points that pass the filter."""
        with self._server() as client:
            found = client.count(self._collection, count_filter=self._filter(filter_), exact=True)
        return found.count

    def facet(self, field_: str, filter_: Filter, *, limit: int) -> dict[str, int]:
        """Values of a keyword field and how many points carry each, most frequent first."""
        check_facet(field_, self._schema)
        with self._server() as client:
            found = client.facet(
                self._collection,
                key=field_,
                facet_filter=self._filter(filter_),
                limit=limit,
                exact=True,
            )
        ordered = sorted(found.hits, key=lambda hit: (-hit.count, str(hit.value)))
        return {str(hit.value): hit.count for hit in ordered}

    def flush(self) -> None:
        """Nothing is left to do: the server confirms what stands in its log."""

    def close(self) -> None:
        """Later calls raise IndexUnavailable; the connection stays with its owner."""
        self._closed = True

    def _filter(self, filter_: Filter) -> Any | None:
        return compile_filter(filter_, self._schema.payload, self._dialect)

    def _filter_of(self, leg: Leg) -> Any | None:
        from qdrant_client import models

        found = self._filter(leg.filter)
        if leg.among is None:
            return found
        among = models.HasIdCondition(has_id=[str(id_) for id_ in leg.among])
        return models.Filter(must=[among, *([] if found is None else [found])])

    @contextmanager
    def _server(self) -> Iterator[QdrantClient]:
        if self._closed:
            raise IndexUnavailable("The index is closed; open it again.")
        with answers(self._client) as client:
            with self._opening:
                if not self._opened:
                    self._open(client)
                    self._opened = True
            yield client

    def _open(self, client: QdrantClient) -> None:
        if not client.collection_exists(self._collection):
            if not self._create:
                raise IndexDamaged(
                    f"The collection {self._collection!r} is not on the Qdrant server any more; "
                    "`magpie reindex` builds it again."
                )
            _create(client, self._collection, self._schema)
        _check(client, self._collection, self._schema)
        _index_fields(client, self._collection, self._schema.payload)


@contextmanager
def answers(client: QdrantClient) -> Iterator[QdrantClient]:
    """Turns what goes wrong with a server into IndexUnavailable."""
    from qdrant_client.http.exceptions import ApiException

    try:
        yield client
    except ApiException as error:
        raise IndexUnavailable(
            f"The Qdrant server did not do what was asked ({error}); "
            "check MAGPIE_INDEX_URL, its API key and the server's log."
        ) from error


def _create(client: QdrantClient, collection: str, schema: Schema) -> None:
    from qdrant_client import models

    client.create_collection(
        collection,
        vectors_config={
            name: models.VectorParams(
                size=size, distance=models.Distance.COSINE, datatype=models.Datatype.FLOAT16
            )
            for name, size in schema.dense.items()
        },
        sparse_vectors_config={
            name: models.SparseVectorParams(modifier=models.Modifier.IDF) for name in schema.sparse
        },
    )


def _check(client: QdrantClient, collection: str, schema: Schema) -> None:
    parameters = client.get_collection(collection).config.params
    vectors = parameters.vectors if isinstance(parameters.vectors, Mapping) else {}
    dense = {name: vector.size for name, vector in vectors.items()}
    sparse = set(parameters.sparse_vectors or {})
    if dense != dict(schema.dense) or sparse != set(schema.sparse):
        raise IndexDamaged(
            f"The collection {collection!r} was built for other models "
            f"({dense}, now {dict(schema.dense)}); build a new one with `magpie reindex`."
        )


def _index_fields(client: QdrantClient, collection: str, payload: Mapping[str, FieldType]) -> None:
    from qdrant_client import models

    existing = client.get_collection(collection).payload_schema
    for name, kind in payload.items():
        if name not in existing:
            client.create_payload_index(
                collection, name, field_schema=models.PayloadSchemaType(kind), wait=True
            )


def _query(leg: Leg) -> Any:
    return _sparse(leg.vector) if isinstance(leg.vector, SparseVector) else leg.vector.tolist()


def _sparse(vector: SparseVector) -> Any:
    from qdrant_client import models

    return models.SparseVector(indices=vector.indices.tolist(), values=vector.values.tolist())


def _point(record: Any) -> Point:
    dense, sparse = {}, {}
    for name, vector in (record.vector or {}).items():
        if isinstance(vector, list):
            dense[name] = np.asarray(vector, dtype=np.float32)
        else:
            indices = np.asarray(vector.indices, dtype=np.uint32)
            order = np.argsort(indices)
            values = np.asarray(vector.values, dtype=np.float32)
            sparse[name] = SparseVector(indices[order], values[order])
    return Point(UUID(str(record.id)), dense, sparse, record.payload or {})
