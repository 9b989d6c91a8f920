"""Records as files, files as records, and what the fields of a record are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.responses import StreamingResponse

from service import schemas
from service.api.dependencies import HubOf
from service.api.routes.downloads import attachment
from service.api.streams import STEPS, answer_in_steps
from service.exchange.exports import Format
from service.record.csv_sheet import MOST_BYTES, column_map
from service.records.wire import field_list

router = APIRouter(prefix="/v1", tags=["records"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get("/fields", summary="The fields of a record")
def fields(hub: HubOf) -> schemas.FieldList:
    """Built in and the library's own, in the order in which a record shows them."""
    return field_list(hub.fields)


@router.get(
    "/export",
    summary="Records as a file",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file, made while it is sent.",
            "content": {
                "text/csv": _BINARY,
                "application/x-ndjson": {**_BINARY, "example": '{"id":"...","fields":{}}\n'},
                "application/zip": _BINARY,
                "application/ld+json": {"schema": {"type": "array"}, "example": []},
            },
        }
    },
)
def export(
    hub: HubOf,
    format_: Annotated[Format, Query(alias="format")] = "csv",
    where: Annotated[str, Query(max_length=4000, pattern=r"^[^\x00]*$")] = "",
    history: Annotated[
        bool, Query(description="Every value ever said, and by whom; `jsonl` only.")
    ] = False,
) -> StreamingResponse:
    """Those that `where` selects, or all; `xmp` is a ZIP of sidecars."""
    made = hub.desk.exports.export(format_, where, history=history)
    return StreamingResponse(made.data, media_type=made.media_type, headers=attachment(made.name))


@router.post(
    "/import",
    summary="Metadata from a CSV file",
    response_model=schemas.Imported,
    responses=STEPS,
)
def import_csv(
    request: Request,
    hub: HubOf,
    file: Annotated[UploadFile, File()],
    columns: Annotated[
        list[Annotated[str, Query(max_length=300)]],
        Query(
            max_length=1000,
            description="`COLUMN=FIELD` for columns that are not called as a field is; `id` and "
            "`file_name` say which asset a row is about, `-` leaves a column out.",
        ),
    ] = [],  # noqa: B006 - never changed
    clear_empty: Annotated[bool, Query(description="Empty cells empty the field.")] = False,
    dry_run: bool = False,
) -> schemas.Imported | StreamingResponse:
    """Rows are matched by id or file name; `batch_id` in the answer undoes the import."""
    data = file.file.read(MOST_BYTES + 1)
    steps = hub.desk.imports.csv(
        data, columns=column_map(columns), clear_empty=clear_empty, dry_run=dry_run
    )
    return answer_in_steps(request, steps)
