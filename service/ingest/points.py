"""From the catalog to points of the index: what of an asset can be found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.bm25 import Bm25Encoder
from service.access.predicate import groups_of
from service.catalog.tables import Asset, Embedding, Unit
from service.catalog.vectors import unpack
from service.ids import point_id
from service.index.base import FieldType, Payload, Point, Schema, SparseVector
from service.record.entries import Entries
from service.record.fieldset import FieldSet
from service.records.assembly import entries_for, shown_of
from service.space_models import SpaceModels
from service.tags.listing import words_of

VERSION = 3
"""Raise it whenever the points of an asset change: all are written again at the next start."""

_UNITS_AT_ONCE = 512
"""Bounds the memory that a book of thousands of passages takes."""

_RECORD_VALUES = frozenset(
    {
        "title",
        "headline",
        "description",
        "keywords",
        "campaign",
        "product_line",
        "product_id",
        "people",
        "event",
        "city",
        "country",
    }
)
"""Fields whose words find a record."""

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

_Vectors = dict[str, NDArray[np.float32]]


def index_schema(*, visual: int, look: int, text: int) -> Schema:
    """The schema of a generation, given the dimensions of its models."""
    return Schema(
        dense={"visual": visual, "look": look, "text": text},
        sparse=("bm25",),
        payload=_PAYLOAD,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """Points of some assets, made as they are asked for.

    Attributes:
        points: to be taken once.
        lacking: assets with a unit that has a vector by another model only; complete when
            all points were taken.
    """

    points: Iterator[Point]
    lacking: set[str] = field(default_factory=set)


class PointMaker:
    """Makes points out of the catalog."""

    def __init__(self, bm25: Bm25Encoder, fields: FieldSet) -> None:
        self._bm25 = bm25
        self._fields = fields

    def make(
        self, session: Session, assets: Sequence[Asset], models: SpaceModels, revision: str
    ) -> Made:
        """The points of some assets with the vectors of some models.

        Args:
            revision: written into every point, to tell those of this writing from older ones.
        """
        lacking: set[str] = set()
        return Made(self._points(session, assets, models, revision, lacking), lacking)

    def _points(
        self,
        session: Session,
        assets: Sequence[Asset],
        models: SpaceModels,
        revision: str,
        lacking: set[str],
    ) -> Iterator[Point]:
        by_hash: dict[str, list[Asset]] = {}
        entries = entries_for(session, assets, self._fields)
        groups = groups_of(session, assets)
        tags = words_of(session, [asset.id for asset in assets])
        for asset in assets:
            told = (entries[asset.id], tags.get(asset.id, ()))
            yield self._record_point(asset, *told, groups[asset.id], revision)
            by_hash.setdefault(asset.sha256, []).append(asset)
        for units in _units(session, by_hash):
            vectors, incomplete = _vectors(session, [unit.id for unit in units], models)
            for unit in units:
                owners = by_hash[unit.sha256]
                if unit.id in incomplete:
                    lacking.update(asset.id for asset in owners)
                sparse = self._sparse(unit.text)
                for asset in owners:
                    yield Point(
                        id=point_id(asset.id, unit.key),
                        dense=vectors.get(unit.id, {}),
                        sparse=sparse,
                        payload=_payload(asset, unit.key, unit.kind, groups[asset.id], revision),
                    )

    def _record_point(
        self,
        asset: Asset,
        entries: Entries,
        tags: Sequence[str],
        groups: Sequence[str],
        revision: str,
    ) -> Point:
        # The name of a file is one of its words, its ending is not.
        words = [Path(asset.name).stem]
        for (name, _), content in shown_of(asset, entries).items():
            if name in _RECORD_VALUES:
                words.extend(content if isinstance(content, tuple) else [str(content)])
        words.extend(tags)
        return Point(
            id=point_id(asset.id, "record"),
            dense={},
            sparse=self._sparse("\n".join(words)),
            payload=_payload(asset, "record", "record", groups, revision),
        )

    def _sparse(self, text: str) -> dict[str, SparseVector]:
        indices, values = self._bm25.encode_document(text)
        return {"bm25": SparseVector(indices, values)} if len(indices) else {}


def _units(session: Session, hashes: Iterable[str]) -> Iterator[list[Unit]]:
    """Units of some contents, some at a time."""
    last, wanted = 0, list(hashes)
    while True:
        units = list(
            session.scalars(
                select(Unit)
                .where(Unit.sha256.in_(wanted), Unit.id > last)
                .order_by(Unit.id)
                .limit(_UNITS_AT_ONCE)
            )
        )
        if not units:
            return
        last = units[-1].id
        yield units
        session.expunge_all()


def _vectors(
    session: Session, unit_ids: Sequence[int], models: SpaceModels
) -> tuple[dict[int, _Vectors], set[int]]:
    """Vectors by unit, and the units that lack one which another model has made."""
    found: dict[int, _Vectors] = {}
    by_any: set[tuple[int, str]] = set()
    for unit_id, space, model, vector in session.execute(
        select(Embedding.unit_id, Embedding.space, Embedding.model, Embedding.vector).where(
            Embedding.unit_id.in_(unit_ids)
        )
    ):
        by_any.add((unit_id, space))
        if model == models.of_space(space):
            found.setdefault(unit_id, {})[space] = unpack(vector)
    lacking = {unit_id for unit_id, space in by_any if space not in found.get(unit_id, {})}
    return found, lacking


def _payload(
    asset: Asset, unit: str, unit_kind: str, groups: Sequence[str], revision: str
) -> Payload:
    return {
        "asset_id": asset.id,
        "revision": revision,
        "unit": unit,
        "unit_kind": unit_kind,
        "kind": asset.kind,
        "media_type": asset.media_type,
        "groups": list(groups),
        "created_at": asset.created_at.isoformat(),
    }
