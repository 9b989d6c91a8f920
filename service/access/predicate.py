"""The rule of who sees what, once for the catalog and once for the index.

An asset may be seen once the access rules were applied to its present bytes, by everybody
where no collection restricts it, else by the groups of its collections. Admins see all.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session

from service.access.tables import AssetAccess
from service.access.viewer import Viewer
from service.catalog.tables import Asset
from service.collections.tables import Collection, CollectionAudience
from service.index.base import Condition

EVERYONE = "everyone"
"""The group that assets carry in the index where nothing restricts them."""


def seen_assets(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Conditions on ``Asset`` that leave what a viewer may see; none for an admin."""
    if viewer.sees_all:
        return ()
    return (Asset.screened == Asset.sha256, or_(Asset.restricted.is_(False), _let_in(viewer)))


def _let_in(viewer: Viewer) -> ColumnElement[bool]:
    if not viewer.groups:
        return false()
    return exists(
        select(AssetAccess.asset_id).where(
            AssetAccess.asset_id == Asset.id, AssetAccess.group_name.in_(sorted(viewer.groups))
        )
    )


def unscreened() -> ColumnElement[bool]:
    """The condition on ``Asset`` that the index ``asset_unscreened`` is made for."""
    return or_(Asset.screened.is_(None), Asset.screened != Asset.sha256)


def seen_collections(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """Conditions on ``Collection`` that leave what a viewer may see; none for an admin."""
    if viewer.sees_all:
        return ()
    carried = select(CollectionAudience.group_name).where(
        CollectionAudience.collection_id == Collection.id
    )
    shared = exists(carried.where(CollectionAudience.group_name.in_(sorted(viewer.groups))))
    return (or_(~exists(carried), shared),)


def groups_of(session: Session, assets: Sequence[Asset]) -> dict[str, list[str]]:
    """What the points of some assets carry as groups; none means only admins."""
    found: dict[str, list[str]] = {asset.id: [] for asset in assets}
    screened = {asset.id: asset for asset in assets if asset.screened == asset.sha256}
    for asset_id, asset in screened.items():
        if not asset.restricted:
            found[asset_id].append(EVERYONE)
    restricted = [asset_id for asset_id, asset in screened.items() if asset.restricted]
    if restricted:
        for access in session.execute(
            select(AssetAccess.asset_id, AssetAccess.group_name)
            .where(AssetAccess.asset_id.in_(restricted))
            .order_by(AssetAccess.group_name)
        ):
            found[access.asset_id].append(access.group_name)
    return found


def seen_points(viewer: Viewer) -> tuple[Condition, ...]:
    """The same on the points of the index."""
    if viewer.sees_all:
        return ()
    return (Condition("groups", any_of=[EVERYONE, *sorted(viewer.groups)]),)
