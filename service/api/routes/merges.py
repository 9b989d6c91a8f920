"""Records that are the same become one, and can be parted again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from service.api.dependencies import HubOf
from service.api.problems import described
from service.merging.schemas import Merge, MergeList, MergeRequest
from service.schemas import AssetId

router = APIRouter(prefix="/v1", tags=["duplicates"])


@router.post(
    "/assets/{asset_id}/merge",
    summary="Merge records into one",
    responses=described(409, "They differ in who may see them, in rights, or are under hold."),
)
def merge(hub: HubOf, asset_id: AssetId, request: MergeRequest) -> Merge:
    """Fields, ratings, collections and places of the others go to this record; the others go to
    the trash, and their ids lead here. All of it can be taken back."""
    return hub.desk.merges.merge(asset_id, request.asset_ids)


@router.get("/assets/{asset_id}/merges", summary="What was merged into a record")
def merges(hub: HubOf, asset_id: AssetId) -> MergeList:
    """Newest first, without those that were taken back."""
    return hub.desk.merges.of(asset_id)


@router.post(
    "/merges/{merge_id}/undo",
    summary="Take a merge back",
    responses=described(409, "It was taken back already, or a record was purged meanwhile."),
)
def undo(hub: HubOf, merge_id: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,36}$")]) -> Merge:
    """The records are as they were before; what people said since stays."""
    return hub.desk.merges.undo(merge_id)
