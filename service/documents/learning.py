"""What was learned of document types, kept in the catalog: one lesson is in use, or none."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import select, update

from pipelines.documents.types.labels import Label
from pipelines.documents.types.tree import Weights
from service.catalog.database import Database
from service.documents.tables import LearnedTypes
from service.documents.typing import Learned

FIELD = "document_type"


def load_learned(database: Database) -> Learned:
    """What is in use of what was learned."""
    with database.read() as session:
        row = session.scalar(
            select(LearnedTypes).where(LearnedTypes.field == FIELD, LearnedTypes.current)
        )
        if row is None:
            return Learned()
        digest = hashlib.sha256(row.weights).hexdigest()
        return Learned(house_labels(row.labels), unpacked(row.weights), digest)


def house_labels(names: Sequence[str]) -> tuple[Label, ...]:
    """Types that people use and that the tree lacks: known by their names and examples."""
    return tuple(Label(name, describe=(f"a {name}",)) for name in names)


def keep(database: Database, weights: Mapping[str, Weights], **told: Any) -> None:
    """Take a lesson into use; ``told`` are other columns of ``LearnedTypes``."""
    with database.write() as session:
        session.execute(
            update(LearnedTypes).where(LearnedTypes.field == FIELD).values(current=False)
        )
        session.add(LearnedTypes(field=FIELD, weights=packed(weights), current=True, **told))


def take_back(database: Database) -> bool:
    """Put the lesson before the one in use in its place, or none; whether there was one."""
    with database.write() as session:
        rows = session.scalars(
            select(LearnedTypes).where(LearnedTypes.field == FIELD).order_by(LearnedTypes.id)
        ).all()
        place = next((number for number, row in enumerate(rows) if row.current), None)
        if place is None:
            return False
        if place > 0:
            rows[place - 1].current = True
        session.delete(rows[place])
        return True


def packed(weights: Mapping[str, Weights]) -> bytes:
    """Weights by the label above, as an npz archive without pickles."""
    file = io.BytesIO()
    names = sorted(weights)
    arrays = {"names": np.array(names)}
    for number, name in enumerate(names):
        arrays[f"directions{number}"], arrays[f"offsets{number}"] = weights[name]
    np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def unpacked(data: bytes) -> dict[str, Weights]:
    """The weights of ``packed``."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        names: Sequence[str] = file["names"].tolist()
        return {
            name: (file[f"directions{number}"], file[f"offsets{number}"])
            for number, name in enumerate(names)
        }
