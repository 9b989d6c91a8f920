"""Tags: of one asset, of many, learned, and taken back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import copyfileobj
from typing import Annotated

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi import Path as InPath
from fastapi.responses import StreamingResponse

from service import schemas
from service.api.dependencies import HubOf
from service.api.streams import STEPS, answer_in_steps
from service.tags.schemas import (
    AnalysedTags,
    AssetTags,
    Learned,
    LearnRequest,
    NewTags,
    RunPage,
    TagChanges,
    TagDecision,
    Tagged,
    TagReport,
    TagRequest,
)

router = APIRouter(prefix="/v1", tags=["tags"])

RunId = Annotated[str, InPath(pattern=r"^[A-Za-z0-9_-]{1,36}$")]


@router.get("/assets/{asset_id}/tags", summary="The tags of an asset")
def tags_of(hub: HubOf, asset_id: schemas.AssetId) -> AssetTags:
    """Given, suggested and rejected, each with who says so, how sure it is and why."""
    return hub.desk.tags.of(asset_id)


@router.post("/assets/{asset_id}/tags", summary="Give an asset tags")
def add_tags(hub: HubOf, asset_id: schemas.AssetId, new: NewTags) -> AssetTags:
    """By the ids of terms or their names in any language; terms above them follow."""
    return hub.desk.tags.add(asset_id, new)


@router.patch("/assets/{asset_id}/tags", summary="Accept and reject tags of an asset")
def change_tags(hub: HubOf, asset_id: schemas.AssetId, changes: TagChanges) -> AssetTags:
    """What a person says stands, whatever machines say later; `reset` takes it back."""
    return hub.desk.tags.change(asset_id, changes)


@router.post(
    "/tags/decide",
    summary="Accept or reject a term for many assets",
    response_model=Tagged,
    responses=STEPS,
)
def decide(request: Request, hub: HubOf, decision: TagDecision) -> Tagged | StreamingResponse:
    """Those that `where` selects, or those named. What the caller may not see is left alone."""
    return answer_in_steps(request, hub.desk.tags.decide(decision))


@router.post("/tags/runs", summary="Tag assets again", response_model=Tagged, responses=STEPS)
def tag(request: Request, hub: HubOf, wanted: TagRequest) -> Tagged | StreamingResponse:
    """Only what changes is touched; a dry run tells what would. `batch_id` undoes it."""
    return answer_in_steps(request, hub.desk.tags.tag(wanted))


@router.get("/tags/report", summary="The state of the tags")
def tag_report(hub: HubOf, most: Annotated[int, Query(ge=1, le=200)] = 20) -> TagReport:
    """Counts, terms used once, terms that may mean the same, and words that people search for
    and no tag covers."""
    return hub.tag_report(most=most)


@router.get("/tags/runs", summary="Work that changed tags")
def runs(
    hub: HubOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> RunPage:
    """Newest first; admins see all, others their own."""
    return hub.desk.tags.runs(limit=limit, cursor=cursor)


@router.post(
    "/tags/runs/{run_id}/undo",
    summary="Take back what a run did to tags",
    response_model=Tagged,
    responses=STEPS,
)
def undo(request: Request, hub: HubOf, run_id: RunId) -> Tagged | StreamingResponse:
    """What somebody said since stays; `kept` counts these assets.

    Machines say nothing more of these assets until somebody has them tagged again.
    """
    return answer_in_steps(request, hub.desk.tags.undo(run_id))


@router.post("/tags/learn", summary="Learn terms from what was accepted and rejected")
def learn(hub: HubOf, request: LearnRequest) -> Learned:
    """Of each term with examples enough, with figures of before and after.

    What was learned is used where it does better than the words of the term. Needs an admin.
    """
    return hub.desk.tags.learn(request)


@router.post("/analyze/tags", summary="The tags that a file would be given")
def analyse_tags(hub: HubOf, file: Annotated[UploadFile, File()]) -> AnalysedTags:
    """The file is read, tagged and forgotten; it does not enter the catalog."""
    with tempfile.NamedTemporaryFile(prefix="magpie-tags-") as kept:
        copyfileobj(file.file, kept)
        kept.flush()
        return hub.analyse_tags(Path(kept.name), file.filename or "unnamed")
