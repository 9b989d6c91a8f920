"""Vectors that a model has not made yet, of content that is already known."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from models.pixels import Fit
from pipelines.analyse import encode
from pipelines.analysis import Analysis
from service.blobs import BlobStore
from service.catalog.database import Database
from service.catalog.tables import Asset, Embedding, Unit
from service.catalog.vectors import pack
from service.encoders import Encoders
from service.space_models import SpaceModels

_log = logging.getLogger(__name__)

_TEXTS_AT_ONCE = 32
"""Small, so that the questions of people wait for a few texts only."""

_SQL_CHUNK = 500

Read = Callable[[Path, str, Fit], Analysis]
"""Reads a file by its path and name, with pictures made so, after all that is more urgent."""

_New = tuple[int, str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    unit_id: int
    key: str
    text: str


class Completer:
    """Makes the vectors that units have by other models, but not by some given ones.

    Words are encoded from the catalog; for pictures the files are read again. What cannot be
    read any more stays without: it is found by its words alone.
    """

    def __init__(self, database: Database, blobs: BlobStore, read: Read) -> None:
        self._database = database
        self._blobs = blobs
        self._read = read

    def complete(self, asset_ids: Sequence[str], encoders: Encoders, models: SpaceModels) -> None:
        """Make what the units of some assets lack."""
        with self._database.read() as session:
            owners = {
                asset.sha256: asset
                for asset in session.scalars(select(Asset).where(Asset.id.in_(asset_ids)))
            }
            words = _lacking(session, owners, "text", models.text)
            looks = _lacking(session, owners, "visual", models.visual)
        self._complete_words([each for some in words.values() for each in some], encoders, models)
        for sha256, wanted in looks.items():
            self._complete_looks(owners[sha256], wanted, encoders, models)

    def _complete_words(
        self, wanted: Sequence[_Wanted], encoders: Encoders, models: SpaceModels
    ) -> None:
        for start in range(0, len(wanted), _TEXTS_AT_ONCE):
            some = [each for each in wanted[start : start + _TEXTS_AT_ONCE] if each.text.strip()]
            if some:
                vectors = encoders.text().encode([each.text for each in some])
                made = zip(some, vectors, strict=True)
                self._save([(each.unit_id, "text", vector) for each, vector in made], models)

    def _complete_looks(
        self,
        asset: Asset,
        wanted: Sequence[_Wanted],
        encoders: Encoders,
        models: SpaceModels,
    ) -> None:
        try:
            reading = self._read(self._path(asset), asset.name, encoders.fit)
            found = encode([reading], text=encoders.text(), visual=encoders.visual())[0]
        except Exception as error:
            _log.warning("%s cannot be read for the new model: %s", asset.id, error)
            return
        by_key = {unit.key: unit for unit in found.units}
        new: list[_New] = []
        for each in wanted:
            unit = by_key.get(each.key)
            if unit is not None and unit.visual is not None and unit.look is not None:
                new += [(each.unit_id, "visual", unit.visual), (each.unit_id, "look", unit.look)]
        self._save(new, models)

    def _path(self, asset: Asset) -> Path:
        return Path(asset.origin or "") if asset.in_place else self._blobs.find(asset.sha256)

    def _save(self, new: Iterable[_New], models: SpaceModels) -> None:
        rows = [
            {
                "unit_id": unit_id,
                "space": space,
                "model": models.of_space(space),
                "vector": pack(vector),
            }
            for unit_id, space, vector in new
        ]
        with self._database.write() as session:
            # The worker may have replaced the units, or made the same vectors, meanwhile.
            ids = [row["unit_id"] for row in rows]
            units = set(session.scalars(select(Unit.id).where(Unit.id.in_(ids))))
            made = {
                tuple(key)
                for key in session.execute(
                    select(Embedding.unit_id, Embedding.space, Embedding.model).where(
                        Embedding.unit_id.in_(ids)
                    )
                )
            }
            rows = [
                row
                for row in rows
                if row["unit_id"] in units
                and (row["unit_id"], row["space"], row["model"]) not in made
            ]
            if rows:
                session.execute(insert(Embedding), rows)


def _lacking(
    session: Session, hashes: Mapping[str, object], space: str, model: str
) -> dict[str, list[_Wanted]]:
    """Units, by content, with a vector in a space by any model but this one."""
    other, own = aliased(Embedding), aliased(Embedding)
    found: dict[str, list[_Wanted]] = {}
    wanted = list(hashes)
    for start in range(0, len(wanted), _SQL_CHUNK):
        for row in session.execute(
            select(Unit.id, Unit.sha256, Unit.key, Unit.text)
            .where(
                Unit.sha256.in_(wanted[start : start + _SQL_CHUNK]),
                select(other.unit_id)
                .where(other.unit_id == Unit.id, other.space == space)
                .exists(),
                ~select(own.unit_id)
                .where(own.unit_id == Unit.id, own.space == space, own.model == model)
                .exists(),
            )
            .order_by(Unit.id)
        ):
            found.setdefault(row.sha256, []).append(_Wanted(row.id, row.key, row.text))
    return found
