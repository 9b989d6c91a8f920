"""Models of the API about documents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_NO_NUL = r"^[^\x00]*$"
MOST_TEXT = 500_000
"""Characters of a text that is sent to be looked at; a file may be longer."""

Length = Literal["line", "short", "long"]


class _Model(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class TypeOption(_Model):
    """What else a document may be."""

    type: str
    chance: float = Field(ge=0, le=1)


class DocumentType(_Model):
    """What a document is."""

    type: str = Field(description="A document type, or `other`; empty where nobody can tell.")
    confidence: float = Field(ge=0, le=1)
    source: Literal["human", "embedded", "rule", "model"] = "model"
    under: list[str] = Field(default=[], description="Types above it, the nearest first.")
    options: list[TypeOption] = []
    evidence: str = ""


class Language(_Model):
    """The language of most of a document."""

    tag: str = Field(description="BCP 47; empty where it is none that is known.")
    confidence: float = Field(ge=0, le=1)


class SummarySentence(_Model):
    """A sentence of the document."""

    text: str
    page: int | None = None
    start: int = Field(description="First character in the text of its page.")
    end: int


class Clause(SummarySentence):
    """The sentence of a contract that says most of a matter."""

    matter: str


class Heading(_Model):
    """A heading."""

    text: str
    page: int | None = None
    level: int = 1


class PersonalPlace(_Model):
    """A place of personal data; of the value only so much that one knows it again."""

    kind: Literal["email", "phone", "iban", "card", "national_id"]
    detail: str = Field(default="", description="Which national number, such as `de_tax_id`.")
    page: int | None = None
    start: int
    end: int
    confidence: float = Field(ge=0, le=1)
    shown: str


class PersonalData(_Model):
    """Personal data found in the text of a document."""

    counts: dict[str, int] = {}
    places: list[PersonalPlace] = []
    complete: bool = Field(default=True, description="False where not all text was looked at.")


class PageGrade(_Model):
    """How well a page could be read."""

    page: int = Field(description="From 1; 0 where the file has no pages.")
    mark: Literal["good", "fair", "poor"]
    reasons: list[str] = []
    confidence: float | None = Field(
        default=None, description="Of the engine that recognised the text."
    )
    words: float | None = Field(default=None, description="Share of its words that are words.")


class WrittenSummary(_Model):
    """What a language model wrote; it stands only where the document says all that it names."""

    text: str | None = None
    model: str = ""
    reason: str | None = Field(default=None, description="Why there is none that may stand.")


class Summaries(_Model):
    """Sentences of a document that say most, in three lengths."""

    line: list[SummarySentence] = []
    short: list[SummarySentence] = []
    long: list[SummarySentence] = []


class DocumentSummary(_Model):
    """What a document is and says."""

    state: Literal["described", "waiting", "no_text"] = "described"
    type: DocumentType | None = None
    language: Language | None = None
    pages: int | None = None
    words: int = 0
    reading_minutes: float = 0.0
    summaries: Summaries = Summaries()
    written: WrittenSummary | None = None
    outline: list[Heading] = []
    clauses: list[Clause] = Field(default=[], description="Of contracts: their key clauses.")
    personal_data: PersonalData = PersonalData()
    grades: list[PageGrade] = []


class AssetSummary(DocumentSummary):
    """The summary of an asset."""

    asset_id: str
    name: str


class SummaryPage(_Model):
    """Some summaries."""

    documents: list[AssetSummary]
    next_cursor: str | None = None


class Classified(_Model):
    """What a file or text that was sent is."""

    type: DocumentType
    language: Language
    pages: int | None = None
    words: int
    reading_minutes: float
    personal_data: PersonalData


class TextLine(_Model):
    """A line that was recognised in a picture."""

    start: int
    end: int
    box: list[float]
    confidence: float


class Passage(_Model):
    """A piece of text of an asset."""

    key: str
    page: int | None = None
    section: str = ""
    text: str
    start: int | None = Field(description="First character in the text that it belongs to.")
    end: int | None = None
    box: list[float] | None = Field(
        default=None, description="left, top, right, bottom as fractions of the page."
    )
    confidence: float | None = Field(
        default=None, description="Of the engine that recognised it; null for text of the file."
    )
    model: str = ""
    lines: list[TextLine] = []


class PassagePage(_Model):
    """Some passages, in the order of the document."""

    passages: list[Passage]
    grades: list[PageGrade] = Field(description="Of the pages that these stand on.")
    next_cursor: str | None = None


class AssetPageText(_Model):
    """One page of an asset."""

    page: int
    pages: int | None = None
    text: str
    passages: list[Passage]
    grade: PageGrade
    picture: str | None = Field(default=None, description="Address of a picture of the page.")


class FieldExamples(_Model):
    """What came of learning a field by which documents are filed."""

    field: str
    label: str
    examples: int = Field(description="Documents with a value that enough others have, too.")
    values: list[str] = Field(default=[], description="Values with enough examples.")
    before: float = Field(
        default=0.0, ge=0, le=1, description="Share that guessing the commonest value gets right."
    )
    after: float = Field(
        default=0.0, ge=0, le=1, description="Share told rightly, each by the others' lesson."
    )
    kept: bool = False
    reason: str = ""


class Examples(_Model):
    """What came of learning document types."""

    examples: int = Field(description="Documents whose type a person gave.")
    before: float = Field(ge=0, le=1, description="Share of them told rightly before.")
    after: float = Field(ge=0, le=1, description="The same, each told by the others' lesson.")
    kept: bool
    reason: str
    labels: list[str] = Field(default=[], description="Types with examples.")
    fields: list[FieldExamples] = Field(
        default=[], description="Other fields: department, project, retention class and the like."
    )


class DocumentQuery(_Model):
    """Which documents."""

    where: Annotated[str, StringConstraints(max_length=4000, pattern=_NO_NUL)] = ""
    limit: int = Field(default=50, ge=1, le=200)
    cursor: Annotated[str, StringConstraints(max_length=2000, pattern=_NO_NUL)] | None = None
    order: Literal["newest", "doubt"] = Field(
        default="newest", description="`doubt` begins with the types that are least sure."
    )
