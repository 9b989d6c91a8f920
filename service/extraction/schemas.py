"""What goes over the wire about fields of documents."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.schemas import Asset, AssetId, Moment, Step

SchemaName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Where = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
_Said = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FieldCheck(_Model):
    """What a validator says of a value."""

    name: str = Field(
        description="checksum, sum, date_order, plausible_date, currency, or embedded: whether "
        "the page agrees with the data that the file carries."
    )
    outcome: Literal["passed", "failed"]
    reason: str


class FieldValue(_Model):
    """A value and how it is known."""

    value: str = Field(description="Normalised: ISO dates, amounts such as 12.50.")
    detail: str = Field(default="", description="Such as the currency of an amount.")
    source: Literal["embedded", "model", "rule", "human"]
    confidence: float = Field(ge=0, le=1)
    page: int | None = Field(default=None, description="From 1; 0 where the file has no pages.")
    box: list[float] | None = Field(
        default=None, description="Left, top, right, bottom as fractions of the page."
    )
    char_start: int | None = None
    char_end: int | None = None
    evidence: str = Field(default="", description="What stands there.")
    checks: list[FieldCheck] = []


class DocumentField(_Model):
    """A field of a document: its values, or unknown with what it could be."""

    name: str
    type: str
    description: str = ""
    many: bool = False
    state: Literal["known", "unknown", "none"] = Field(
        description="`none`: a person says that the document has no such value."
    )
    values: list[FieldValue] = []
    options: list[FieldValue] = []
    corrected_by: str | None = Field(default=None, description="Who spoke of it last.")


class ContractTerms(_Model):
    """When a contract ends and until when it can be cancelled, as of today."""

    expiry: date | None = None
    expiry_source: Literal["stated", "computed", ""] = ""
    notice_deadline: date | None = None
    renews: bool = False
    signed: bool | None = Field(
        default=None,
        description="Whether a signature field of the PDF was signed; null where none can be read.",
    )


class DocumentPart(_Model):
    """Pages that are a document of their own."""

    first: int
    last: int
    reason: str


class FieldChange(_Model):
    """A value that was in force for a time."""

    name: str
    value: str | None
    source: Literal["embedded", "model", "rule", "human"]
    model: str = ""
    actor: str = ""
    since: Moment
    until: Moment | None
    ended_by: str = ""


class DocumentFields(_Model):
    """The fields of a document."""

    asset_id: str | None = None
    name: str
    document_type: str = Field(default="", description="Empty where nobody has looked yet.")
    type_confidence: float = 0.0
    schema_name: str = Field(
        default="", alias="schema", description="Empty for types that have no fields."
    )
    up_to_date: bool = True
    fields: list[DocumentField] = []
    contract: ContractTerms | None = None
    split: list[DocumentPart] = Field(
        default=[], description="Where to part a file that seems to hold several documents."
    )
    doubt: float | None = None
    history: list[FieldChange] = []

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class FieldCorrection(_Model):
    """What a person says of a field."""

    field: str = Field(max_length=64)
    value: _Said | list[_Said] | None = Field(
        default=None, description="Null: the document has no such value."
    )
    reset: bool = Field(default=False, description="Say nothing any more.")


class FieldsPatch(_Model):
    """What a person says of the fields of a document."""

    corrections: list[FieldCorrection] = Field(default=[], max_length=200)
    confirm: bool = Field(
        default=False,
        description="All that was not corrected is right: what is known is so, and what is unknown "
        "is not in the document.",
    )
    schema_name: SchemaName | None = Field(
        default=None, alias="schema", description="Whose fields the document has."
    )

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Doubt(_Model):
    """A field that a person should look at, and why."""

    field: str
    value: str | None
    reason: str


class ReviewItem(_Model):
    """A document in the queue."""

    asset: Asset
    schema_name: str = Field(alias="schema")
    doubt: float
    doubts: list[Doubt]

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class ReviewQueue(_Model):
    """Documents to look at, the most doubtful first."""

    total: int
    items: list[ReviewItem]


class DueItem(_Model):
    """A contract that ends, or must be cancelled, soon."""

    asset: Asset
    due: date
    what: Literal["notice", "expiry"]
    expiry: date
    notice_deadline: date | None = None
    renews: bool = False
    parties: list[str] = []


class DueList(_Model):
    """What is due, soonest first."""

    until: date
    items: list[DueItem]


class DocumentTable(_Model):
    """A table as rows and columns."""

    page: int | None = Field(default=None, description="From 1; null where there are no pages.")
    title: str = ""
    box: list[float] | None = None
    rows: list[list[str]]
    cut: bool = Field(default=False, description="Whether rows or columns were left out.")


class KeyValue(_Model):
    """A name in a form and what was filled in."""

    name: str
    value: str
    page: int | None = None


class DocumentTables(_Model):
    """What stands in rows and columns."""

    tables: list[DocumentTable]
    pairs: list[KeyValue] = []


class SchemaField(_Model):
    """A field that a schema has."""

    name: str
    type: str
    many: bool
    description: str = ""


class SchemaInfo(_Model):
    """A schema and what was learned for it."""

    name: str
    description: str
    house: bool
    fields: list[SchemaField]
    learned: Learned | None = None


class SchemaList(_Model):
    """The schemas in force."""

    schemas: list[SchemaInfo]


class Learned(_Model):
    """What learning from corrections gave; measured on corrections that were held out."""

    schema_name: str = Field(alias="schema")
    documents: int
    values: int
    before: float = Field(description="Share of the corrected values found by the rankers before.")
    after: float = Field(description="The same by rankers learned from the other documents.")
    kept: bool
    message: str

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class ExtractRequest(_Model):
    """Of which documents to bring the fields up to date."""

    where: Where | None = None
    asset_ids: list[AssetId] = Field(default=[], max_length=5_000)
    schema_name: SchemaName | None = Field(
        default=None, alias="schema", description="Whose fields they have; else by their type."
    )

    model_config = ConfigDict(extra="forbid", populate_by_name=True, serialize_by_alias=True)


class ExtractedMany(Step):
    """How far bringing fields up to date is."""

    done: int = 0


SchemaInfo.model_rebuild()
