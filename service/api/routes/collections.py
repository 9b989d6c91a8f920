"""Collections and what is in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from service import schemas
from service.api.dependencies import HubOf
from service.api.problems import described
from service.collections.schemas import (
    Collection,
    CollectionChange,
    CollectionList,
    MemberChange,
    MemberResult,
    NewCollection,
)

router = APIRouter(prefix="/v1/collections", tags=["collections"])

_TAKEN = described(409, "A collection of that name lies there, or others lie in this one.")


@router.get("", summary="All collections")
def list_collections(hub: HubOf) -> CollectionList:
    """The whole tree, each collection after the one that it lies in."""
    return hub.desk.collections.tree()


@router.post("", status_code=201, summary="Make a collection", responses=_TAKEN)
def create_collection(hub: HubOf, new: NewCollection) -> Collection:
    """At the top or in another; only admins say which groups see it."""
    return hub.desk.collections.create(new)


@router.get("/{collection_id}", summary="One collection")
def get_collection(hub: HubOf, collection_id: schemas.AssetId) -> Collection:
    """Its name, place and how many assets are directly in it."""
    return hub.desk.collections.get(collection_id)


@router.patch("/{collection_id}", summary="Rename or move a collection", responses=_TAKEN)
def change_collection(
    hub: HubOf, collection_id: schemas.AssetId, change: CollectionChange
) -> Collection:
    """What is left out stays. Only admins change who sees it, also by moving it."""
    return hub.desk.collections.change(collection_id, change)


@router.delete("/{collection_id}", status_code=204, summary="Remove a collection", responses=_TAKEN)
def delete_collection(
    hub: HubOf,
    collection_id: schemas.AssetId,
    recursive: Annotated[bool, Query(description="With those that lie in it.")] = False,
) -> None:
    """Its assets stay in the catalog."""
    hub.desk.collections.delete(collection_id, recursive=recursive)


@router.get("/{collection_id}/assets", summary="The assets in a collection")
def collection_assets(
    hub: HubOf,
    collection_id: schemas.AssetId,
    inside: Annotated[bool, Query(description="Also of those that lie in it.")] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> schemas.AssetPage:
    """Newest first; go on with ``cursor`` from the last answer until it is null."""
    return hub.collection_assets(collection_id, limit=limit, cursor=cursor, inside=inside)


@router.post("/{collection_id}/assets", summary="Put assets in and take assets out")
def change_members(
    hub: HubOf, collection_id: schemas.AssetId, change: MemberChange
) -> MemberResult:
    """All or none; up to 1,000 each way. Adding what is there changes nothing."""
    return hub.desk.members.change(collection_id, change)
