"""Fields of documents: found, corrected, listed, exported and learned from."""

from __future__ import annotations

import tempfile
from pathlib import Path as FilePath
from shutil import copyfileobj
from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse

from service.api.dependencies import HubOf
from service.api.routes.downloads import attachment
from service.api.streams import STEPS, answer_in_steps
from service.extraction import schemas
from service.extraction.calendar import MEDIA_TYPE, to_calendar
from service.extraction.sheets import Format
from service.schemas import AssetId

router = APIRouter(prefix="/v1", tags=["documents"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_SCHEMA = r"^[a-z][a-z0-9_]{0,63}$"

SchemaOf = Annotated[str, Path(pattern=_SCHEMA, description="Name of a schema.")]


@router.get("/assets/{asset_id}/fields", summary="The fields of a document")
def get_fields(
    hub: HubOf,
    asset_id: AssetId,
    history: Annotated[bool, Query(description="Also all that was in force before.")] = False,
) -> schemas.DocumentFields:
    """Values with page, place, confidence and checks; `unknown` with what they could be."""
    return hub.desk.extraction.of(asset_id, history=history)


@router.patch("/assets/{asset_id}/fields", summary="Correct fields of a document")
def correct_fields(
    hub: HubOf, asset_id: AssetId, patch: schemas.FieldsPatch
) -> schemas.DocumentFields:
    """What a person says wins and is never overwritten; the old value stays in the history."""
    return hub.desk.extraction.correct(asset_id, patch)


@router.get("/assets/{asset_id}/tables", summary="Tables in a document")
def tables(hub: HubOf, asset_id: AssetId) -> schemas.DocumentTables:
    """Rows and columns of PDF, XLSX and DOCX; of forms, names and what was filled in."""
    return hub.desk.extraction.tables(asset_id)


@router.post("/analyze/extract", summary="The fields of a file")
def analyze(
    hub: HubOf,
    file: Annotated[UploadFile, File()],
    schema: Annotated[
        str | None, Query(pattern=_SCHEMA, description="Else told by the type of the document.")
    ] = None,
) -> schemas.DocumentFields:
    """The file is read and forgotten; it does not enter the catalog."""
    with tempfile.NamedTemporaryFile(prefix="magpie-extract-") as kept:
        copyfileobj(file.file, kept)
        kept.flush()
        return hub.desk.extraction.analyse(FilePath(kept.name), file.filename or "file", schema)


@router.post(
    "/documents/extract",
    summary="Bring fields of many documents up to date",
    response_model=schemas.ExtractedMany,
    responses=STEPS,
)
def bring_up(
    request: Request, hub: HubOf, wanted: schemas.ExtractRequest
) -> schemas.ExtractedMany | StreamingResponse:
    """Happens by itself in the background; this waits for it, or says which schema they have."""
    return answer_in_steps(request, hub.desk.extraction.bring_up(wanted))


@router.get("/documents/review", summary="Documents whose fields to look at")
def review(
    hub: HubOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    schema: Annotated[str | None, Query(pattern=_SCHEMA)] = None,
) -> schemas.ReviewQueue:
    """The most doubtful first; what a person corrected or confirmed leaves the queue."""
    return hub.desk.extraction.review(limit=limit, offset=offset, schema=schema)


@router.get(
    "/documents/due",
    summary="Contracts that end or must be cancelled",
    response_model=schemas.DueList,
    responses={
        200: {
            "description": f"As JSON, or with `Accept: {MEDIA_TYPE}` as a calendar.",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": "BEGIN:VCALENDAR"}},
        }
    },
)
def due(
    request: Request,
    hub: HubOf,
    days: Annotated[int, Query(ge=0, le=3_660, description="From today on.")] = 90,
) -> schemas.DueList | Response:
    """Soonest first: the last day for notice, computed, or the end."""
    found = hub.desk.extraction.due(days)
    if MEDIA_TYPE in request.headers.get("accept", ""):
        return Response(
            to_calendar(found),
            media_type=f"{MEDIA_TYPE}; charset=utf-8",
            headers=attachment("due.ics"),
        )
    return found


@router.get(
    "/documents/fields",
    summary="Fields of many documents as a file",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file, made while it is sent.",
            "content": {
                "text/csv": _BINARY,
                "application/x-ndjson": {**_BINARY, "example": '{"asset_id":"..."}\n'},
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": _BINARY,
            },
        }
    },
)
def export(
    hub: HubOf,
    format_: Annotated[Format, Query(alias="format")] = "csv",
    where: Annotated[str, Query(max_length=4000, pattern=r"^[^\x00]*$")] = "",
    schema: Annotated[str | None, Query(pattern=_SCHEMA)] = None,
) -> StreamingResponse:
    """Those that `where` selects, or all; documents without fields are left out."""
    made = hub.desk.extraction.export(format_, where, schema)
    return StreamingResponse(made.data, media_type=made.media_type, headers=attachment(made.name))


@router.get("/documents/schemas", summary="The kinds of fields")
def schema_list(hub: HubOf) -> schemas.SchemaList:
    """Ours, and those of the library's folder `schemas`."""
    return hub.desk.extraction.schema_list()


@router.post("/documents/schemas/{schema}/learn", summary="Learn from corrections")
def learn(hub: HubOf, schema: SchemaOf) -> schemas.Learned:
    """Measured on documents that were held out, and kept only if it finds more."""
    return hub.desk.extraction.learn(schema)


@router.post("/documents/schemas/{schema}/undo", summary="Put away what was learned last")
def undo(hub: HubOf, schema: SchemaOf) -> schemas.Learned:
    """The fields are found again as before."""
    return hub.desk.extraction.undo(schema)
