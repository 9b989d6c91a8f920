"""Records, their bytes and their pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Annotated, BinaryIO, cast

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import APIRouter, Path, Query, Request, Response

from service import schemas
from service.api.body_limit import MOST_FILES
from service.api.dependencies import HubOf
from service.api.files import FILE_ANSWERS, file_answer
from service.api.multipart import body_chunks, form_files
from service.api.problems import described
from service.duplicates.known_schemas import CheckAnswer, CheckRequest
from service.errors import BadRequest, MagpieError
from service.hub import Hub

router = APIRouter(prefix="/v1/assets", tags=["assets"])

AssetId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Seen = Annotated[
    str,
    Query(
        max_length=64, description="Begin of the content's hash, as the record's address has it."
    ),
]

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": MOST_FILES,
                            "items": {"type": "string", "format": "binary"},
                        }
                    },
                },
            }
        },
    }
}

# Types that browsers show without running anything in them.
_INERT = frozenset(
    {
        "audio/aac",
        "audio/flac",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "application/pdf",
        "image/avif",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "video/mp4",
        "video/quicktime",
        "video/webm",
    }
)


@router.post("", status_code=202, summary="Upload files", openapi_extra=_FORM)
async def upload(
    request: Request,
    hub: HubOf,
    preset: Annotated[
        str, Query(max_length=200, description="Ingest preset that new records are given.")
    ] = "",
) -> list[schemas.Upload]:
    """Store files as they arrive and queue them for reading; one answer for each.

    The same bytes under the same name are the same asset, so sending again is harmless. A
    file that is refused does not keep the others back; where all are, the first reason answers.
    """
    files = form_files(
        request.headers.get("content-type", ""),
        body_chunks(request),
        field="files",
        most=MOST_FILES,
    )
    # Slow clients wait among themselves, not in the way of questions.
    limiter = cast(CapacityLimiter, request.app.state.uploading)
    return await anyio.to_thread.run_sync(_take_all, hub, files, preset, limiter=limiter)


def _take_all(
    hub: Hub, files: Iterator[tuple[str, io.RawIOBase]], preset: str
) -> list[schemas.Upload]:
    uploads: list[schemas.Upload] = []
    refusals: list[MagpieError] = []
    for name, stream in files:
        try:
            uploads.append(hub.upload(cast(BinaryIO, stream), name, preset=preset))
        except MagpieError as error:
            refusals.append(error)
            arrival = schemas.Arrival(name=name, status="refused", reason=error.message)
            uploads.append(schemas.Upload(arrival=arrival))
    if not uploads:
        raise BadRequest("The form holds no file; send at least one in the field `files`.")
    if len(refusals) == len(uploads):
        raise refusals[0]
    return uploads


@router.post("/check", summary="Ask whether files are there already")
def check(hub: HubOf, asked: CheckRequest) -> CheckAnswer:
    """By hashes, before anything is sent: the same bytes, the same pixels, or nearly the same
    picture. Only what the caller may see is told."""
    return hub.desk.known.check(asked)


@router.get("", summary="List records")
def list_assets(hub: HubOf, query: Annotated[schemas.AssetQuery, Query()]) -> schemas.AssetPage:
    """Newest first unless ``sort`` says otherwise; ``cursor`` goes on where an answer ended."""
    return hub.listed(query)


@router.get("/{asset_id}", summary="One record")
def get_asset(hub: HubOf, asset_id: AssetId) -> schemas.AssetDetail:
    """A record with every value that was found in its bytes, also from the trash."""
    return hub.asset(asset_id)


@router.patch("/{asset_id}", summary="Say something of a record")
def edit(hub: HubOf, asset_id: AssetId, patch: schemas.AssetPatch) -> schemas.AssetDetail:
    """What a person says counts more than what machines read, and is never overwritten."""
    return hub.edit(asset_id, patch)


@router.delete(
    "/{asset_id}",
    status_code=204,
    summary="Put a record into the trash",
    responses=described(409, "It is under legal hold."),
)
def trash(hub: HubOf, asset_id: AssetId) -> None:
    """It is neither listed nor found any more; ``restore`` brings it back."""
    hub.trash(asset_id)


@router.post("/{asset_id}/restore", summary="Take a record out of the trash")
def restore(hub: HubOf, asset_id: AssetId) -> schemas.AssetDetail:
    """Harmless for a record that is not there."""
    return hub.restore(asset_id)


@router.post("/{asset_id}/read", summary="Read an asset once more")
def read_again(hub: HubOf, asset_id: AssetId, request: schemas.ReadRequest) -> schemas.AssetDetail:
    """For files that failed, and for encrypted ones with their password."""
    return hub.read_again(asset_id, password=request.password)


@router.get("/{asset_id}/similar", summary="Assets that are like this one")
def similar(
    hub: HubOf, asset_id: AssetId, limit: Annotated[int, Query(ge=1, le=200)] = 20
) -> schemas.SearchAnswer:
    """Pictures by how they look, documents by what they say."""
    return hub.similar(asset_id, limit=limit)


def described_bytes(media_type: str) -> dict[int | str, dict[str, object]]:
    """Answers of a route that gives bytes, for the description of the API."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "The bytes.", "content": {media_type: schema}}, **FILE_ANSWERS}


