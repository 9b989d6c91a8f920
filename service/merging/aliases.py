"""Where the ids of merged records lead."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.merging.tables import Alias


def survivor(session: Session, asset_id: str) -> str:
    """The id of the record that one was merged into, however often; its own if it was not."""
    seen = {asset_id}
    while True:
        next_ = session.scalar(select(Alias.asset_id).where(Alias.old_id == asset_id))
        if next_ is None or next_ in seen:
            return asset_id
        seen.add(next_)
        asset_id = next_


def merged_into(session: Session, asset_id: str) -> Sequence[Alias]:
    """What was merged into a record, directly or by way of another, oldest id first."""
    found: list[Alias] = []
    front = [asset_id]
    while front:
        aliases = session.scalars(select(Alias).where(Alias.asset_id.in_(front))).all()
        found += aliases
        front = [alias.old_id for alias in aliases]
    return sorted(found, key=lambda alias: alias.old_id)
