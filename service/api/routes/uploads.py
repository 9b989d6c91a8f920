"""Uploads in pieces, which go on after a break: tus 1.0.0."""

from __future__ import annotations

import asyncio
import contextlib
from email.utils import formatdate
from time import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from service.api.dependencies import HubOf
from service.errors import BadRequest, Conflict, MagpieError
from service.hub import Hub
from service.uploads import headers
from service.uploads.headers import Checksum
from service.uploads.store import KEPT_S, PartialUpload

_BODY = "application/offset+octet-stream"
_WRITE_BYTES = 1 << 20
_SILENCE_S = 60.0


class _Precondition(MagpieError):
    code = "tus_version"
    status = 412


class _Damaged(MagpieError):
    # A status of tus, which HTTP does not know.
    code = "checksum"
    status = 460


class _MediaType(MagpieError):
    code = "media_type"
    status = 415


def _speaks_tus(tus_resumable: Annotated[str, Header(max_length=20)] = "") -> None:
    if tus_resumable != headers.VERSION:
        raise _Precondition(
            f"Send the header Tus-Resumable: {headers.VERSION}; the upload speaks tus."
        )


_ANSWERS: dict[int | str, dict[str, Any]] = {
    409: {"description": "The offset is another, or somebody else is sending."},
    412: {"description": "The header Tus-Resumable is missing or names another version."},
    415: {"description": f"The body is not `{_BODY}`."},
    460: {"description": "The bytes do not match their Upload-Checksum."},
}
router = APIRouter(prefix="/v1/uploads", tags=["uploads"], responses=_ANSWERS)
_TUS = [Depends(_speaks_tus)]


@router.options("", status_code=204, summary="What uploads in pieces can do (tus)")
def capabilities(hub: HubOf) -> Response:
    """The version, extensions and limits, in headers."""
    return _answer(
        204,
        {
            "Tus-Version": headers.VERSION,
            "Tus-Extension": headers.EXTENSIONS,
            "Tus-Max-Size": str(hub.settings.max_upload_mb * 2**20),
            "Tus-Checksum-Algorithm": ",".join(headers.CHECKSUMS),
        },
    )


@router.post("", status_code=201, dependencies=_TUS, summary="Begin an upload in pieces (tus)")
async def create(request: Request, hub: HubOf) -> Response:
    """``Upload-Length`` says how many bytes will come, ``Upload-Metadata`` the ``filename``.

    The header ``Location`` of the answer is where the pieces go.
    """
    if "upload-length" not in request.headers:
        raise BadRequest("Send the header Upload-Length: the length must be known from the start.")
    length = headers.number("Upload-Length", request.headers["upload-length"])
    described = headers.metadata(request.headers.get("upload-metadata", ""))
    name = described.get("filename") or described.get("name") or "unnamed"
    upload = await run_in_threadpool(hub.uploads.create, name, length, _owner(request))
    offset = 0
    with hub.uploads.writing(upload):
        if request.headers.get("content-type", "").partition(";")[0] == _BODY:
            offset = await _receive(request, hub, upload, 0, None)
        upload = await _finished(hub, upload, offset)
    return _answer(201, {"Location": f"/v1/uploads/{upload.id}"} | _progress(upload, offset))


@router.head("/{upload_id}", dependencies=_TUS, summary="How much of an upload has arrived (tus)")
async def progress(request: Request, hub: HubOf, upload_id: str) -> Response:
    """``Upload-Offset`` is where to go on; once whole, ``Magpie-Asset`` names the record."""
    upload = await run_in_threadpool(hub.uploads.get, upload_id, _owner(request))
    offset = await run_in_threadpool(hub.uploads.offset, upload)
    # While somebody sends or finishes it, that request tells what became of it.
    with contextlib.suppress(Conflict), hub.uploads.writing(upload):
        upload = await run_in_threadpool(hub.uploads.get, upload_id, _owner(request))
        offset = await run_in_threadpool(hub.uploads.offset, upload)
        upload = await _finished(hub, upload, offset)
    return _answer(200, _progress(upload, offset) | {"Upload-Length": str(upload.length)})


