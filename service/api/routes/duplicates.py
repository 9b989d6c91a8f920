"""Duplicates: scans, groups with their evidence, and their clean-up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from service.api.dependencies import HubOf
from service.api.problems import described
from service.api.routes.downloads import attachment
from service.duplicates import schemas
from service.duplicates.report import MEDIA_TYPES

router = APIRouter(prefix="/v1/duplicates", tags=["duplicates"])

_GroupId = Annotated[schemas.GroupId, Path()]
_RunId = Annotated[schemas.GroupId, Path()]


@router.post("/scans", status_code=202, summary="Look for duplicates")
def scan(hub: HubOf) -> schemas.Run:
    """Begins in the background, or joins the scan that is going on. What was compared before is
    not compared again. For admins."""
    return hub.desk.duplicates.scan()


@router.get("/scans", summary="The last scans")
def scans(hub: HubOf) -> schemas.RunList:
    """Newest first, with what each found. For admins."""
    return hub.desk.duplicates.runs()


@router.get("/scans/{run_id}", summary="How far a scan is")
def get_scan(hub: HubOf, run_id: _RunId) -> schemas.Run:
    """For admins."""
    return hub.desk.duplicates.run(run_id)


@router.post("/scans/{run_id}/cancel", summary="Stop a scan")
def cancel(hub: HubOf, run_id: _RunId) -> schemas.Run:
    """What it found stays, and the next scan goes on from there. For admins."""
    return hub.desk.duplicates.cancel(run_id)


@router.get(
    "/report",
    summary="All groups as a file",
    response_class=Response,
    responses={
        200: {
            "description": "The report.",
            "content": {
                each: {"schema": {"type": "object" if each == MEDIA_TYPES["json"] else "string"}}
                for each in MEDIA_TYPES.values()
            },
        }
    },
)
def report(hub: HubOf, query: Annotated[schemas.ReportQuery, Query()]) -> Response:
    """A page that needs nothing else, JSON or CSV: evidence, the copy to keep and why, what
    copies take by kind and folder, and what that costs."""
    text = hub.desk.duplicates.report(query)
    headers = attachment(f"duplicates.{query.format}")
    return Response(text, media_type=MEDIA_TYPES[query.format], headers=headers)


@router.get("/groups", summary="Groups of duplicates")
def groups(hub: HubOf, query: Annotated[schemas.GroupQuery, Query()]) -> schemas.GroupPage:
    """Those first whose copies take most; only what the caller may see."""
    return hub.desk.duplicates.page(query)


@router.get("/groups/{group_id}", summary="One group and its evidence")
def group(hub: HubOf, group_id: _GroupId) -> schemas.GroupDetail:
    """How its records resemble each other, which to keep and why, and what cannot be merged."""
    return hub.desk.duplicates.show(group_id)


@router.post("/groups/{group_id}/choose", summary="Choose the copy to keep")
def choose(hub: HubOf, group_id: _GroupId, choice: schemas.Choice) -> schemas.Group:
    """Instead of the one that the rules propose."""
    return hub.desk.duplicates.choose(group_id, choice)


@router.post(
    "/groups/{group_id}/dismiss",
    summary="These are no duplicates",
    responses=described(409, "The group is not open any more."),
)
def dismiss(hub: HubOf, group_id: _GroupId, dismissal: schemas.Dismissal) -> schemas.Group:
    """Remembered for these files, so that they never come back as duplicates."""
    return hub.desk.duplicates.dismiss(group_id, dismissal)


@router.post(
    "/resolve",
    summary="Merge groups into the copies to keep",
    responses=described(409, "A group is not open any more."),
)
def resolve(hub: HubOf, request: schemas.ResolveRequest) -> schemas.Resolution:
    """Only says what would happen unless `apply` is true. What may not be merged stays linked,
    and the answer says why."""
    return hub.desk.duplicates.resolve(request)


@router.post(
    "/undo/{done_id}",
    summary="Take a clean-up or a dismissal back",
    responses=described(409, "It was taken back already, or a record was purged meanwhile."),
)
def undo(hub: HubOf, done_id: _GroupId) -> schemas.Undone:
    """By the id of a clean-up, of one merge of it, or of a group that was dismissed."""
    return hub.desk.duplicates.undo(done_id)
