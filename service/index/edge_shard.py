"""Everything that touches Qdrant Edge; imported by the child process only.

Facts about ``qdrant-edge-py`` 0.9 that shape this file:

- An update is in the write-ahead log when it returns, so it outlives a killed process.
  Only ``flush`` outlives a loss of power; it also shortens the log, which is replayed at
  the next start (about 6,000 points a second). It takes 10 to 50 ms, and ten times as long
  where other programs keep the disk busy, too much for every batch.
- Its calls hold the interpreter lock, so one thread serves all requests.
- A bool in a match condition is read as an integer and finds nothing: bool fields are
  stored as 0 and 1.
- Points written twice are overwritten in place, vectors that the new version lacks
  included; deleted points keep their room until an optimisation. Their words go on
  counting for the IDF until the next start, and wrongly once their room is reused,
  unless their sparse vectors are emptied first.
- A float in a payload may come back with its last bit changed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import qdrant_edge as edge

from service.index.base import FieldType, Filter, IndexDamaged, Leg, Schema, SparseVector
from service.index.conditions import compile_filter
from service.index.packing import Batch, Ranking, pack_ids, unpack_ids

SCHEMA_FILE = "schema.json"
_SHARD_FOLDER = "shard"
_FLUSH_POINTS = 5000

# The threshold is in KiB of vectors: less than that gets no graph.
_GRAPH = edge.HnswIndexConfig(m=32, ef_construct=256, full_scan_threshold=10_000)
"""Malkov and Yashunin 2016. See ``python -m eval bench-search`` for what it finds and costs."""

_CANDIDATES = 320
"""Points that a search of a graph keeps in view (``ef``), or as many as it is to find."""

_EXACT_POINTS = 50_000
"""So few points that pass a filter are looked through one by one."""

_FIELD_INDEX: Mapping[FieldType, Any] = {
    "keyword": edge.PayloadSchemaType.Keyword,
    "integer": edge.PayloadSchemaType.Integer,
    "float": edge.PayloadSchemaType.Float,
    "bool": edge.PayloadSchemaType.Integer,
    "datetime": edge.PayloadSchemaType.Datetime,
}


class EdgeDialect:
    """Conditions of Qdrant Edge."""

    def any_of(self, field: str, values: Sequence[str | int | bool]) -> Any:
        plain = [int(value) if isinstance(value, bool) else value for value in values]
        return edge.FieldCondition(field, match=edge.MatchAny(plain))  # type: ignore[arg-type]

    def numbers(self, field: str, gte: float | None, lte: float | None) -> Any:
        return edge.FieldCondition(field, range=edge.RangeFloat(gte=gte, lte=lte))

    def datetimes(self, field: str, gte: str | None, lte: str | None) -> Any:
        return edge.FieldCondition(field, range=edge.RangeDateTime(gte=gte, lte=lte))

    def all_and_none(self, must: Sequence[Any], must_not: Sequence[Any]) -> Any:
        return edge.Filter(must=list(must), must_not=list(must_not))


class EdgeStore:
    """One open shard; the methods are the requests that the parent process may send."""

    def __init__(self, folder: Path, schema: Schema) -> None:
        """Open the shard in ``folder``, or create it.

        Raises:
            IndexDamaged: the folder holds an index of another schema.
        """
        self._schema = schema
        self._bools = [name for name, kind in schema.payload.items() if kind == "bool"]
        self._dialect = EdgeDialect()
        self._shard = _open(folder, schema)
        self._unflushed = 0

    @property
    def dirty(self) -> bool:
        """Whether something is in the log alone."""
        return self._unflushed > 0

    def flush(self) -> None:
        """Sync everything to the disk."""
        self._shard.flush()
        self._unflushed = 0

    def upsert(self, batch: Batch) -> None:
        """Write points."""
        vectors: list[dict[str, Any]] = [{} for _ in batch.payloads]
        for name, (rows, matrix) in batch.dense.items():
            for row, vector in zip(rows.tolist(), matrix, strict=True):
                vectors[row][name] = vector
        for name, words in batch.sparse.items():
            for row, sparse in words:
                vectors[row][name] = _sparse(sparse)
        rows_of_batch = zip(unpack_ids(batch.ids), vectors, batch.payloads, strict=True)
        points = [
            edge.Point(id_, vector, self._stored(payload)) for id_, vector, payload in rows_of_batch
        ]
        self._shard.update(edge.UpdateOperation.upsert_points(points))
        self._unflushed += len(points)
        if self._unflushed >= _FLUSH_POINTS:
            self.flush()

    def delete(self, filter_: Filter) -> None:
        """Delete what passes a filter that is not empty."""
        ids = unpack_ids(self.scroll(filter_, self.count(filter_), None))
        if not ids:
            return
        if self._schema.sparse:
            no_words: dict[str, Any] = {
                name: edge.SparseVector([], []) for name in self._schema.sparse
            }
            emptied = [edge.PointVectors(id_, no_words) for id_ in ids]
            self._shard.update(edge.UpdateOperation.update_vectors(emptied))
        self._shard.update(edge.UpdateOperation.delete_points(list(ids)))
        self._unflushed += len(ids)

    def search(self, legs: Sequence[Leg]) -> list[Ranking]:
        """Run all legs as one batch, best first, ties by id.

        Exact for vectors that have no graph yet.
        """
        params = {id(leg.filter): self._params(leg.filter) for leg in legs}
        requests = [
            edge.QueryRequest(
                limit=leg.limit,
                query=edge.Query.Nearest(_query(leg), using=leg.using),
                filter=self._filter_of(leg),
                params=params[id(leg.filter)],
                with_payload=leg.among is None,
            )
            for leg in legs
        ]
        found = self._shard.query_batch(edge.QueryBatchRequest(requests))
        return [self._ranking(points) for points in found]

    def retrieve(self, ids: bytes, vectors: Sequence[str]) -> Batch:
        """Read points back; vectors have unit length and the precision of the storage."""
        records = self._shard.retrieve(list(unpack_ids(ids)), True, list(vectors))
        dense: dict[str, tuple[list[int], list[list[float]]]] = {}
        sparse: dict[str, list[tuple[int, SparseVector]]] = {}
        for row, record in enumerate(records):
            stored: Mapping[str, Any] = record.vector or {}
            for name, vector in stored.items():
                if isinstance(vector, edge.SparseVector):
                    indices = np.asarray(vector.indices, dtype=np.uint32)
                    values = np.asarray(vector.values, dtype=np.float32)
                    order = np.argsort(indices)
                    words = SparseVector(indices[order], values[order])
                    sparse.setdefault(name, []).append((row, words))
                else:
                    rows, matrix = dense.setdefault(name, ([], []))
                    rows.append(row)
                    matrix.append(vector)
        return Batch(
            ids=pack_ids(_uuid(record.id) for record in records),
            dense={
                name: (np.asarray(rows, dtype=np.int32), np.asarray(matrix, dtype=np.float32))
                for name, (rows, matrix) in dense.items()
            },
            sparse=sparse,
            payloads=[self._given(record.payload) for record in records],
        )

    def scroll(self, filter_: Filter, limit: int, after: UUID | None) -> bytes:
        """Ids in ascending order that pass the filter, the one in ``after`` excluded."""
        records, _ = self._shard.scroll(
            edge.ScrollRequest(
                offset=after,
                limit=limit + 1,
                filter=self._filter(filter_),
                with_payload=False,
                with_vector=False,
            )
        )
        ids = [_uuid(record.id) for record in records]
        return pack_ids([id_ for id_ in ids if after is None or id_ > after][:limit])

    def count(self, filter_: Filter) -> int:
        """Exact number of points that pass the filter."""
        request = edge.CountRequest(exact=True, filter=self._filter(filter_))
        return int(self._shard.count(request))

    def facet(self, field: str, filter_: Filter, limit: int) -> list[tuple[str, int]]:
        """Values of a keyword field and their exact counts, in no order."""
        request = edge.FacetRequest(field, limit=limit, exact=True, filter=self._filter(filter_))
        return [(str(hit.value), hit.count) for hit in self._shard.facet(request).hits]

    def without_graph(self) -> int:
        """How many dense vectors every search looks through one by one."""
        vectors = {name: self._having(name) for name in (*self._schema.dense, *self._schema.sparse)}
        # The library counts sparse vectors too, which are always indexed.
        return max(0, sum(vectors.values()) - int(self._shard.info().indexed_vectors_count))

    def _having(self, vector: str) -> int:
        having = edge.Filter(must=[edge.HasVectorCondition(vector)])
        return int(self._shard.count(edge.CountRequest(exact=True, filter=having)))

    def close(self) -> None:
        """Sync to the disk and release the folder."""
        self.flush()
        self._shard.close()

    def _filter(self, filter_: Filter) -> Any:
        return compile_filter(filter_, self._schema.payload, self._dialect)

    def _params(self, filter_: Filter) -> Any:
        """A graph loses its way among points of which a filter leaves few."""
        passing = edge.CountRequest(exact=False, filter=self._filter(filter_))
        few = self._shard.count(passing) <= _EXACT_POINTS
        return edge.SearchParams(exact=True) if few else edge.SearchParams(hnsw_ef=_CANDIDATES)

    def _filter_of(self, leg: Leg) -> Any:
        found = self._filter(leg.filter)
        if leg.among is None:
            return found
        among = edge.HasIdCondition(set(leg.among))
        return edge.Filter(must=[among, *([] if found is None else [found])])

    def _ranking(self, points: Sequence[Any]) -> Ranking:
        # The library makes a new Python object at every look at an attribute.
        found = [(-point.score, _uuid(point.id).bytes, point) for point in points]
        found.sort(key=itemgetter(0, 1))
        return Ranking(
            ids=b"".join(id_ for _, id_, _ in found),
            scores=[-score for score, _, _ in found],
            payloads=[self._given(point.payload) for _, _, point in found],
        )

    def _stored(self, payload: dict[str, Any]) -> dict[str, Any]:
        for name in self._bools:
            if isinstance(payload.get(name), bool):
                payload[name] = int(payload[name])
        return payload

    def _given(self, payload: dict[str, Any] | None) -> dict[str, Any]:
        payload = payload or {}
        for name in self._bools:
            if isinstance(payload.get(name), int):
                payload[name] = bool(payload[name])
        return payload


def _open(folder: Path, schema: Schema) -> Any:
    shard_folder = folder / _SHARD_FOLDER
    schema_file = folder / SCHEMA_FILE
    if not schema_file.exists():
        # Without the schema file no point was ever accepted: a killed creation is repeated.
        shutil.rmtree(shard_folder, ignore_errors=True)
        shard_folder.mkdir(parents=True)
        shard = edge.EdgeShard.create(str(shard_folder), _config(schema))
        _index_fields(shard, schema.payload)
        _write_schema(schema_file, schema)
        return shard
    stored = _read_schema(schema_file)
    changed = {
        name for name, kind in stored.payload.items() if schema.payload.get(name, kind) != kind
    }
    if stored.dense != schema.dense or set(stored.sparse) != set(schema.sparse) or changed:
        raise IndexDamaged(
            f"The index in {folder} was built for other models or fields "
            f"({dict(stored.dense)}, now {dict(schema.dense)}); build a new one with "
            "`magpie reindex`."
        )
    shard = edge.EdgeShard.load(str(shard_folder))
    added = {name: kind for name, kind in schema.payload.items() if name not in stored.payload}
    if added:
        _index_fields(shard, added)
        _write_schema(schema_file, Schema(stored.dense, stored.sparse, {**stored.payload, **added}))
    return shard


def build_graphs(folder: Path, schema: Schema) -> None:
    """Build the graphs of a closed index; holds the interpreter lock all the time."""
    config = _config(
        schema, edge.EdgeOptimizersConfig(default_segment_number=1, indexing_threshold=1)
    )
    shard = edge.EdgeShard.load(str(folder / _SHARD_FOLDER), config)
    shard.optimize()
    shard.flush()
    shard.close()


def _config(schema: Schema, optimizers: Any = None) -> Any:
    # Half precision halves memory and disk; cosines move by less than 0.001.
    dense = {
        name: edge.EdgeVectorParams(
            size=size,
            distance=edge.Distance.Cosine,
            datatype=edge.VectorStorageDatatype.Float16,
        )
        for name, size in schema.dense.items()
    }
    by_rarity = edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
    return edge.EdgeConfig(
        vectors=dense, sparse_vectors=dict.fromkeys(schema.sparse, by_rarity), optimizers=optimizers
    )


def _index_fields(shard: Any, payload: Mapping[str, FieldType]) -> None:
    """Make payload indexes; the library syncs each to the disk."""
    for name, kind in payload.items():
        shard.update(edge.UpdateOperation.create_field_index(name, _FIELD_INDEX[kind]))


def _write_schema(path: Path, schema: Schema) -> None:
    partial = path.with_suffix(".partial")
    content = {
        "dense": dict(schema.dense),
        "sparse": list(schema.sparse),
        "payload": dict(schema.payload),
    }
    with partial.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _read_schema(path: Path) -> Schema:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Schema(content["dense"], content["sparse"], content["payload"])


def _query(leg: Leg) -> Any:
    return _sparse(leg.vector) if isinstance(leg.vector, SparseVector) else leg.vector


def _sparse(vector: SparseVector) -> Any:
    return edge.SparseVector(vector.indices, vector.values)  # type: ignore[arg-type]


def _uuid(id_: Any) -> UUID:
    return id_ if isinstance(id_, UUID) else UUID(str(id_))
