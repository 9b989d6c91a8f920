"""Originals and what was made of them."""

from __future__ import annotations

from fastapi import APIRouter

from service.api.dependencies import HubOf
from service.api.problems import described
from service.schemas import AssetId
from service.variants.schemas import SetOriginal, VariantTree

router = APIRouter(prefix="/v1/assets/{asset_id}", tags=["assets"])


@router.get("/variants", summary="The tree of an original and its variants")
def variants(hub: HubOf, asset_id: AssetId) -> VariantTree:
    """From the original down, whichever of them is asked for."""
    return hub.desk.variants.tree(asset_id)


@router.put(
    "/original",
    summary="Say of what an asset was made",
    responses=described(409, "It would go round in a circle."),
)
def join(hub: HubOf, asset_id: AssetId, wanted: SetOriginal) -> VariantTree:
    """Rights of the original hold for it where its own record says nothing."""
    return hub.desk.variants.join(asset_id, wanted)


@router.delete("/original", summary="Say that an asset has no original")
def part(hub: HubOf, asset_id: AssetId) -> VariantTree:
    """Rights that it had from its original do not follow any more."""
    return hub.desk.variants.part(asset_id)
