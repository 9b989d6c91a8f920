"""Learning document types from what people corrected; kept only where it is better."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence

import numpy as np
from sqlalchemy import select

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
        labels = tuple(Label(name, describe=(f"a {name}",)) for name in row.labels)
        digest = hashlib.sha256(row.weights).hexdigest()
        return Learned(labels, unpacked(row.weights), digest)


def packed(weights: dict[str, Weights]) -> bytes:
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
