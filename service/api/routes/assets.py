"""Records, their bytes and their pictures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile
from fastapi.responses import FileResponse

from service import schemas
from service.api.dependencies import HubOf

router = APIRouter(prefix="/v1/assets", tags=["assets"])

_FOR_EVER = "private, max-age=31536000, immutable"

# Types that browsers show without running anything in them.
_INERT = frozenset(
    {
        "application/pdf",
        "image/avif",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
    }
)


@router.post("", status_code=202, summary="Upload files")
def upload(hub: HubOf, files: Annotated[list[UploadFile], File()]) -> list[schemas.Upload]:
    """Store files and queue them for reading; each answer names the record and the job.

    The same bytes under the same name are the same asset, so sending again is harmless.
    """
    return [hub.upload(file.file, file.filename or "unnamed") for file in files]


@router.get("", summary="List records, newest first")
def list_assets(
    hub: HubOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    kinds: Annotated[list[schemas.AssetKind] | None, Query()] = None,
    states: Annotated[list[schemas.AssetState] | None, Query()] = None,
) -> schemas.AssetPage:
    """Go on with ``cursor`` from the last answer until it is null."""
    return hub.assets(limit=limit, cursor=cursor, kinds=kinds or (), states=states or ())


@router.get("/{asset_id}", summary="One record")
def get_asset(hub: HubOf, asset_id: str) -> schemas.AssetDetail:
    """A record with every value that was found in its bytes."""
    return hub.asset(asset_id)


@router.post("/{asset_id}/read", summary="Read an asset once more")
def read_again(hub: HubOf, asset_id: str, request: schemas.ReadRequest) -> schemas.AssetDetail:
    """For files that failed, and for encrypted ones with their password."""
    return hub.read_again(asset_id, password=request.password)


@router.get("/{asset_id}/similar", summary="Assets that are like this one")
def similar(
    hub: HubOf, asset_id: str, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> schemas.SearchAnswer:
    """Pictures by how they look, documents by what they say."""
    return hub.similar(asset_id, limit=limit)


@router.get("/{asset_id}/original", response_class=FileResponse, summary="The bytes as they came")
def original(hub: HubOf, asset_id: str) -> FileResponse:
    """The stored bytes; types that a browser could execute are offered as a download."""
    path, asset = hub.original(asset_id)
    inert = asset.media_type in _INERT
    return FileResponse(
        path,
        media_type=asset.media_type if inert else "application/octet-stream",
        filename=asset.name,
        content_disposition_type="inline" if inert else "attachment",
        headers={"X-Content-Type-Options": "nosniff", "ETag": f'"{asset.sha256}"'},
    )


@router.get("/{asset_id}/thumbnail", response_class=FileResponse, summary="A small picture (JPEG)")
def thumbnail(hub: HubOf, asset_id: str) -> FileResponse:
    """Its address in the record changes with the picture, so it may be kept for ever."""
    return FileResponse(
        hub.thumbnail(asset_id),
        media_type="image/jpeg",
        headers={"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"},
    )
