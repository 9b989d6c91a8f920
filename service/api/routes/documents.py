"""What documents are and say: of assets, and of files that are sent to be looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from typing import Annotated, TypeVar

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi import Path as InPath

from service.api.dependencies import HubOf
from service.api.routes.assets import AssetId
from service.documents import schemas
from service.errors import BadRequest

router = APIRouter(prefix="/v1", tags=["documents"])

Answer = TypeVar("Answer")

_FileSent = Annotated[UploadFile | None, File(description="A file; else send `text`.")]
_TextSent = Annotated[
    str, Form(max_length=schemas.MOST_TEXT, description="A text in place of a file.")
]
Cursor = Annotated[str | None, Query(max_length=2000)]


@router.post("/analyze/classify", summary="What a file or text is")
def classify(hub: HubOf, file: _FileSent = None, text: _TextSent = "") -> schemas.Classified:
    """Its type, language, length and personal data; nothing of it is kept."""
    return _looked_at(file, text, hub.reader.classify, hub.reader.classify_text)


@router.post("/analyze/summarize", summary="What a file or text says")
def summarize(
    hub: HubOf,
    file: _FileSent = None,
    text: _TextSent = "",
    written: Annotated[
        bool, Form(description="Whether the language model that is set writes a summary, too.")
    ] = False,
) -> schemas.DocumentSummary:
    """Its type, summaries in three lengths, outline and grades; nothing of it is kept.

    A written summary stands only where the text says all that it names; else the reason is told.
    """
    reader = hub.reader
    return _looked_at(
        file,
        text,
        partial(reader.summarise, written=written),
        partial(reader.summarise_text, written=written),
    )


def _looked_at(
    file: UploadFile | None,
    text: str,
    of_file: Callable[[Path, str], Answer],
    of_text: Callable[[str], Answer],
) -> Answer:
    if (file is None) == (not text.strip()):
        raise BadRequest("Send either a file or a text.")
    if file is None:
        return of_text(text)
    with tempfile.NamedTemporaryFile(prefix="magpie-document-") as kept:
        copyfileobj(file.file, kept)
        kept.flush()
        return of_file(Path(kept.name), file.filename or "The file")


@router.get("/documents", summary="List documents with what they are and say")
def list_documents(
    hub: HubOf, query: Annotated[schemas.DocumentQuery, Query()]
) -> schemas.SummaryPage:
    """Newest first, or by `order=doubt` those whose type is least sure."""
    return hub.documents.listed(query)


@router.post("/documents/learn", summary="Learn types and filing from what people gave")
def learn_types(hub: HubOf) -> schemas.Examples:
    """Types, and fields such as department, project and retention class.

    Each is kept only where it tells held-out examples better; then all documents are described
    anew.
    """
    return hub.learn_types()


@router.post("/documents/learn/undo", status_code=204, summary="Take the last lesson back")
def forget_types(hub: HubOf) -> None:
    """All documents are described anew by what was in use before."""
    hub.forget_types()


@router.get("/assets/{asset_id}/summary", summary="What a document is and says")
def get_summary(hub: HubOf, asset_id: AssetId) -> schemas.AssetSummary:
    """Summaries with the page of each sentence, outline, personal data and page grades."""
    return hub.documents.summary(asset_id)


@router.get("/assets/{asset_id}/passages", summary="The text of an asset, piece by piece")
def list_passages(
    hub: HubOf,
    asset_id: AssetId,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Cursor = None,
) -> schemas.PassagePage:
    """In the order of the document, with pages, boxes and how well the pages could be read."""
    return hub.documents.passages(asset_id, limit=limit, cursor=cursor)


@router.get("/assets/{asset_id}/pages/{number}", summary="One page of an asset")
def get_page(
    hub: HubOf, asset_id: AssetId, number: Annotated[int, InPath(ge=1, le=100_000)]
) -> schemas.AssetPageText:
    """Its text with passages and boxes, how well it could be read, and where its picture is.

    A file without pages is one page.
    """
    return hub.documents.page(asset_id, number)
