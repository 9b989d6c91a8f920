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
    kinds: dict[AssetKind, int] = {
        kind: hub.assets(limit=1, kinds=[kind]).total for kind in get_args(AssetKind)
    }
    return Inventory(
        total=sum(kinds.values()),
        kinds={kind: count for kind, count in kinds.items() if count},
        waiting=waiting(hub),
        failed=hub.assets(limit=1, states=["failed"]).total,
        unsupported=hub.assets(limit=1, states=["unsupported"]).total,
    )


def waiting(hub: Hub) -> int:
    """How many records are still to be read."""
    return hub.assets(limit=1, states=["queued"]).total
