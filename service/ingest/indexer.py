"""From the catalog to the vector index: applies the outbox, as often as needed."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.bm25 import Bm25Encoder
from pipelines.analysis import Value
from service.catalog.database import Database
from service.catalog.tables import Asset, Embedding, Outbox, Unit
from service.catalog.values import values_of_all
from service.catalog.vectors import unpack
from service.ids import new_id, point_id
from service.index.base import (
    Condition,
    FieldType,
    Filter,
    Payload,
    Point,
    Schema,
    SparseVector,
    VectorIndex,
)
from service.space_models import SpaceModels

_CHUNK = 128

_RECORD_VALUES = frozenset({"title", "headline", "description", "keywords"})

_PAYLOAD: dict[str, FieldType] = {
    "asset_id": "keyword",
    "revision": "keyword",
    "unit": "keyword",
    "unit_kind": "keyword",
    "kind": "keyword",
    "media_type": "keyword",
    "groups": "keyword",
    "created_at": "datetime",
}

EVERYONE = "everyone"
"""The access group that every asset carries until collections say otherwise."""


def index_schema(*, visual: int, look: int, text: int) -> Schema:
    """The schema of a generation, given the dimensions of its models."""
    return Schema(
        dense={"visual": visual, "look": look, "text": text},
        sparse=("bm25",),
        payload=_PAYLOAD,
    )


class Indexer:
    """Applies the outbox. Applying a row twice is harmless: point ids are derived."""

    def __init__(
        self, database: Database, index: VectorIndex, bm25: Bm25Encoder, models: SpaceModels
    ) -> None:
        self._database = database
        self._index = index
        self._bm25 = bm25
        self._models = models
        self._lock = threading.Lock()

    def apply(self) -> int:
        """Apply all rows that stand in the outbox; how many."""
        applied = 0
        with self._lock:
            while rows := self._next():
                self._apply_rows(rows)
                applied += len(rows)
        return applied

    def _next(self) -> list[Outbox]:
        with self._database.read() as session:
            return list(session.scalars(select(Outbox).order_by(Outbox.id).limit(_CHUNK)))

    def _apply_rows(self, rows: Sequence[Outbox]) -> None:
        # The last word counts: the catalog is read now, whatever the order of the rows.
        asset_ids = list(dict.fromkeys(row.asset_id for row in rows))
        # Points of an asset that this writing does not renew belong to units that are gone.
        revision = new_id()
        with self._database.read() as session:
            assets = {
                asset.id: asset
                for asset in session.scalars(select(Asset).where(Asset.id.in_(asset_ids)))
            }
            points = list(self._points(session, list(assets.values()), revision))
        if points:
            self._index.upsert(points)
        gone = [asset_id for asset_id in asset_ids if asset_id not in assets]
        if gone:
            self._index.delete(Filter(must=(Condition("asset_id", any_of=gone),)))
        if assets:
            self._index.delete(
                Filter(
                    must=(Condition("asset_id", any_of=list(assets)),),
                    must_not=(Condition("revision", any_of=[revision]),),
                )
            )
        with self._database.write() as session:
            session.execute(delete(Outbox).where(Outbox.id.in_([row.id for row in rows])))

    def _points(self, session: Session, assets: Sequence[Asset], revision: str) -> Iterable[Point]:
        by_hash: dict[str, list[Asset]] = {}
        values = values_of_all(session, assets)
        for asset in assets:
            yield self._record_point(asset, values[asset.id], revision)
            by_hash.setdefault(asset.sha256, []).append(asset)
        units = session.scalars(select(Unit).where(Unit.sha256.in_(by_hash))).all()
        vectors = _vectors(session, [unit.id for unit in units], self._models)
        for unit in units:
            sparse = self._sparse(unit.text)
            for asset in by_hash[unit.sha256]:
                yield Point(
                    id=point_id(asset.id, unit.key),
                    dense=vectors.get(unit.id, {}),
                    sparse=sparse,
                    payload=_payload(asset, unit.key, unit.kind, revision),
                )

    def _record_point(self, asset: Asset, values: Sequence[Value], revision: str) -> Point:
        # The name of a file is one of its words, its ending is not.
        words = [Path(asset.name).stem]
        for value in values:
            if value.name in _RECORD_VALUES:
                found = value.value
                words.extend(found if isinstance(found, tuple) else [str(found)])
        return Point(
            id=point_id(asset.id, "record"),
            dense={},
            sparse=self._sparse("\n".join(words)),
            payload=_payload(asset, "record", "record", revision),
        )

    def _sparse(self, text: str) -> dict[str, SparseVector]:
        indices, values = self._bm25.encode_document(text)
        return {"bm25": SparseVector(indices, values)} if len(indices) else {}


def _vectors(
    session: Session, unit_ids: Sequence[int], models: SpaceModels
) -> dict[int, dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]]:
    found: dict[int, dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]]] = {}
    for start in range(0, len(unit_ids), 500):
        for row in session.scalars(
            select(Embedding).where(Embedding.unit_id.in_(unit_ids[start : start + 500]))
        ):
            if row.model == models.of_space(row.space):
                found.setdefault(row.unit_id, {})[row.space] = unpack(row.vector)
    return found


def _payload(asset: Asset, unit: str, unit_kind: str, revision: str) -> Payload:
    return {
        "asset_id": asset.id,
        "revision": revision,
        "unit": unit,
        "unit_kind": unit_kind,
        "kind": asset.kind,
        "media_type": asset.media_type,
        "groups": [EVERYONE],
        "created_at": asset.created_at.isoformat(),
    }
