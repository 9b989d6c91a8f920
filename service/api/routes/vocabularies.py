"""Vocabularies, their terms, and proposals for terms."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, File, Path, Query, Request, Response, UploadFile

from pipelines.vocabulary.formats import MEDIA_TYPES, Format, format_of
from pipelines.vocabulary.limited import MOST_BYTES
from service.api.dependencies import HubOf
from service.api.problems import described
from service.api.routes.downloads import attachment
from service.errors import BadRequest, TooLarge
from service.vocabularies import schemas

router = APIRouter(prefix="/v1", tags=["vocabularies"])

_TAKEN = described(409, "One of that id is there already, or it comes with Magpie.")
_FILES = {
    200: {
        "description": "What it is, or all of its terms as a file.",
        "content": {
            each: {"schema": {"type": "string"}, "example": ""} for each in MEDIA_TYPES.values()
        },
    }
}

_File = Annotated[UploadFile, File(description="YAML, SKOS in Turtle, or CSV.")]
_Format = Annotated[
    Format | None, Query(alias="format", description="By the ending of the file where left out.")
]
_VocabularyId = Annotated[schemas.VocabularyId, Path()]
_TermId = Annotated[schemas.TermId, Path()]
_ProposalId = Annotated[str, Path(min_length=1, max_length=64)]


@router.get("/vocabularies", summary="All vocabularies")
def list_vocabularies(hub: HubOf) -> schemas.VocabularyList:
    """The house's own before the one that comes with Magpie."""
    return hub.desk.vocabularies.all()


@router.post(
    "/vocabularies", status_code=201, summary="Bring a vocabulary from a file", responses=_TAKEN
)
def create_vocabulary(
    hub: HubOf,
    file: _File,
    format_: _Format = None,
    id_: Annotated[
        schemas.VocabularyId | None,
        Query(alias="id", description="Where the file names none, as CSV."),
    ] = None,
    dry_run: Annotated[bool, Query(description="Only check the file.")] = False,
) -> schemas.Vocabulary:
    """It is in force everywhere at once. What is wrong is named with its line; nothing is kept
    then."""
    store = hub.desk.vocabularies
    bring = store.check if dry_run else store.create
    name = file.filename or ""
    return bring(_data(file), _chosen(format_, name), vocabulary_id=id_ or "", source=name)


@router.get(
    "/vocabularies/{vocabulary_id}",
    summary="One vocabulary, or its file",
    response_model=schemas.Vocabulary,
    responses=_FILES,  # type: ignore[arg-type]
)
def get_vocabulary(
    request: Request,
    hub: HubOf,
    vocabulary_id: _VocabularyId,
    format_: Annotated[
        Format | None, Query(alias="format", description="All terms as a file; or by `Accept`.")
    ] = None,
) -> schemas.Vocabulary | Response:
    """As JSON what it is; as YAML, Turtle or CSV all that it holds."""
    format_ = format_ or _accepted(request.headers.get("accept", ""))
    if format_ is None:
        return hub.desk.vocabularies.get(vocabulary_id)
    written = hub.desk.vocabularies.export(vocabulary_id, format_)
    return Response(written.text, media_type=written.media_type, headers=attachment(written.name))


@router.put(
    "/vocabularies/{vocabulary_id}",
    summary="Replace the terms of a vocabulary",
    responses=_TAKEN,
)
def replace_vocabulary(
    hub: HubOf, vocabulary_id: _VocabularyId, file: _File, format_: _Format = None
) -> schemas.Vocabulary:
    """By those of a file; what the file lacks is gone."""
    name = file.filename or ""
    return hub.desk.vocabularies.replace(
        vocabulary_id, _data(file), _chosen(format_, name), source=name
    )


@router.patch("/vocabularies/{vocabulary_id}", summary="Put a vocabulary in force or out of it")
def use_vocabulary(
    hub: HubOf, vocabulary_id: _VocabularyId, change: schemas.VocabularyChange
) -> schemas.Vocabulary:
    """Everywhere, in some collections, or nowhere."""
    return hub.desk.vocabularies.use(vocabulary_id, change)


@router.delete(
    "/vocabularies/{vocabulary_id}",
    status_code=204,
    summary="Remove a vocabulary",
    responses=_TAKEN,
)
def delete_vocabulary(hub: HubOf, vocabulary_id: _VocabularyId) -> None:
    """The one that comes with Magpie can only be switched off."""
    hub.desk.vocabularies.delete(vocabulary_id)


