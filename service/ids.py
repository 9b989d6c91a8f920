"""Identifiers: sortable for assets and jobs, derived for points."""

from __future__ import annotations

import os
import time
from uuid import UUID, uuid5


def new_id() -> str:
    """A new UUID version 7 (RFC 9562): sorts by time of making, 36 characters."""
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (stamp & (2**48 - 1)) << 80 | random
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return str(UUID(int=value))


def point_id(asset_id: str, unit_key: str) -> UUID:
    """The id of a unit's point in the index: the same for the same asset and unit."""
    return uuid5(UUID(asset_id), unit_key)
