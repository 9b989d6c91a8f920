"""Letting go for good what lies in the trash."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from fastapi import APIRouter

from service.api.dependencies import HubOf
from service.api.problems import described
from service.schemas import AssetId
from service.trash.schemas import EmptyTrash, Purged

router = APIRouter(prefix="/v1", tags=["trash"])


@router.post(
    "/assets/{asset_id}/purge",
    summary="Let a record in the trash go for good",
    responses=described(409, "It is not in the trash, or under legal hold."),
)
def purge(hub: HubOf, asset_id: AssetId) -> Purged:
    """Its bytes, pictures, words and vectors are removed; for admins. In its history stays who
    did what and when. Files in place are left where they are."""
    return Purged(**asdict(hub.desk.trash.purge(asset_id)))


@router.post("/trash/empty", summary="Empty the trash")
def empty(hub: HubOf, request: EmptyTrash) -> Purged:
    """What has been there longer than the holding time goes for good; for admins."""
    days = request.older_than_days
    older_than = None if days is None else timedelta(days=days)
    return Purged(**asdict(hub.desk.trash.empty(older_than=older_than)))
