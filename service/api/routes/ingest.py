"""Taking in files that already lie on the server's machine."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter

from service import schemas
from service.api.dependencies import HubOf
from service.errors import BadRequest

router = APIRouter(prefix="/v1", tags=["ingest"])


@router.post("/ingest", status_code=202, summary="Take in files and folders by path")
def ingest(hub: HubOf, request: schemas.IngestRequest) -> schemas.Job:
    """Starts a job, which finds the files; ``GET /v1/jobs/{id}`` tells how far it is.

    Files known under their path with the same size and time are left alone.
    """
    paths = [Path(path) for path in request.paths]
    for path in paths:
        if not path.is_absolute():
            raise BadRequest(f"{path} is not an absolute path; send the whole path.")
    return hub.start_ingest(
        paths, in_place=request.in_place, dry_run=request.dry_run, preset=request.preset
    )
