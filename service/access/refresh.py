"""Keeps who may see an asset in step with its collections, many assets at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from sqlalchemy import delete, exists, insert, literal, select, union, update
from sqlalchemy.orm import Session

from service.access.tables import AssetAccess
from service.access.viewer import Viewer
from service.catalog.tables import Asset, Outbox
from service.collections.tables import CollectionAudience, CollectionMember
from service.errors import Forbidden

_CHUNK = 500


def refresh_access(session: Session, asset_ids: Iterable[str], viewer: Viewer) -> None:
    """Work out anew which groups may see some assets, and have the index told of changes.

    An asset's groups are those of all its collections; with none it is everybody's.

    Raises:
        Forbidden: an asset would become everybody's, and the viewer is no admin. The caller
            lets the transaction fall.
    """
    for chunk in _chunks(asset_ids):
        _refresh(session, chunk, viewer)


def _refresh(session: Session, asset_ids: Sequence[str], viewer: Viewer) -> None:
    # What follows reads tables by statements: pending rows must be in them.
    session.flush()
    among = AssetAccess.asset_id.in_(asset_ids)
    wanted = (
        select(CollectionMember.asset_id, CollectionAudience.group_name)
        .join(
            CollectionAudience,
            CollectionAudience.collection_id == CollectionMember.collection_id,
        )
        .where(CollectionMember.asset_id.in_(asset_ids))
        .distinct()
    )
    still = wanted.where(
        CollectionMember.asset_id == AssetAccess.asset_id,
        CollectionAudience.group_name == AssetAccess.group_name,
    ).correlate(AssetAccess)
    held = (
        select(AssetAccess.asset_id)
        .where(
            AssetAccess.asset_id == CollectionMember.asset_id,
            AssetAccess.group_name == CollectionAudience.group_name,
        )
        .correlate(CollectionMember, CollectionAudience)
    )
    missing = wanted.where(~exists(held))
    lost = select(AssetAccess.asset_id).where(among, ~exists(still))
    changed = session.scalars(union(select(missing.subquery().c.asset_id), lost)).all()
    session.execute(delete(AssetAccess).where(among, ~exists(still)))
    session.execute(insert(AssetAccess).from_select(["asset_id", "group_name"], missing))
    _restrict(session, asset_ids, viewer)
    if changed:
        session.execute(
            insert(Outbox).from_select(
                ["asset_id", "operation"],
                select(Asset.id, literal("index")).where(Asset.id.in_(changed)),
            )
        )


def _restrict(session: Session, asset_ids: Sequence[str], viewer: Viewer) -> None:
    access = exists(select(AssetAccess.asset_id).where(AssetAccess.asset_id == Asset.id))
    freed = select(Asset.id).where(Asset.id.in_(asset_ids), Asset.restricted.is_(True), ~access)
    if not viewer.may("admin") and session.scalar(freed.limit(1)) is not None:
        raise Forbidden(
            "This would show something restricted to everybody, which only an admin may do; "
            "add it to another collection of its group first."
        )
    session.execute(
        update(Asset)
        .where(Asset.id.in_(asset_ids), Asset.restricted != access)
        .values(restricted=access, updated_at=Asset.updated_at)
        .execution_options(synchronize_session=False)
    )


def _chunks(asset_ids: Iterable[str]) -> Iterator[Sequence[str]]:
    rest = iter(asset_ids)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
