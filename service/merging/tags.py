"""What people said of tags goes with a merge, and comes back with its undoing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.tags.decisions import record
from service.tags.rows import Changes, Run, Said, standing, touch, write
from service.tags.state import tag_again
from service.tags.undo import undoing

_KIND = "person"
_ABOUT = "merged records"


def carry_tags(
    session: Session, kept_id: str, other_ids: Sequence[str], merge_id: str, actor: str
) -> None:
    """Let what people said of tags of some records be said of another, where nobody spoke yet.

    What machines say of the others is left: they say it of the one that stays by themselves.
    """
    stands = standing(session, [kept_id, *other_ids])
    own = stands[kept_id]
    changes = Changes()
    taken = {key for key, tag in own.items() if tag.source == "human"}
    for other_id in other_ids:
        for key, tag in stands[other_id].items():
            if tag.source == "human" and key not in taken:
                taken.add(key)
                changes.replace(kept_id, key, own.get(key), Said.of(tag))
    _write(session, changes, Run(merge_id, _KIND, actor, _ABOUT), kept_id)


def return_tags(session: Session, kept_id: str, merge_id: str, batch_id: str, actor: str) -> None:
    """Take back what a merge said of tags; what people said since stays."""
    changes, _ = undoing(session, merge_id, [kept_id])
    _write(session, changes, Run(batch_id, "undo", actor, _ABOUT), kept_id)


def _write(session: Session, changes: Changes, run: Run, kept_id: str) -> None:
    if not changes.assets:
        return
    record(session, changes, run)
    write(session, changes, run)
    touch(session, [kept_id])
    # Machines follow: terms above come and go with those below.
    tag_again(session, [kept_id])