@router.get(
    "/{asset_id}/original",
    response_class=Response,
    responses=described_bytes("*/*"),
    summary="The bytes as they came",
)
def original(request: Request, hub: HubOf, asset_id: AssetId, v: Seen = "") -> Response:
    """In parts by ``Range``; types that a browser could execute are offered as a download."""
    path, asset = hub.original(asset_id)
    # An original in its own place may have changed since it was read.
    stored = path.name == asset.sha256
    status = path.stat()
    inert = asset.media_type in _INERT
    return file_answer(
        request,
        path,
        media_type=asset.media_type if inert else "application/octet-stream",
        tag=asset.sha256 if stored else f"{status.st_mtime_ns:x}-{status.st_size:x}",
        for_ever=stored and v != "" and asset.sha256.startswith(v),
        filename=asset.name,
        inline=inert,
    )


@router.get(
    "/{asset_id}/preview",
    response_class=Response,
    responses=described_bytes("image/jpeg"),
    summary="A larger picture (JPEG)",
)
def preview(
    request: Request,
    hub: HubOf,
    asset_id: AssetId,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    v: Seen = "",
) -> Response:
    """At most 1,024 pixels on the longer side; of a PDF the page, otherwise the picture."""
    path = hub.preview(asset_id, page)
    return file_answer(
        request,
        path,
        media_type="image/jpeg",
        tag=path.stem,
        for_ever=v != "" and path.name.startswith(v),
    )


@router.get(
    "/{asset_id}/thumbnail",
    response_class=Response,
    responses=described_bytes("image/jpeg"),
    summary="A small picture (JPEG)",
)
def thumbnail(
    request: Request,
    hub: HubOf,
    asset_id: AssetId,
    unit: Annotated[
        str, Query(max_length=64, description="A scene of a video, as its timeline names it.")
    ] = "",
    v: Seen = "",
) -> Response:
    """Its address in the record changes with the picture, so it may be kept for ever."""
    path = hub.thumbnail(asset_id, unit)
    return file_answer(
        request,
        path,
        media_type="image/jpeg",
        tag=path.name,
        for_ever=v != "" and path.name.startswith(v),
    )


@router.get(
    "/{asset_id}/files/{number}",
    response_class=Response,
    responses=described_bytes("*/*"),
    summary="A further file of a record",
)
def file_beside(
    request: Request,
    hub: HubOf,
    asset_id: AssetId,
    number: Annotated[int, Path(ge=1, le=100_000)],
    v: Seen = "",
) -> Response:
    """Such as the JPEG that a camera wrote beside its raw photo; as a download."""
    path, file = hub.file_beside(asset_id, number)
    status = path.stat()
    return file_answer(
        request,
        path,
        media_type="application/octet-stream",
        tag=f"{status.st_mtime_ns:x}-{status.st_size:x}" if file.in_place else file.sha256,
        for_ever=not file.in_place and v != "" and file.sha256.startswith(v),
        filename=file.name,
        inline=False,
    )


for _path, _answer in (("original", original), ("preview", preview), ("thumbnail", thumbnail)):
    router.add_api_route(
        f"/{{asset_id}}/{_path}", _answer, methods=["HEAD"], include_in_schema=False
    )
