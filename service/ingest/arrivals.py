"""Files on their way into the catalog, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from service.blobs import Blob

ArrivalStatus = Literal["new", "changed", "unchanged", "moved", "back", "joined", "unreadable"]

TO_READ: frozenset[ArrivalStatus] = frozenset({"new", "changed"})
"""What has to be read; everything else is settled once it is written down."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one file that was handed in.

    Attributes:
        status: ``moved`` is a file in place that stood elsewhere before, ``back`` one that was
            missing, ``joined`` one that goes with the raw photo of the same name.
        asset_id: the record; empty where the file could not be read at all.
        same_bytes_as: another asset that already holds the same bytes.
        reason: why a file is unreadable, and what to do.
        origin: its path, or its address in a bucket.
        moved_from: where a file that has moved stood before.
    """

    name: str
    status: ArrivalStatus
    asset_id: str = ""
    same_bytes_as: str | None = None
    reason: str = ""
    origin: str = ""
    moved_from: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that has to be looked into.

    Attributes:
        origin: its path, or its address in a bucket.
        modified_ns: when it was changed last, in nanoseconds since 1970.
        asset_id: the record that is known under its origin; empty for none.
        blob: its bytes, once they are hashed.
    """

    origin: str
    name: str
    size: int
    modified_ns: int
    sidecar: Path | None = None
    sidecar_ns: int = 0
    asset_id: str = ""
    blob: Blob | None = None

    @property
    def stored(self) -> Blob:
        """Its bytes, which must be hashed."""
        assert self.blob is not None
        return self.blob


@dataclass(frozen=True, slots=True)
class KnownObject:
    """What the catalog knows of an object: its record, its size in bytes, and its time."""

    asset_id: str
    size: int
    modified_ns: int
