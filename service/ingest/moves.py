"""Files in place that were moved or renamed: the same bytes elsewhere, the old place empty."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePath

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.tables import Asset, Outbox, now
from service.errors import NotFound
from service.events.record import Change, record
from service.ingest.arrivals import Incoming

_MOST_TWINS = 16
"""So many records of the same bytes are looked at; each costs a look at the disk."""


def find_moved(session: Session, strangers: Sequence[Incoming]) -> dict[str, Asset]:
    """For files at new places, by origin, the record whose file stood elsewhere before.

    Empty files are all alike and never count as moved.
    """
    hashes = {each.stored.sha256 for each in strangers if each.size}
    if not hashes:
        return {}
    held = session.scalars(
        select(Asset.sha256).where(Asset.sha256.in_(hashes), Asset.in_place).distinct()
    ).all()
    gone = {sha256: _without_file(session, sha256) for sha256 in held}
    moved: dict[str, Asset] = {}
    for each in strangers:
        candidates = gone.get(each.stored.sha256)
        if candidates:
            # Of several copies that went, the one of the same name has moved.
            asset = next((one for one in candidates if one.name == each.name), candidates[0])
            candidates.remove(asset)
            moved[each.origin] = asset
    return moved


def _without_file(session: Session, sha256: str) -> list[Asset]:
    """Records of some bytes in place whose file is gone, those known to be missing first."""
    assets = session.scalars(
        select(Asset)
        .where(Asset.sha256 == sha256, Asset.in_place, Asset.origin.is_not(None))
        .order_by(Asset.missing_at.is_(None), Asset.id)
        .limit(_MOST_TWINS)
    )
    return [asset for asset in assets if asset.origin and is_gone(asset.origin)]


def is_gone(path: str) -> bool:
    """Whether nothing stands at a path; what cannot be looked at may still be there."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def present(origin: str, missing_at: datetime | None) -> Path:
    """Where a file in place stands.

    Raises:
        NotFound: it is not there; the message says since when, as far as that is known.
    """
    path = Path(origin)
    if path.is_file():
        return path
    since = f"has not been there since {missing_at:%Y-%m-%d}" if missing_at else ""
    raise NotFound(
        f"{origin} {since or 'is not there any more'}; connect its disk or put it back, or take "
        "it in again at its new place."
    )


def relocate(session: Session, asset: Asset, incoming: Incoming, by: str) -> None:
    """Write down that the file of a record stands elsewhere now; events keep where it was."""
    before = {"origin": asset.origin, "name": asset.name}
    if asset.origin is not None and asset.name == PurePath(asset.origin).name:
        asset.name = incoming.name
    asset.origin = incoming.origin
    asset.modified_ns = incoming.modified_ns
    asset.missing_at = None
    asset.updated_at = now()
    # Access rules may speak of its path and name: they are applied anew.
    asset.screened = None
    session.add(Outbox(asset_id=asset.id, operation="index"))
    after = {"origin": asset.origin, "name": asset.name}
    record(session, Change(by, "asset.moved", asset.id, before=before, after=after))
