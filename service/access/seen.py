"""Looking up one asset as somebody sees it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.tables import Asset
from service.errors import NotFound
from service.merging.aliases import survivor


def find_asset(
    session: Session,
    asset_id: str,
    viewer: Viewer,
    *,
    for_update: bool = False,
    follow: bool = False,
) -> Asset:
    """The row of an asset; what a viewer may not see is like nothing.

    Args:
        for_update: keep others from changing it until the transaction ends.
        follow: whether the id of a record that was merged leads to the one that stays.

    Raises:
        NotFound: there is none.
    """
    wanted = select(Asset).where(Asset.id == asset_id, *seen_assets(viewer))
    asset = session.scalar(wanted.with_for_update() if for_update else wanted)
    if follow and (asset is None or asset.trashed_at is not None):
        other = survivor(session, asset_id)
        if other != asset_id:
            return find_asset(session, other, viewer, for_update=for_update)
    if asset is None:
        raise no_asset(asset_id)
    return asset


def no_asset(asset_id: str) -> NotFound:
    """The one answer for assets that are not there and for those that may not be seen."""
    return NotFound(f"There is no asset {asset_id}; `magpie search` shows the ids.")
