"""Taking back what a run did to tags, as far as nobody spoke since."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.tags.rows import Changes, Key, Said, standing
from service.tags.tables import Tag


def undoing(session: Session, run_id: str, asset_ids: Sequence[str]) -> tuple[Changes, set[str]]:
    """What takes a run back for some assets, and those in which something newer is left alone."""
    stands = standing(session, asset_ids)
    touched: dict[tuple[str, Key], list[Tag]] = {}
    rows = select(Tag).where(
        Tag.asset_id.in_(asset_ids), or_(Tag.run_id == run_id, Tag.ended_by == run_id)
    )
    for row in session.scalars(rows.order_by(Tag.id)):
        touched.setdefault((row.asset_id, row.key), []).append(row)
    changes, kept = Changes(), set()
    for (asset_id, key), history in touched.items():
        now_said = stands[asset_id].get(key)
        if now_said is not _left_by(run_id, history):
            kept.add(asset_id)
            continue
        before = next((row for row in history if row.run_id != run_id), None)
        changes.replace(asset_id, key, now_said, Said.of(before) if before is not None else None)
    return changes, kept


def _left_by(run_id: str, history: Sequence[Tag]) -> Tag | None:
    """What stood for a term when a run was done with it."""
    made = [row for row in history if row.run_id == run_id]
    return made[-1] if made and made[-1].ended_by != run_id else None
