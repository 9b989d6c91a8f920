"""Files to take away: by presets, with credits inside and sheets beside them."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse, StreamingResponse

from service.api.dependencies import HubOf
from service.downloads import schemas
from service.schemas import AssetId

router = APIRouter(prefix="/v1", tags=["downloads"])


def _file(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": description, "content": {media_type: schema}}}


@router.get("/presets", summary="The ways to download")
def presets(hub: HubOf) -> schemas.PresetList:
    """Ours, and those of the library's `presets.yaml`."""
    return hub.desk.downloads.presets()


@router.get(
    "/assets/{asset_id}/download",
    summary="Download one file",
    response_class=Response,
    responses=_file("*/*", "The file."),
)
def download(
    hub: HubOf,
    asset_id: AssetId,
    preset: Annotated[str, Query(max_length=40)] = "original",
) -> Response:
    """Made by a preset: size, crop and format, credits written in, place and serial numbers
    taken out."""
    made = hub.desk.downloads.one(asset_id, preset)
    headers = {**attachment(made.name), "X-Content-Type-Options": "nosniff"}
    if isinstance(made.data, bytes):
        return Response(made.data, media_type=made.media_type, headers=headers)
    return FileResponse(made.data, media_type=made.media_type, headers=headers)


@router.post(
    "/downloads",
    summary="Download many files",
    response_class=StreamingResponse,
    responses=_file(
        "application/zip",
        "A ZIP, made while it is sent: the files, `metadata.csv`, `licences.csv`, and "
        "`problems.txt` where some could not be made.",
    ),
)
def download_many(hub: HubOf, request: schemas.DownloadRequest) -> StreamingResponse:
    """Assets by id, by selection or of a collection, and only those that fulfil all that is
    said; up to 5,000."""
    return StreamingResponse(
        hub.desk.downloads.zipped(request),
        media_type="application/zip",
        headers=attachment("magpie.zip"),
    )


def attachment(name: str) -> dict[str, str]:
    """Headers that let a browser save an answer under a name (RFC 6266)."""
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "private, no-store",
    }
