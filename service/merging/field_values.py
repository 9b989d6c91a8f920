"""What people said of fields of documents goes with a merge, and comes back with its undoing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service.catalog.tables import Asset
from service.events.record import Change, record
from service.extraction.entries import HUMAN, end, human_row, live_entries
from service.extraction.tables import Extraction, FieldEntry

_PLACE = ("page", "box", "char_start", "char_end", "evidence")


def carry_fields(session: Session, found: Sequence[Asset], merge_id: str, actor: str) -> None:
    """Let what people said of fields hold for another record, where nobody spoke yet.

    Where two of the others were corrected, the first counts. A place goes along only between
    records of the same file.

    Args:
        found: the records, the one that stays first.
    """
    kept = found[0]
    entries = live_entries(session, [asset.id for asset in found])
    taken = {(row.schema, row.name) for row in entries.get(kept.id, []) if row.source == HUMAN}
    made: list[dict[str, Any]] = []
    for other in found[1:]:
        said = [row for row in entries.get(other.id, []) if row.source == HUMAN]
        made += [
            _carried(kept, other, row) | {"merge_id": merge_id}
            for row in said
            if (row.schema, row.name) not in taken
        ]
        taken |= {(row.schema, row.name) for row in said}
    if made:
        session.execute(insert(FieldEntry), made)
        after: dict[str, list[str | None]] = {}
        for row in made:
            after.setdefault(row["name"], []).append(row["value"])
        _told(session, Change(actor, "asset.fields", kept.id, batch_id=merge_id, after=after))


def return_fields(session: Session, kept_id: str, merge_id: str, batch_id: str, actor: str) -> None:
    """Take back what a merge said of fields; what people said since stays."""
    rows = session.scalars(
        select(FieldEntry).where(
            FieldEntry.asset_id == kept_id,
            FieldEntry.merge_id == merge_id,
            FieldEntry.until.is_(None),
        )
    ).all()
    if rows:
        before: dict[str, list[str | None]] = {}
        for row in rows:
            before.setdefault(row.name, []).append(row.value)
        end(session, rows, actor)
        _told(session, Change(actor, "asset.fields", kept_id, batch_id=batch_id, before=before))


def _carried(kept: Asset, other: Asset, row: FieldEntry) -> dict[str, Any]:
    made = human_row(kept.id, row.schema, row.name, row.value, actor=row.actor, place=row.place)
    made["detail"] = row.detail
    if kept.sha256 == other.sha256:
        made |= {name: getattr(row, name) for name in _PLACE}
    return made


def _told(session: Session, change: Change) -> None:
    record(session, change)
    # What follows from the fields, such as when it ends, is worked out again.
    session.execute(
        update(Extraction).where(Extraction.asset_id == change.asset_id).values(maker="")
    )
