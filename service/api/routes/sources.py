"""Folders and buckets that are scanned for new files; for admins."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from service import schemas as shapes
from service.api.dependencies import HubOf
from service.api.problems import described
from service.sources import schemas

router = APIRouter(prefix="/v1/sources", tags=["sources"])

SourceId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


@router.get("", summary="List sources")
def list_sources(hub: HubOf) -> schemas.SourceList:
    """Oldest first."""
    return hub.sources.all()


@router.post(
    "",
    status_code=201,
    summary="Add a folder or a bucket",
    responses=described(409, "It is a source already."),
)
def add(hub: HubOf, new: schemas.NewSource) -> schemas.Source:
    """It is scanned soon, and then every so many minutes."""
    return hub.sources.add(new)


@router.get("/{source_id}", summary="One source")
def get(hub: HubOf, source_id: SourceId) -> schemas.Source:
    """How it is, and how far its scan."""
    return hub.sources.get(source_id)


@router.delete("/{source_id}", status_code=204, summary="Remove a source")
def remove(hub: HubOf, source_id: SourceId) -> None:
    """Nothing more is taken in from it; records that came from it stay."""
    hub.sources.remove(source_id)


@router.post("/{source_id}/scan", status_code=202, summary="Scan a source now")
def scan(hub: HubOf, source_id: SourceId, request: schemas.ScanRequest) -> shapes.Job:
    """Starts a job; where a scan is under way, its job is the answer."""
    return hub.sources.scan(source_id, resume=request.resume)
