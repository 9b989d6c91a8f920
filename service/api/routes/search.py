"""Questions, by words and by example."""

from __future__ import annotations

import tempfile
from pathlib import Path
from shutil import copyfileobj
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile

from service import schemas
from service.api.dependencies import HubOf

router = APIRouter(prefix="/v1", tags=["search"])


@router.post("/search", summary="Ask a question")
def search(hub: HubOf, request: schemas.SearchRequest) -> schemas.SearchAnswer:
    """Answers carry a relevance and reasons, and end where relevance ends."""
    return hub.search(request)


@router.get("/search", summary="Ask a question by address")
def search_by_address(
    hub: HubOf, request: Annotated[schemas.SearchRequest, Query()]
) -> schemas.SearchAnswer:
    """The same as ``POST /v1/search``, for links."""
    return hub.search(request)


@router.post("/search/by-file", summary="Ask with a file as example")
def search_by_file(
    hub: HubOf,
    file: Annotated[UploadFile, File()],
    words: Annotated[str, Form(max_length=2000)] = "",
    kinds: Annotated[list[schemas.AssetKind] | None, Form()] = None,
    limit: Annotated[int, Form(ge=1, le=200)] = 20,
    where: Annotated[str, Form(max_length=4000, pattern=r"^[^\x00]*$")] = "",
    facets: Annotated[list[schemas.FacetName] | None, Form(max_length=10)] = None,
) -> schemas.SearchAnswer:
    """The file is read, compared and forgotten; it does not enter the catalog."""
    with tempfile.NamedTemporaryFile(prefix="magpie-example-") as example:
        copyfileobj(file.file, example)
        example.flush()
        return hub.search_by_file(
            schemas.SearchRequest(
                words=words, kinds=kinds or [], limit=limit, where=where, facets=facets or []
            ),
            Path(example.name),
            file.filename or "example",
        )
