"""By what assets were tagged, and which of them are to be tagged anew."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from service.catalog.tables import Asset
from service.tags.tables import TagState

AGAIN = ""
"""The digest of assets that are to be tagged again soon."""


_AT_ONCE = 400


def alone_with(session: Session, asset_ids: Sequence[str]) -> None:
    """Let nobody else change the tags of some assets until the transaction ends."""
    for chunk in _chunked(asset_ids):
        # Always in one order, so that two who want the same ones wait instead of failing.
        session.execute(
            select(Asset.id).where(Asset.id.in_(chunk)).order_by(Asset.id).with_for_update()
        ).all()


def tag_again(session: Session, asset_ids: Sequence[str]) -> None:
    """Have some assets tagged again soon: something that speaks for their tags changed."""
    alone_with(session, asset_ids)
    for chunk in _chunked(asset_ids):
        session.execute(
            update(TagState)
            .where(TagState.asset_id.in_(chunk), ~TagState.held)
            .values(digest=AGAIN)
            .execution_options(synchronize_session=False)
        )


def any_to_tag_again(session: Session) -> bool:
    """Whether ``tag_again`` was asked for and not done yet."""
    waiting = (
        select(TagState.asset_id)
        .join(Asset, Asset.id == TagState.asset_id)
        .where(TagState.digest == AGAIN, ~TagState.held, Asset.state == "ready")
        .limit(1)
    )
    return session.scalars(waiting).first() is not None


def not_tagged_by(session: Session, digest: str, after: str, limit: int) -> list[str]:
    """Ids of some assets that were last tagged by something else, in order."""
    rows = (
        select(Asset.id)
        .outerjoin(TagState, TagState.asset_id == Asset.id)
        .where(
            Asset.id > after,
            Asset.state == "ready",
            or_(TagState.asset_id.is_(None), (TagState.digest != digest) & ~TagState.held),
        )
        .order_by(Asset.id)
        .limit(limit)
    )
    return list(session.scalars(rows))


def held_among(session: Session, asset_ids: Sequence[str]) -> set[str]:
    """Those of some assets of which machines are to say nothing."""
    held = select(TagState.asset_id).where(TagState.asset_id.in_(asset_ids), TagState.held)
    return set(session.scalars(held))


def note(
    session: Session, asset_ids: Sequence[str], digest: str, *, held: bool | None = None
) -> None:
    """Write down by what some assets were tagged, and whether machines are to be quiet."""
    known = {
        row.asset_id: row
        for row in session.scalars(select(TagState).where(TagState.asset_id.in_(asset_ids)))
    }
    for asset_id in asset_ids:
        row = known.get(asset_id)
        if row is None:
            session.add(TagState(asset_id=asset_id, digest=digest, held=bool(held)))
        else:
            row.digest = digest
            row.held = row.held if held is None else held
    session.flush()


def _chunked(asset_ids: Sequence[str]) -> list[list[str]]:
    ordered = sorted(asset_ids)
    return [ordered[at : at + _AT_ONCE] for at in range(0, len(ordered), _AT_ONCE)]
