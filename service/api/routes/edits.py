"""Changes of many records at once, and taking them back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import StreamingResponse

from service import schemas
from service.api.dependencies import HubOf
from service.api.streams import STEPS, answer_in_steps

router = APIRouter(prefix="/v1", tags=["records"])


@router.post(
    "/assets/bulk_edit",
    summary="Change many records",
    response_model=schemas.BulkEdited,
    responses=STEPS,
)
def bulk_edit(
    request: Request, hub: HubOf, edit: schemas.BulkEdit
) -> schemas.BulkEdited | StreamingResponse:
    """Those that `where` selects, or those named; a dry run tells what would change.

    What the caller may not see is left alone. `batch_id` in the answer undoes it.
    """
    return answer_in_steps(request, hub.desk.bulk.edit(edit))


@router.post(
    "/edits/{batch_id}/undo",
    summary="Take a change of many records back",
    response_model=schemas.BulkEdited,
    responses=STEPS,
)
def undo(
    request: Request, hub: HubOf, batch_id: Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,36}$")]
) -> schemas.BulkEdited | StreamingResponse:
    """What somebody said since stays; `kept` counts these records. An undo can be undone."""
    return answer_in_steps(request, hub.desk.bulk.undo(batch_id))
