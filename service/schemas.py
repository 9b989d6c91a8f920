"""What goes over the wire, and through the CLI with ``--json``: one set of models for both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

AssetKind = Literal["image", "video", "audio", "document", "other"]
AssetState = Literal["queued", "ready", "failed", "unsupported"]
AssetStatus = Literal["draft", "in_review", "approved", "published", "archived", "withdrawn"]
Leg = Literal["visual", "look", "text", "gist", "bm25"]
FieldType = Literal[
    "text",
    "localised",
    "texts",
    "choice",
    "date",
    "datetime",
    "duration",
    "integer",
    "number",
    "boolean",
]
World = Literal["asset", "document", "both"]
AssetSort = Literal["created", "-created", "updated", "-updated", "name", "-name", "size", "-size"]


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside of the calendar") from error


def _written(value: object) -> object:
    # The library also takes a number for a time, which the API does not promise.
    if isinstance(value, str) and "T" not in value.upper():
        raise ValueError("is not a time such as 2026-01-31T09:30:00Z")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc), BeforeValidator(_written)]
"""A time with its zone (RFC 3339); UTC once read."""

# PostgreSQL keeps no U+0000 in texts.
_NO_NUL = r"^[^\x00]*$"

AssetId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Value(_Model):
    """A metadata value and where it comes from."""

    name: str
    value: str | int | float | bool | list[str]
    source: Literal["human", "embedded", "rule", "model"]
    model: str = ""
    confidence: float = Field(ge=0, le=1)
    evidence: str = ""
    language: str = Field(default="", description="BCP 47; empty where none is told.")
    state: Literal["suggested", "accepted", "rejected"] = "accepted"
    actor: str = Field(default="", description="The person who said or judged it.")
    shown: bool = Field(default=True, description="False where another value counts more.")


TagState = Literal["suggested", "accepted", "rejected"]
TagSource = Literal["human", "embedded", "rule", "model"]


class TagShort(_Model):
    """A tag or suggestion of a record; `/v1/assets/{id}/tags` tells why."""

    vocabulary: str
    term: str
    label: str
    state: TagState
    source: TagSource
    confidence: float = Field(ge=0, le=1)


class Asset(_Model):
    """A record of the catalog."""

    id: str
    name: str
    title: str | None = None
    kind: AssetKind
    media_type: str
    state: AssetState
    failure: str | None = Field(default=None, description="Why it could not be read, in words.")
    status: AssetStatus = Field(default="draft", description="Where it stands in its life.")
    hold: bool = Field(default=False, description="Under legal hold: it must be kept.")
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    duration_s: float | None = None
    tags: list[TagShort] = Field(default=[], description="The surest first.")
    origin: str | None = Field(default=None, description="The path that the bytes came from.")
    missing_at: datetime | None = Field(
        default=None, description="Since when a file that is read in place is not there."
    )
    created_at: datetime
    updated_at: datetime
    trashed_at: datetime | None = Field(default=None, description="Set while in the trash.")
    thumbnail: str | None = Field(default=None, description="Address of a small picture.")
    preview: str | None = Field(
        default=None, description="Address of a larger picture; of another page with `&page=`."
    )
    original: str = Field(description="Address of the bytes.")


class AssetFile(_Model):
    """A further file of a record, such as the JPEG beside a raw photo."""

    number: int
    role: Literal["companion"]
    name: str
    size: int
    sha256: str
    origin: str = Field(description="The path that the bytes came from.")
    missing_at: datetime | None = None
    address: str = Field(description="Address of the bytes.")


class Completeness(_Model):
    """How much of what a record should hold it does hold."""

    share: float = Field(ge=0, le=1, description="Of the required fields; 1 where none is.")
    missing: list[str] = Field(description="Names of required fields that are empty.")
    faults: list[str] = Field(description="What does not fit the rules of this library.")


class MergedRecord(_Model):
    """A record that became part of another; its id leads there."""

    id: str
    name: str
    origin: str | None = None


class AssetDetail(Asset):
    """A record with everything that was found in its bytes."""

    values: list[Value] = []
    warnings: list[str] = []
    units: dict[str, int] = Field(default={}, description="How many units of each kind.")
    files: list[AssetFile] = Field(default=[], description="What belongs to it beside its bytes.")
    merged: list[MergedRecord] = Field(default=[], description="Records that became part of it.")
    completeness: Completeness


FacetName = Annotated[str, StringConstraints(pattern=r"^\w{1,64}$")]
_Where = Annotated[str, StringConstraints(max_length=4000, pattern=_NO_NUL)]
_Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class FacetValue(_Model):
    """A value that some records have."""

    value: str = Field(description="What to select by; of tags the id of the term.")
    label: str
    vocabulary: str | None = Field(default=None, description="Of tags.")
    count: int


class Facet(_Model):
    """How many records have each value, the most frequent first."""

    name: str
    label: str
    values: list[FacetValue]


class AssetPage(_Model):
    """Some records, newest first, and how to go on."""

    assets: list[Asset]
    total: int = Field(description="How many there are; 1,000 stands for so many or more.")
    next_cursor: str | None = None
    facets: list[Facet] = Field(default=[], description="Over the first 10,000 of them.")


class AssetQuery(_Model):
    """Which records to list, in which order, and from where on."""

    limit: int = Field(default=50, ge=1, le=200)
    cursor: Annotated[str, StringConstraints(max_length=2000)] | None = Field(
        default=None, description="`next_cursor` of the last answer, with the same `sort`."
    )
    sort: AssetSort = Field(default="-created", description="`-` sorts downwards.")
    kinds: list[AssetKind] = Field(default=[], max_length=10)
    states: list[AssetState] = Field(default=[], max_length=10)
    media_types: list[Annotated[str, StringConstraints(max_length=127, pattern=_NO_NUL)]] = Field(
        default=[], max_length=50
    )
    name: Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)] = Field(
        default="", description="Part of the file name or title, in any case."
    )
    where: Annotated[str, StringConstraints(max_length=4000, pattern=_NO_NUL)] = Field(
        default="",
        description="Conditions that all hold, such as `campaign:Spring width>=1920 -hold:yes`.",
    )
    created_from: Moment | None = None
    created_before: Moment | None = None
    updated_from: Moment | None = None
    updated_before: Moment | None = None
    trashed: bool = Field(default=False, description="List the trash instead.")
    facets: list[FacetName] = Field(
        default=[], max_length=10, description="Count these: `tags`, `kind`, `colours`, fields."
    )
    language: _Language = Field(default="en", description="Of the labels of facets.")


EditAction = Literal["set", "add", "replace", "remove", "clear", "reset"]


class RecordEdit(_Model):
    """One change of one field of a record."""

    field: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=_NO_NUL)] = Field(
        description="Name, label or alias of the field."
    )
    action: EditAction = Field(
        default="set",
        description="`add` and `remove` are about items of lists, `replace` puts `value` in "
        "place of `old`, `clear` says that there is nothing, `reset` goes back to what the "
        "file says.",
    )
    value: str | int | float | bool | list[str] | None = None
    language: Annotated[str, StringConstraints(max_length=35)] = ""
    old: Annotated[str, StringConstraints(max_length=20_000)] = ""


class AssetPatch(_Model):
    """What a person says of a record; what is left out stays as it is."""

    title: (
        Annotated[
            str,
            StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=_NO_NUL),
        ]
        | None
    ) = Field(default=None, description="Null goes back to what the file says.")
    edits: list[RecordEdit] = Field(default=[], max_length=200)


class BulkEdit(_Model):
    """Changes of many records: those that `where` selects, or those named."""

    where: Annotated[str, StringConstraints(max_length=4000, pattern=_NO_NUL)] | None = None
    asset_ids: list[Annotated[str, StringConstraints(max_length=36)]] = Field(
        default=[], max_length=10_000
    )
    edits: list[RecordEdit] = Field(min_length=1, max_length=200)
    dry_run: bool = False


class EditExample(_Model):
    """What an edit makes of one record."""

    name: str
    before: dict[str, str | int | float | bool | list[str]]
    after: dict[str, str | int | float | bool | list[str]]


class Step(_Model):
    """How far some work on many records is."""

    total: int = Field(description="Records that were meant.")
    finished: bool = Field(default=True, description="False while it goes on.")
    problem: str | None = Field(default=None, description="Why it stopped before its end.")


class BulkEdited(Step):
    """What an edit of many records did, or would do."""

    batch_id: str = Field(description="For undoing it; empty for a dry run.")
    matched: int = Field(description="Those of them that were looked at so far.")
    changed: int
    kept: int = Field(default=0, description="Left alone by an undo: somebody spoke since.")
    examples: list[EditExample] = []


class Imported(BulkEdited):
    """What an import of metadata did, or would do."""

    unmatched: int = Field(description="Rows that fit no asset.")
    ambiguous: int = Field(description="Rows that fit several, or one that another row has.")
    faults: int = Field(description="Cells that do not fit their field; their rows are imported.")
    ignored_columns: list[str] = Field(description="Columns that are about no field.")
    remarks: list[str] = Field(description="The first of these troubles, in words.")


class RecordField(_Model):
    """A field of the record."""

    name: str
    label: str
    type: FieldType
    help: str
    world: World = Field(description="Where it makes sense.")
    writable: bool = Field(description="False where only machines fill it.")
    personal: bool = Field(description="It says who somebody is or where they were.")
    required: bool
    vocabulary: list[str] = Field(description="The only values allowed; empty where any is.")
    pattern: str = Field(description="Regular expression for the whole text; empty for any.")
    minimum: float | None = None
    maximum: float | None = None
    custom: bool = Field(description="Defined by this library.")


class FieldList(_Model):
    """The fields of a record, in the order in which it shows them."""

    fields: list[RecordField]
    file_names: str | None = Field(
        default=None, description="Regular expression that names of files have to fit."
    )


class Counts(_Model):
    """How many records there are, of each kind and in each state that occurs."""

    total: int
    kinds: dict[AssetKind, int]
    states: dict[AssetState, int]


class Span(_Model):
    """A stretch of a text, by characters."""

    start: int
    end: int


class Reason(_Model):
    """Why an asset is among the answers.

    ``leg`` says by which way it was found (``gist``: by the words of an example), ``text`` in
    words; where the reason is words in the asset, ``snippet`` quotes them and ``highlights``
    marks them in it.
    """

    leg: Leg
    text: str
    score: float = Field(description="The leg's own score: cosine, or BM25.")
    unit: str
    page: int | None = None
    start_s: float | None = Field(default=None, description="Where in a video or sound it begins.")
    end_s: float | None = None
    thumbnail: str | None = Field(
        default=None, description="Address of a small picture of that scene."
    )
    snippet: str | None = None
    highlights: list[Span] = []


class SearchHit(_Model):
    """An asset among the answers, its relevance (0 to 1) and the reasons, strongest first."""

    asset: Asset
    relevance: float = Field(ge=0, le=1)
    reasons: list[Reason]


class SearchRequest(_Model):
    """A question: words, an example picture (an asset's id), and filters."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    like: AssetId | None = Field(default=None, description="Id of an asset to find alike ones of.")
    kinds: list[AssetKind] = Field(default=[], description="Only these kinds; empty means all.")
    media_types: list[Annotated[str, StringConstraints(max_length=127)]] = Field(
        default=[], max_length=50
    )
    limit: int = Field(default=20, ge=1, le=200)
    where: _Where = Field(
        default="",
        description="Only what this selects: `tag:dog colour:red people_count=0 status:approved`.",
    )
    facets: list[FacetName] = Field(
        default=[],
        max_length=10,
        description="Count these over all that is relevant: `tags`, `kind`, `status`, fields.",
    )
    language: _Language = Field(default="en", description="Of the labels of facets.")


class SearchAnswer(_Model):
    """Answers, best first. ``message`` speaks when nothing relevant was found."""

    hits: list[SearchHit]
    message: str | None = None
    facets: list[Facet] = Field(default=[], description="Over the 500 most relevant at most.")
    took_ms: float


class Arrival(_Model):
    """What became of one file that was handed in."""

    name: str
    status: Literal[
        "new", "changed", "unchanged", "moved", "back", "joined", "unreadable", "refused"
    ]
    asset_id: str = ""
    same_bytes_as: str | None = None
    reason: str = ""


class IngestRequest(_Model):
    """Paths on the server's machine to take in."""

    paths: list[str] = Field(min_length=1, max_length=1000)
    in_place: bool = False
    dry_run: bool = False
    preset: Annotated[str, StringConstraints(max_length=200, pattern=_NO_NUL)] = Field(
        default="", description="Ingest preset of the library that new records are given."
    )


class ReadRequest(_Model):
    """How to read an asset once more; a password is used once and not kept."""

    password: Annotated[str, StringConstraints(max_length=1000)] | None = None


JobState = Literal["queued", "running", "paused", "cancelled", "done", "failed"]
JobItemState = Literal["queued", "running", "paused", "cancelled", "done", "failed", "poison"]
JobScope = Literal["all", "missing", "failed"]


class Job(_Model):
    """A piece of long work and how far it is.

    Files can be found once ``done`` and ``failed`` add up to ``total``; later stages go on.
    """

    id: str
    kind: str = Field(
        default="ingest",
        description="`ingest`, `scan` (of a source), `upload`, `read`, or `refresh` (read again).",
    )
    state: JobState
    total: int
    done: int
    failed: int
    later_total: int = Field(
        default=0, description="Files that want a later stage, such as text recognition."
    )
    later_done: int = Field(default=0, description="Of these, how many need no more work.")
    arrivals: dict[str, int] = Field(
        default={},
        description="How many files were new, changed, unchanged, moved, back, joined to others "
        "or unreadable.",
    )
    problems: list[str] = Field(default=[], description="What could not be read, and why.")
    created_at: datetime | None = None
    finished_at: datetime | None = None


class JobPage(_Model):
    """Some jobs, newest first, and how to go on."""

    jobs: list[Job]
    next_cursor: str | None = None


class JobItem(_Model):
    """One stage of one asset of a job.

    An item in the state ``poison`` failed so often that it is tried again only by a retry.
    """

    asset_id: str
    name: str
    stage: str = Field(description="`read`, or a later stage such as `ocr`.")
    state: JobItemState
    attempts: int
    reason: str | None = Field(default=None, description="Why it failed, or has to wait.")
    next_attempt_at: datetime | None = None


class JobItemPage(_Model):
    """Some items of a job, in the order they were queued, and how to go on."""

    items: list[JobItem]
    next_cursor: str | None = None


class JobRequest(_Model):
    """Work on what is in the catalog already.

    Scope ``all`` reads everything again; ``missing`` what lacks a current reading, a later stage
    or a vector; ``failed`` what has failed or was given up.
    """

    kind: Literal["refresh"] = "refresh"
    scope: JobScope


class Upload(_Model):
    """What became of one file: its record and the job that reads it, or why it was refused."""

    arrival: Arrival
    asset: Asset | None = None
    job_id: str = ""


class InspectionRequest(_Model):
    """How closely to look, and whether to put right what is found."""

    deep: bool = Field(default=False, description="Hash all stored bytes.")
    repair: bool = False


class InspectionFinding(_Model):
    """One thing that was looked at, and what was seen."""

    check: str
    sound: bool
    detail: str
    repaired: bool = False


class Inspection(_Model):
    """Whether catalog, stored bytes and index fit together."""

    findings: list[InspectionFinding]


class PartState(_Model):
    """Whether a part works; ``reason`` says in words why not."""

    ready: bool
    reason: str | None = None


class Readiness(_Model):
    """Whether the server can do its work, and each of its parts."""

    ready: bool
    parts: dict[str, PartState]


class Version(_Model):
    """What runs here."""

    version: str
    api: Literal["v1"] = "v1"


class Health(_Model):
    """The process is alive."""

    status: Literal["ok"] = "ok"
    version: str


ModelRole = Literal["text", "visual"]


class UseModel(_Model):
    """Ask for another model; what it is for is known from its description."""

    name: str = Field(min_length=1, max_length=200)
    role: ModelRole | None = None


class KeptIndex(_Model):
    """A generation of the index that one can go back to; models as ``name@revision``."""

    generation: str
    text_model: str
    visual_model: str


class NextIndex(KeptIndex):
    """A generation that is being built: how many assets it holds of how many."""

    total: int
    done: int
    problem: str | None = Field(default=None, description="Why building it stopped.")


class Index(KeptIndex):
    """The vector index that answers, and the one that is built beside it."""

    points: int | None = Field(description="Null while it does not answer.")
    message: str | None = Field(default=None, description="Why it does not answer.")
    waiting: int = Field(description="Changes that it has not taken up yet.")
    faults: int = Field(description="Assets of which it refused a part.")
    next: NextIndex | None = None
    kept: KeptIndex | None = None
