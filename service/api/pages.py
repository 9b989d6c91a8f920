"""The pages for people: search, records, and what they link to."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, FastAPI, File, Form, Query, Request, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from models.errors import ModelError
from service import schemas
from service.api.dependencies import HubOf
from service.documents.schemas import DocumentSummary
from service.errors import MagpieError, NotFound
from service.hub import Hub
from service.web.examples import PICTURES, ExampleFile, Examples
from service.web.friendly import FriendlyProblems
from service.web.inventory import inventory, waiting
from service.web.question import FIRST_LIMIT, MOST, Question
from service.web.rendering import page, static_files

router = APIRouter(include_in_schema=False)

_ALIKE = 12
_PLAYED = ("video", "audio")
_LARGEST_PREVIEW = 20_000_000


def mount(app: FastAPI) -> None:
    """Add the pages to the application. Errors become pages for clients that accept HTML."""
    app.state.examples = Examples()
    app.include_router(router)
    app.add_middleware(FriendlyProblems)


@router.get("/")
def search_page(
    request: Request,
    hub: HubOf,
    q: Annotated[str, Query(max_length=2000)] = "",
    kind: schemas.AssetKind | None = None,
    like: Annotated[str | None, Query(max_length=64)] = None,
    example: Annotated[str | None, Query(max_length=64)] = None,
    state: schemas.AssetState | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = FIRST_LIMIT,
) -> HTMLResponse:
    """Answers to the question in the address, or the newest records."""
    question = Question(q.strip(), kind, like, example, state, cursor, limit)
    if question.asks:
        return _answers(hub, request.app.state.examples, question)
    return _records(hub, question)


@router.post("/examples")
def search_by_example(
    request: Request,
    file: Annotated[UploadFile, File()],
    q: Annotated[str, Form(max_length=2000)] = "",
    kind: Annotated[schemas.AssetKind | None, Form()] = None,
) -> RedirectResponse:
    """Keep a file for a while and go to its answers."""
    question = Question(q.strip(), kind)
    if file.filename:
        kept = request.app.state.examples.add(file.file, file.filename)
        question = question.but(example=kept.key)
    return RedirectResponse(question.address, status_code=303)


@router.get("/examples/{key}", response_class=FileResponse)
def example_picture(request: Request, key: str) -> FileResponse:
    """A kept example, if it is a picture that browsers show."""
    example: ExampleFile = request.app.state.examples.get(key)
    if not example.is_picture:
        raise NotFound("This example is not a picture that browsers show.")
    return FileResponse(
        example.path,
        media_type=example.media_type,
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"},
    )


@router.get("/assets/{asset_id}")
def asset_page(hub: HubOf, asset_id: str) -> HTMLResponse:
    """One record, and what is like it."""
    asset = hub.asset(asset_id)
    document = _document(hub, asset)
    shown = asset.media_type in PICTURES and asset.size <= _LARGEST_PREVIEW
    return page(
        "asset.html",
        question=Question(),
        asset=asset,
        fields=hub.fields,
        show_original=shown and asset.state == "ready",
        alike=_alike(hub, asset),
        timeline=hub.desk.media.timeline(asset_id) if asset.kind in _PLAYED else None,
        document=document,
        extracted=hub.desk.extraction.of(asset_id).fields if document else [],
    )


@router.get("/static/{version}/{name}")
def static_file(request: Request, version: str, name: str) -> Response:
    """A style sheet, script or drawing."""
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    return static_files.response(version, name, zipped=zipped)


def _answers(hub: Hub, examples: Examples, question: Question) -> HTMLResponse:
    answer: schemas.SearchAnswer | None = None
    fault: MagpieError | ModelError | None = None
    example: ExampleFile | None = None
    try:
        example = examples.get(question.example) if question.example else None
        answer = _search(hub, question, example)
    except (MagpieError, ModelError) as error:
        fault = error
    return page(
        "answers.html",
        question=question,
        status=_status(fault),
        answer=answer,
        fault=str(fault) if fault else None,
        example=example,
        liked=_liked(hub, question.like),
        waiting=waiting(hub),
    )


def _search(hub: Hub, question: Question, example: ExampleFile | None) -> schemas.SearchAnswer:
    request = schemas.SearchRequest(
        words=question.words,
        like=question.like,
        kinds=[question.kind] if question.kind else [],
        limit=question.limit,
    )
    if example is not None:
        return hub.search_by_file(request, example.path, example.name)
    return hub.search(request)


def _records(hub: Hub, question: Question) -> HTMLResponse:
    listed = hub.assets(
        limit=question.limit,
        cursor=question.cursor,
        kinds=[question.kind] if question.kind else [],
        states=[question.state] if question.state else [],
    )
    return page(
        "home.html",
        question=question,
        listed=listed,
        inventory=inventory(hub),
        next_page=replace(question, cursor=listed.next_cursor) if listed.next_cursor else None,
    )


def _document(hub: Hub, asset: schemas.AssetDetail) -> DocumentSummary | None:
    """What a document is and says; None for what has no text."""
    if not asset.units.get("passage"):
        return None
    made = hub.documents.summary(asset.id)
    return made if made.state == "described" else None


def _alike(hub: Hub, asset: schemas.Asset) -> list[schemas.SearchHit]:
    """Assets like one; none where it has nothing to compare by."""
    if asset.state != "ready":
        return []
    try:
        return hub.similar(asset.id, limit=_ALIKE).hits
    except (MagpieError, ModelError):
        return []


def _liked(hub: Hub, asset_id: str | None) -> schemas.Asset | None:
    """The asset that a question names as its example; None if it is not there."""
    if asset_id is None:
        return None
    try:
        return hub.asset(asset_id)
    except NotFound:
        return None


def _status(fault: MagpieError | ModelError | None) -> int:
    if fault is None:
        return 200
    return fault.status if isinstance(fault, MagpieError) else 503
