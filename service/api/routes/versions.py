"""The versions of an asset: each stays as it was written, and the latest has one address."""

from __future__ import annotations

from typing import Annotated, BinaryIO, cast

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, Path, Request, Response

from service.api.dependencies import HubOf
from service.api.files import FILE_ANSWERS, file_answer
from service.api.multipart import body_chunks, form_files
from service.api.problems import described
from service.errors import BadRequest
from service.schemas import AssetId
from service.versions.schemas import MadeVersion, Version, VersionList

router = APIRouter(prefix="/v1/assets/{asset_id}/versions", tags=["versions"])

_HELD = described(409, "It is under legal hold.")
_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                },
            }
        },
    }
}
_BYTES = {"*/*": {"schema": {"type": "string", "format": "binary"}}}

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("", summary="All versions of an asset")
def list_versions(hub: HubOf, asset_id: AssetId) -> VersionList:
    """Newest first."""
    return VersionList(
        versions=[
            Version(
                number=each.number,
                name=each.name,
                size=each.size,
                sha256=each.sha256,
                created_at=each.created_at,
                latest=each.latest,
                original=f"/v1/assets/{asset_id}/versions/{each.number}/original"
                f"?v={each.sha256[:16]}",
            )
            for each in hub.desk.versions.of(asset_id)
        ]
    )


@router.post(
    "",
    status_code=202,
    summary="Upload a new version",
    openapi_extra=_FORM,
    responses=_HELD,
)
async def add_version(request: Request, hub: HubOf, asset_id: AssetId) -> MadeVersion:
    """The asset keeps its id, record and addresses; its bytes change. Bytes that are the
    latest version already make no new one."""
    files = form_files(
        request.headers.get("content-type", ""), body_chunks(request), field="file", most=1
    )

    def take() -> MadeVersion:
        for name, stream in files:
            return _made(hub.desk.versions.add(asset_id, cast(BinaryIO, stream), name))
        raise BadRequest("The form holds no file; send one in the field `file`.")

    limiter = cast(CapacityLimiter, request.app.state.uploading)
    return await anyio.to_thread.run_sync(take, limiter=limiter)


@router.post(
    "/{number}/restore",
    status_code=202,
    summary="Let an earlier version be the latest again",
    responses=_HELD,
)
def restore_version(hub: HubOf, asset_id: AssetId, number: Number) -> MadeVersion:
    """As a new version of the same bytes."""
    return _made(hub.desk.versions.restore(asset_id, number))


@router.get(
    "/{number}/original",
    response_class=Response,
    responses={200: {"description": "The bytes.", "content": _BYTES}, **FILE_ANSWERS},
    summary="The bytes of one version",
)
def version_bytes(
    request: Request, hub: HubOf, asset_id: AssetId, number: Number, v: str = ""
) -> Response:
    """Offered as a download; the address of the latest is that of the asset's original."""
    path, row = hub.desk.versions.bytes_of(asset_id, number)
    return file_answer(
        request,
        path,
        media_type="application/octet-stream",
        tag=row.sha256,
        for_ever=v != "" and row.sha256.startswith(v),
        filename=row.name,
        inline=False,
    )


def _made(version: tuple[int, str]) -> MadeVersion:
    number, job_id = version
    return MadeVersion(number=number, job_id=job_id)
