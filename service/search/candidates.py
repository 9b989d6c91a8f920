"""What retrieval found, before it is judged: units with the scores of each leg."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from service.index.base import Hit

Side = Literal["words", "example"]
"""The two ways to ask, which must both be met where both are used."""


@dataclass(slots=True)
class Candidate:
    """A unit that at least one leg found.

    ``scores`` holds the score of each leg that knows the unit: cosine for dense
    legs, BM25 for ``bm25``.
    """

    asset_id: str
    unit: str
    unit_kind: str
    scores: dict[str, float] = field(default_factory=dict)


def gather(legs: Mapping[str, Iterable[Hit]]) -> dict[UUID, Candidate]:
    """Candidates by point id, from the hits of each leg."""
    found: dict[UUID, Candidate] = {}
    for leg, hits in legs.items():
        for hit in hits:
            candidate = found.get(hit.id)
            if candidate is None:
                candidate = found[hit.id] = Candidate(
                    asset_id=str(hit.payload["asset_id"]),
                    unit=str(hit.payload["unit"]),
                    unit_kind=str(hit.payload["unit_kind"]),
                )
            candidate.scores[leg] = hit.score
    return found
