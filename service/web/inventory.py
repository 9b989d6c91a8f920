"""How many records there are of each kind, and how many wait or could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from service.hub import Hub
from service.schemas import AssetKind


@dataclass(frozen=True, slots=True)
class Inventory:
    """Counts of records. ``kinds`` holds only kinds that occur."""

    total: int
    kinds: dict[AssetKind, int]
    waiting: int
    failed: int
    unsupported: int


def inventory(hub: Hub) -> Inventory:
    """The counts of this moment."""
    counts = hub.counts()
    return Inventory(
        total=counts.total,
        kinds={kind: counts.kinds[kind] for kind in get_args(AssetKind) if kind in counts.kinds},
        waiting=counts.states.get("queued", 0),
        failed=counts.states.get("failed", 0),
        unsupported=counts.states.get("unsupported", 0),
    )


def waiting(hub: Hub) -> int:
    """How many records are still to be read."""
    return hub.counts().states.get("queued", 0)
