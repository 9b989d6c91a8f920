"""What a worker is handed: one stage of one asset."""

from __future__ import annotations

from dataclasses import dataclass

from service.catalog.tables import Asset, JobItem

READ = "read"
"""The stage that makes a file searchable; all others come later."""


@dataclass(frozen=True, slots=True)
class Work:
    """One stage of one asset that a worker has claimed.

    ``size`` (bytes) and ``modified_ns`` are those of the file when it was written down;
    ``again`` asks for the work even where its result is current.
    """

    item_id: int
    asset_id: str
    sha256: str
    name: str
    in_place_path: str | None
    job_id: str
    stage: str = READ
    again: bool = False
    size: int = 0
    modified_ns: int = 0


def work_of(item: JobItem, asset: Asset) -> Work:
    """The work that an item asks for."""
    return Work(
        item_id=item.id,
        asset_id=asset.id,
        sha256=asset.sha256,
        name=asset.name,
        in_place_path=asset.origin if asset.in_place else None,
        job_id=item.job_id,
        stage=item.stage,
        again=item.again,
        size=asset.size,
        modified_ns=asset.modified_ns,
    )
