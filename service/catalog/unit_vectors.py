"""Vectors of an asset's units, for questions by example."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from service.catalog.database import Database
from service.catalog.tables import Embedding, Unit
from service.catalog.vectors import unpack

_MOST = 200


class UnitVectors:
    """Reads vectors out of the catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_content(self, sha256: str, space: str, model: str) -> list[NDArray[np.float32]]:
        """The first vectors (at most 200) of some content by a model, in the order of units."""
        with self._database.read() as session:
            rows = session.scalars(
                select(Embedding.vector)
                .join(Unit, Unit.id == Embedding.unit_id)
                .where(Unit.sha256 == sha256, Embedding.space == space, Embedding.model == model)
                .order_by(Unit.id)
                .limit(_MOST)
            ).all()
        return [unpack(row) for row in rows]