@router.patch(
    "/{upload_id}",
    status_code=204,
    dependencies=_TUS,
    summary="Send the next piece of an upload (tus)",
)
async def append(request: Request, hub: HubOf, upload_id: str) -> Response:
    """What arrives is kept, also where the connection breaks.

    With the last piece the file becomes an asset: ``Magpie-Asset`` and ``Magpie-Job`` in the
    headers of the answer.
    """
    if request.headers.get("content-type", "").partition(";")[0] != _BODY:
        raise _MediaType(f"Send pieces as Content-Type: {_BODY}.")
    upload = await run_in_threadpool(hub.uploads.get, upload_id, _owner(request))
    offset = headers.number("Upload-Offset", request.headers.get("upload-offset"))
    checksum = headers.checksum(request.headers.get("upload-checksum"))
    with hub.uploads.writing(upload):
        arrived = await run_in_threadpool(hub.uploads.offset, upload)
        if offset != arrived:
            raise Conflict(f"Go on at offset {arrived}, not {offset}.")
        if not upload.asset_id:
            offset = await _receive(request, hub, upload, offset, checksum)
            if offset < 0:
                raise _Damaged(
                    f"The piece was damaged on its way; send it again from offset {arrived}."
                )
        upload = await _finished(hub, upload, offset)
    return _answer(204, _progress(upload, offset))


@router.delete(
    "/{upload_id}", status_code=204, dependencies=_TUS, summary="Give an upload up (tus)"
)
def delete(request: Request, hub: HubOf, upload_id: str) -> Response:
    """Forgets what has arrived; an asset that it became already stays."""
    upload = hub.uploads.get(upload_id, _owner(request))
    with hub.uploads.writing(upload):
        hub.uploads.delete(upload)
    return _answer(204, {})


async def _receive(
    request: Request, hub: Hub, upload: PartialUpload, start: int, checksum: Checksum | None
) -> int:
    """Write a body as it arrives; the next offset, or -1 where its checksum is wrong."""
    store = hub.uploads
    digest = headers.CHECKSUMS[checksum.algorithm if checksum else "sha1"]()
    offset, waiting = start, bytearray()
    stream = request.stream()
    try:
        while (piece := await asyncio.wait_for(anext(stream, None), _SILENCE_S)) is not None:
            waiting += piece
            if len(waiting) >= _WRITE_BYTES:
                digest.update(waiting)
                offset = await run_in_threadpool(store.append, upload, offset, bytes(waiting))
                waiting.clear()
    except (ClientDisconnect, TimeoutError):
        # The piece ends here; without its end a checksum cannot hold.
        if checksum is not None:
            await run_in_threadpool(store.cut, upload, start)
            raise
    digest.update(waiting)
    offset = await run_in_threadpool(store.append, upload, offset, bytes(waiting))
    if checksum is not None and digest.digest() != checksum.digest:
        await run_in_threadpool(store.cut, upload, start)
        return -1
    await run_in_threadpool(store.settle, upload)
    return offset


async def _finished(hub: Hub, upload: PartialUpload, offset: int) -> PartialUpload:
    """Hand an upload over that is whole; one that was is left alone."""
    if offset < upload.length or upload.asset_id:
        return upload
    return await run_in_threadpool(hub.finish_upload, upload)


def _progress(upload: PartialUpload, offset: int) -> dict[str, str]:
    found = {"Upload-Offset": str(offset)}
    if upload.asset_id:
        return found | {"Magpie-Asset": upload.asset_id, "Magpie-Job": upload.job_id}
    return found | {"Upload-Expires": formatdate(time() + KEPT_S, usegmt=True)}


def _answer(status: int, more: dict[str, str]) -> Response:
    return Response(
        status_code=status,
        headers={"Tus-Resumable": headers.VERSION, "Cache-Control": "no-store"} | more,
    )


def _owner(request: Request) -> str:
    viewer = getattr(request.state, "viewer", None)
    return str(getattr(viewer, "id", "") or "")
