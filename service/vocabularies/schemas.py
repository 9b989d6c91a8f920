"""Vocabularies, terms and proposals as they go over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pipelines.vocabulary.terms import Auto, BesidePeople, By

MOST_FOUND = 200
"""Terms in one answer."""

_NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
VocabularyId = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]{0,63}$")]
TermId = Annotated[str, StringConstraints(pattern=r"^\w[\w.-]{0,99}$")]
Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_NO_CONTROL),
]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
_Labels = Annotated[dict[Language, Name], Field(max_length=50)]
_Synonyms = Annotated[
    dict[Language, Annotated[list[Name], Field(max_length=100)]], Field(max_length=50)
]
_Terms = Annotated[list[TermId], Field(max_length=100)]
_Note = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
_Topic = Annotated[str, StringConstraints(pattern=r"^(\d{8})?$")]
_CollectionId = Annotated[str, StringConstraints(min_length=1, max_length=64)]

Scope = Literal["everywhere", "collections", "off"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Vocabulary(_Model):
    """A vocabulary without its terms."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "id": "brand",
                "names": {"en": "Brand words"},
                "terms": 120,
                "languages": ["de", "en"],
                "scope": "everywhere",
                "collections": [],
                "shipped": False,
                "changed": False,
            }
        },
    )

    id: str
    names: dict[str, str] = Field(description="What people call it, by language.")
    terms: int = Field(description="Terms in use.")
    languages: list[str]
    scope: Scope = Field(description="Where it is in force.")
    collections: list[str] = Field(
        description="Collections that it is in force in, with those inside them."
    )
    shipped: bool = Field(description="Whether it comes with Magpie.")
    changed: bool = Field(description="Whether this house changed one that comes with Magpie.")


class VocabularyList(_Model):
    """All vocabularies, the house's own first."""

    vocabularies: list[Vocabulary]


class VocabularyChange(_Model):
    """Where a vocabulary is in force from now on."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"scope": "everywhere"}}
    )

    scope: Scope
    collections: list[_CollectionId] = Field(default=[], max_length=1000)


class NewTerm(_Model):
    """A term to be added."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "vocabulary": "brand",
                "labels": {"en": "hero shot", "de": "Hauptmotiv"},
                "synonyms": {"en": ["key visual"]},
            }
        },
    )

    vocabulary: VocabularyId
    id: TermId | None = Field(default=None, description="Made from a label where left out.")
    labels: _Labels
    synonyms: _Synonyms = {}
    broader: _Terms = []
    related: _Terms = []
    note: _Note = ""
    auto: Auto = "always"
    by: By = "network"
    beside_people: BesidePeople = "as_usual"
    media_topic: _Topic = ""


class TermChange(_Model):
    """What to change of a term; what is left out stays."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"auto": "suggest"}})

    labels: _Labels | None = None
    synonyms: _Synonyms | None = None
    broader: _Terms | None = None
    related: _Terms | None = None
    note: _Note | None = None
    auto: Auto | None = None
    by: By | None = None
    beside_people: BesidePeople | None = None
    media_topic: _Topic | None = None
    replaced_by: TermId | Literal[""] | None = Field(
        default=None, description="Deprecates the term; empty takes that back."
    )


class Term(_Model):
    """A term with its place in the hierarchy."""

    vocabulary: str
    id: str
    labels: dict[str, str]
    synonyms: dict[str, list[str]]
    broader: list[str]
    narrower: list[str]
    related: list[str]
    note: str
    auto: Auto
    by: By
    beside_people: BesidePeople
    replaced_by: str = Field(description="The term to use instead; empty for one in use.")
    media_topic: str = Field(description="Of the IPTC, eight digits; may be empty.")


class TermPage(_Model):
    """Some terms, best first, or in their order where nothing is looked for."""

    terms: list[Term]
    total: int
    next_cursor: str | None = None


class TermMerge(_Model):
    """Two terms that mean the same: ``term`` gives way to ``into``."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"vocabulary": "brand", "term": "ad_tech", "into": "adtech"}},
    )

    vocabulary: VocabularyId
    term: TermId
    into: TermId


class NewProposal(_Model):
    """A word that should become a term."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"vocabulary": "brand", "label": "packshot", "language": "en", "reason": ""}
        },
    )

    vocabulary: VocabularyId
    label: Name
    language: Language = "en"
    broader: _Terms = []
    reason: _Note = ""


class Proposal(_Model):
    """A proposal, and what became of it."""

    id: str
    vocabulary: str
    label: str
    language: str
    broader: list[str]
    reason: str
    source: Literal["human", "records"] = Field(
        description="`records`: a keyword of many records that no term covers."
    )
    proposed_by: str
    uses: int = Field(description="Records that carry the word.")
    state: Literal["open", "accepted", "rejected"]
    created_at: datetime


class ProposalPage(_Model):
    """Some proposals, the most used first."""

    proposals: list[Proposal]
    total: int


class ProposalAcceptance(_Model):
    """How to take a proposal up: as a term of its own, or as a synonym of another."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"broader": []}})

    vocabulary: VocabularyId | None = Field(default=None, description="Another than proposed.")
    id: TermId | None = None
    broader: _Terms | None = None
    synonym_of: TermId | None = None


class Gathered(_Model):
    """What the records proposed."""

    proposed: int
