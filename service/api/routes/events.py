"""What happened, and the handling of assets that is written down as it happens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service import schemas
from service.access.schemas import HoldChange, StatusChange
from service.api.dependencies import HubOf
from service.api.problems import described
from service.events.schemas import EventPage

router = APIRouter(prefix="/v1", tags=["events"])

_Word = Annotated[str | None, Query(max_length=80, pattern=r"^[^\x00]*$")]
_Limit = Annotated[int, Query(ge=1, le=200)]
_Cursor = Annotated[str | None, Query(max_length=200)]


@router.get("/events", summary="What happened")
def list_events(
    hub: HubOf,
    asset: _Word = None,
    actor: _Word = None,
    kind: _Word = None,
    batch: _Word = None,
    since: Annotated[schemas.Moment | None, Query(description="Not older than this.")] = None,
    limit: _Limit = 50,
    cursor: _Cursor = None,
) -> EventPage:
    """Newest first, of what the caller may see; go on with ``cursor`` until it is null."""
    return hub.desk.events.page(
        limit=limit,
        cursor=cursor,
        asset_id=asset,
        actor=actor,
        kind=kind,
        batch_id=batch,
        since=since,
    )


@router.get("/assets/{asset_id}/history", summary="What happened to one asset")
def history(
    hub: HubOf, asset_id: schemas.AssetId, limit: _Limit = 50, cursor: _Cursor = None
) -> EventPage:
    """Newest first; go on with ``cursor`` until it is null."""
    return hub.desk.events.history(asset_id, limit=limit, cursor=cursor)


@router.post(
    "/assets/{asset_id}/status",
    summary="Let an asset go to another status",
    responses=described(409, "That step is not allowed; the answer names those that are."),
)
def set_status(hub: HubOf, asset_id: schemas.AssetId, change: StatusChange) -> schemas.AssetDetail:
    """Draft, in review, approved, published, archived, withdrawn, by allowed steps."""
    hub.desk.handling.set_status(asset_id, change.status)
    return hub.asset(asset_id)


@router.post("/assets/{asset_id}/hold", summary="Put an asset under legal hold, or release it")
def set_hold(hub: HubOf, asset_id: schemas.AssetId, change: HoldChange) -> schemas.AssetDetail:
    """What is on hold cannot be trashed or purged. Only admins release."""
    hub.desk.handling.set_hold(asset_id, change.hold, change.reason)
    return hub.asset(asset_id)
