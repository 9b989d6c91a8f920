"""The life of an asset, from draft to withdrawn, and legal hold."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import get_args

from sqlalchemy.orm import Session

from service.access.seen import find_asset
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.errors import Conflict
from service.events.record import Change, record
from service.schemas import AssetStatus as Status

STATUSES: tuple[Status, ...] = get_args(Status)

TRANSITIONS: Mapping[Status, Set[Status]] = {
    "draft": {"in_review", "archived", "withdrawn"},
    "in_review": {"draft", "approved", "withdrawn"},
    "approved": {"in_review", "published", "archived", "withdrawn"},
    "published": {"approved", "archived", "withdrawn"},
    "archived": {"draft", "published", "withdrawn"},
    "withdrawn": {"draft", "archived"},
}
"""Where an asset may go from each status; nothing is approved that nobody reviewed."""


class Handling:
    """Status and legal hold of assets, for one viewer."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._database = database
        self._viewer = viewer

    def set_status(self, asset_id: str, status: Status) -> None:
        """Let an asset go to another status; to its own is no change.

        Raises:
            NotFound: there is no such asset.
            Conflict: that step is not allowed.
        """
        self._viewer.require("write")
        with self._database.write() as session:
            asset = find_asset(session, asset_id, self._viewer, for_update=True)
            before: Status = asset.status  # type: ignore[assignment]
            if status == before:
                return
            if status not in TRANSITIONS[before]:
                steps = ", ".join(sorted(TRANSITIONS[before]))
                raise Conflict(f"From {before} an asset goes to {steps}; take one of these steps.")
            asset.status = status
            self._record(session, "asset.status", asset_id, {"status": before}, {"status": status})

    def set_hold(self, asset_id: str, hold: bool, reason: str = "") -> None:
        """Put an asset under legal hold, or (as an admin) release it.

        Raises:
            NotFound: there is no such asset.
            Forbidden: only admins release.
        """
        self._viewer.require("write" if hold else "admin")
        with self._database.write() as session:
            asset = find_asset(session, asset_id, self._viewer, for_update=True)
            if asset.hold == hold:
                return
            asset.hold = hold
            after = {"hold": hold, **({"reason": reason} if reason else {})}
            self._record(session, "asset.hold", asset_id, {"hold": not hold}, after)

    def _record(
        self,
        session: Session,
        kind: str,
        asset_id: str,
        before: dict[str, object],
        after: dict[str, object],
    ) -> None:
        record(session, Change(self._viewer.id, kind, asset_id, before=before, after=after))


def refuse_held(asset: Asset) -> None:
    """Raises Conflict where an asset under legal hold would be removed or shortened in life."""
    if asset.hold:
        raise Conflict(
            f"{asset.name} is under legal hold and must be kept; an admin can release it."
        )
