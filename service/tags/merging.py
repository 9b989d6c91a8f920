"""Tags follow when a term takes the place of another."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.ids import new_id
from service.tags.decisions import record
from service.tags.rows import Changes, Run, Said, standing, write
from service.tags.state import alone_with, tag_again
from service.tags.tables import Tag
from service.vocabularies.in_force import Merge

_CHUNK = 400


def follow_merge(session: Session, merge: Merge) -> None:
    """Let what people said of the old term be said of the new one; machines say anew.

    Where people said something of both, what they said of the new one counts.
    """
    old_key, new_key = (merge.vocabulary_id, merge.old), (merge.vocabulary_id, merge.new)
    run = Run(new_id(), "person", merge.actor, f"merge {'/'.join(old_key)}")
    rows = select(Tag.asset_id).where(
        Tag.vocabulary == merge.vocabulary_id, Tag.term == merge.old, Tag.until.is_(None)
    )
    asset_ids = session.scalars(rows.order_by(Tag.asset_id)).all()
    for start in range(0, len(asset_ids), _CHUNK):
        chunk = asset_ids[start : start + _CHUNK]
        changes = Changes()
        alone_with(session, chunk)
        for asset_id, tags in standing(session, chunk).items():
            if (old := tags.get(old_key)) is None:
                continue
            new = tags.get(new_key)
            changes.replace(asset_id, old_key, old, None)
            if old.source == "human" and (new is None or new.source != "human"):
                changes.replace(asset_id, new_key, new, Said.of(old))
        record(session, changes, run)
        write(session, changes, run)
        tag_again(session, chunk)
