"""What was learned of document types, kept in the catalog: one lesson is in use, or none."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import func, select, update

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


def keep(database: Database, weights: bytes, *, field: str = FIELD, **told: Any) -> None:
    """Take what was learned of a field into use; ``told`` are other columns of a row."""
    with database.write() as session:
        session.execute(
            update(LearnedTypes).where(LearnedTypes.field == field).values(current=False)
        )
        session.add(LearnedTypes(field=field, weights=weights, current=True, **told))


def take_back(database: Database) -> bool:
    """Put what was in use before the last lesson in its place; whether there was a lesson.

    A lesson is all that was learned at one time, of types and of other fields.
    """
    with database.write() as session:
        last = session.scalar(select(func.max(LearnedTypes.created_at)).where(LearnedTypes.current))
        if last is None:
            return False
        for row in session.scalars(
            select(LearnedTypes).where(LearnedTypes.current, LearnedTypes.created_at == last)
        ).all():
            before = session.scalar(
                select(LearnedTypes)
                .where(LearnedTypes.field == row.field, LearnedTypes.id < row.id)
                .order_by(LearnedTypes.id.desc())
                .limit(1)
            )
            if before is not None:
                before.current = True
            session.delete(row)
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