@router.get("/terms", summary="Find terms")
def find_terms(
    hub: HubOf,
    name: Annotated[
        str,
        Query(max_length=200, description="What a name or a word of it begins with, any language."),
    ] = "",
    vocabulary: Annotated[schemas.VocabularyId | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=schemas.MOST_FOUND)] = 20,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> schemas.TermPage:
    """Terms in use, also by synonyms and by names of terms that they replaced."""
    return hub.desk.terms.find(name, vocabulary_id=vocabulary, limit=limit, cursor=cursor)


@router.post("/terms", status_code=201, summary="Add a term", responses=_TAKEN)
def add_term(hub: HubOf, new: schemas.NewTerm) -> schemas.Term:
    """To a vocabulary of the house, or to the one that comes with Magpie."""
    return hub.desk.terms.add(new)


@router.post("/terms/merge", summary="Merge two terms")
def merge_terms(hub: HubOf, merge: schemas.TermMerge) -> schemas.Term:
    """The first is deprecated; names, narrower terms and tags go to the other."""
    return hub.desk.terms.merge(merge)


@router.get("/terms/proposals", summary="Proposals for terms")
def list_proposals(
    hub: HubOf,
    state: Annotated[Literal["open", "accepted", "rejected"], Query()] = "open",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> schemas.ProposalPage:
    """Admins see all, others their own."""
    return hub.desk.proposals.all(state=state, limit=limit)


@router.post("/terms/proposals", status_code=201, summary="Propose a term", responses=_TAKEN)
def propose_term(hub: HubOf, new: schemas.NewProposal) -> schemas.Proposal:
    """Anybody who may change things may ask for one; an admin decides."""
    return hub.desk.proposals.propose(new)


@router.post("/terms/proposals/gather", summary="Let the records propose terms")
def gather_proposals(hub: HubOf) -> schemas.Gathered:
    """Keywords of at least three records that no term covers."""
    return hub.desk.proposals.gather()


@router.post("/terms/proposals/{proposal_id}/accept", summary="Accept a proposal", responses=_TAKEN)
def accept_proposal(
    hub: HubOf, proposal_id: _ProposalId, how: schemas.ProposalAcceptance
) -> schemas.Term:
    """As a term of its own, or as a synonym of another."""
    return hub.desk.proposals.accept(proposal_id, how)


@router.post("/terms/proposals/{proposal_id}/reject", summary="Reject a proposal")
def reject_proposal(hub: HubOf, proposal_id: _ProposalId) -> schemas.Proposal:
    """Records do not propose the word again."""
    return hub.desk.proposals.reject(proposal_id)


@router.get("/terms/{vocabulary_id}/{term_id}", summary="One term")
def get_term(hub: HubOf, vocabulary_id: _VocabularyId, term_id: _TermId) -> schemas.Term:
    """With its narrower terms; deprecated ones too."""
    return hub.desk.terms.get(vocabulary_id, term_id)


@router.patch("/terms/{vocabulary_id}/{term_id}", summary="Change or deprecate a term")
def change_term(
    hub: HubOf, vocabulary_id: _VocabularyId, term_id: _TermId, change: schemas.TermChange
) -> schemas.Term:
    """What is left out stays; `replaced_by` deprecates it."""
    return hub.desk.terms.change(vocabulary_id, term_id, change)


@router.delete(
    "/terms/{vocabulary_id}/{term_id}", status_code=204, summary="Remove a term", responses=_TAKEN
)
def remove_term(hub: HubOf, vocabulary_id: _VocabularyId, term_id: _TermId) -> None:
    """Of the house; of one that comes with Magpie, what the house changed is taken back."""
    hub.desk.terms.remove(vocabulary_id, term_id)


def _data(file: UploadFile) -> bytes:
    data = file.file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLarge(f"A vocabulary is at most {MOST_BYTES // 2**20} MB; split it into several.")
    return data


def _chosen(format_: Format | None, name: str) -> Format:
    chosen = format_ or format_of(name)
    if chosen is None:
        raise BadRequest("Say which format the file has: yaml, ttl or csv.")
    return chosen


def _accepted(accept: str) -> Format | None:
    """The first format that a client names; JSON where it names that before."""
    for part in accept.split(","):
        media_type = part.partition(";")[0].strip().lower()
        for format_, known in MEDIA_TYPES.items():
            if media_type == known:
                return format_
        if media_type == "application/json":
            return None
    return None
