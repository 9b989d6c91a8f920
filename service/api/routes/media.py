"""Scenes, transcripts and copies of video and sound."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from service.api.dependencies import HubOf
from service.api.files import file_answer
from service.api.routes.assets import AssetId, Seen, described_bytes
from service.hub import Hub
from service.media.schemas import Timeline

router = APIRouter(prefix="/v1/assets", tags=["assets"])


@router.get("/{asset_id}/timeline", summary="What happens in a video or sound")
def timeline(hub: HubOf, asset_id: AssetId) -> Timeline:
    """Scenes and what is said, by seconds; empty until Magpie has looked and listened."""
    return hub.desk.media.timeline(asset_id)


@router.get(
    "/{asset_id}/contact-sheet",
    response_class=Response,
    responses=described_bytes("image/jpeg"),
    summary="The scenes of a video side by side (JPEG)",
)
def contact_sheet(request: Request, hub: HubOf, asset_id: AssetId, v: Seen = "") -> Response:
    """Each with its time; the timeline says whether there is one."""
    return _answer(request, hub, asset_id, "contact_sheet", v)


@router.get(
    "/{asset_id}/proxy",
    response_class=Response,
    responses=described_bytes("video/mp4"),
    summary="A copy of a video that browsers play (MP4)",
)
def proxy(request: Request, hub: HubOf, asset_id: AssetId, v: Seen = "") -> Response:
    """In parts by ``Range``; made only where browsers do not play the original."""
    return _answer(request, hub, asset_id, "proxy", v)


def _answer(request: Request, hub: Hub, asset_id: str, kind: str, v: str) -> Response:
    path, file = hub.desk.media.file(asset_id, kind)
    return file_answer(
        request,
        path,
        media_type=file.media_type,
        tag=file.blob,
        for_ever=v != "" and file.blob.startswith(v),
    )


for _path, _made in (("contact-sheet", contact_sheet), ("proxy", proxy)):
    router.add_api_route(f"/{{asset_id}}/{_path}", _made, methods=["HEAD"], include_in_schema=False)
