"""What people decide about tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from service.events.record import Change, record_all
from service.tags.machine import tag_assets
from service.tags.names import keep_names
from service.tags.rows import Changes, Key, Run, Said, standing, touch, write
from service.tags.schemas import Decision
from service.tags.taggers import Taggers

_STATES: dict[Decision, str] = {"accept": "accepted", "reject": "rejected"}


def decide(
    session: Session,
    asset_ids: Sequence[str],
    decisions: Mapping[Key, Decision],
    taggers: Taggers,
    run: Run,
) -> set[str]:
    """Write down what a person decides; machines follow: terms above come and go.

    Returns:
        Ids of the assets of which something else is said now.
    """
    stands = standing(session, asset_ids)
    changes = Changes()
    for asset_id in asset_ids:
        for key, decision in decisions.items():
            old = stands[asset_id].get(key)
            theirs = old if old is not None and old.source == "human" else None
            if decision == "reset":
                if theirs is not None:
                    changes.replace(asset_id, key, theirs, None)
                continue
            state = _STATES[decision]
            if theirs is None or theirs.state != state:
                said = Said(state, "human", actor=run.started_by)
                changes.replace(asset_id, key, old, said)
    changed = changes.assets
    if not changed:
        return changed
    keep_names(session, taggers.kept)
    record(session, changes, run)
    write(session, changes, run)
    touch(session, changed)
    tag_assets(session, sorted(changed), taggers, run)
    return changed


def record(session: Session, changes: Changes, run: Run) -> None:
    """Write down in the trail of events who changed which tags; before ``write``."""
    before: dict[str, dict[str, str]] = {}
    after: dict[str, dict[str, str]] = {}
    for row in changes.ended:
        before.setdefault(row.asset_id, {})[_name(row.key)] = row.state
    for asset_id, key, said in changes.said:
        after.setdefault(asset_id, {})[_name(key)] = said.state
    record_all(
        session,
        (
            Change(
                run.started_by,
                "asset.tags",
                asset_id,
                batch_id=run.id,
                before=before.get(asset_id, {}),
                after=after.get(asset_id, {}),
            )
            for asset_id in sorted(changes.assets)
        ),
    )


def _name(key: Key) -> str:
    return "/".join(key)
