"""Tags as they go over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.schemas import BulkEdited, TagSource, TagState

RunKind = Literal["arrival", "refresh", "batch", "person", "learn", "undo"]
Decision = Literal["accept", "reject", "reset"]

TermName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$"),
]
"""The id of a term, or a name of it in any language."""

VocabularyId = Annotated[str, StringConstraints(max_length=64, pattern=r"^[^\x00]*$")]
_Where = Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")]
_Ids = list[Annotated[str, StringConstraints(max_length=36)]]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TagEvidence(_Model):
    """A reason for a tag."""

    signal: str = Field(
        description="`picture` (looks like it), `examples` (looks like accepted ones), `pixels`, "
        "`keywords`, `name` (of the file or its folders), `words` (in the picture) or `narrower` "
        "(a term below it)."
    )
    probability: float = Field(ge=0, le=1)
    detail: str = Field(default="", description="The word, or the narrower term.")
    second: float | None = Field(default=None, description="Of the video.")


class AssetTag(_Model):
    """What is said of a term for an asset."""

    vocabulary: str
    term: str
    label: str
    labels: dict[str, str] = Field(default={}, description="By language.")
    state: TagState
    source: TagSource
    model: str = Field(default="", description="What said so; the strongest reason of a rule.")
    confidence: float = Field(ge=0, le=1)
    evidence: list[TagEvidence] = []
    actor: str = Field(default="", description="The person who decided.")
    since: datetime | None = None


class AssetTags(_Model):
    """The tags of an asset, the surest first; rejected ones last."""

    tags: list[AssetTag]


class NewTags(_Model):
    """Tags that a person gives."""

    terms: list[TermName] = Field(min_length=1, max_length=100)
    vocabulary: VocabularyId | None = None


class TagChanges(_Model):
    """Decisions of a person; `reset` takes a decision back, so that machines speak again."""

    accept: list[TermName] = Field(default=[], max_length=100)
    reject: list[TermName] = Field(default=[], max_length=100)
    reset: list[TermName] = Field(default=[], max_length=100)
    vocabulary: VocabularyId | None = None


class TagDecision(_Model):
    """One decision on a term for many assets: those that `where` selects, or those named."""

    action: Decision
    term: TermName
    vocabulary: VocabularyId | None = None
    where: _Where | None = None
    asset_ids: _Ids = Field(default=[], max_length=10_000)


class TagRequest(_Model):
    """Which assets machines are to tag again; all where nothing is said."""

    where: _Where | None = None
    asset_ids: _Ids = Field(default=[], max_length=10_000)
    vocabulary: VocabularyId | None = Field(default=None, description="Only terms of this one.")
    dry_run: bool = False


class Tagged(BulkEdited):
    """What a run did to tags, or would do; its `batch_id` undoes it."""

    given: int = Field(default=0, description="Tags given, also anew with other evidence.")
    suggested: int = 0
    taken: int = Field(default=0, description="Tags and suggestions taken away.")
    remark: str = Field(default="", description="Why machines may say little.")


class Run(_Model):
    """Work that changed tags."""

    id: str
    kind: RunKind
    started_by: str
    about: str = ""
    started_at: datetime
    assets: int
    given: int
    suggested: int
    taken: int
    undone: bool


class RunPage(_Model):
    """Some runs, newest first, and how to go on."""

    runs: list[Run]
    next_cursor: str | None = None


class LearnRequest(_Model):
    """Which term to learn; all with examples where none is named."""

    term: TermName | None = None
    vocabulary: VocabularyId | None = None


class LearnedTerm(_Model):
    """What came of learning a term.

    `before` and `after` are average precisions on pictures that were held out: of the words of
    the term, and of what was learned.
    """

    vocabulary: str
    term: str
    label: str
    examples: int = Field(description="Accepted pictures.")
    rejected: int
    before: float
    after: float
    used: bool
    reason: str


class Learned(_Model):
    """What came of learning; `run_id` undoes it."""

    run_id: str
    terms: list[LearnedTerm]


class AnalysedTags(_Model):
    """Tags that a file would be given."""

    kind: str
    tags: list[AssetTag]


class TermCount(_Model):
    """A term and how many assets have it."""

    vocabulary: str
    term: str
    label: str
    assets: int


class AlikeTerms(_Model):
    """Two terms that may mean the same; `magpie terms merge` joins them."""

    terms: list[TermCount]
    likeness: float = Field(description="Of their names, up to 1.")
    together: float = Field(description="Share of the assets with either that have both.")


class AskedFor(_Model):
    """A word that at least five people searched for in one week and no tag in use covers."""

    word: str
    asked: int = Field(description="Questions in the last 90 days.")
    answered: int = Field(description="Those that found something.")
    term: str | None = Field(default=None, description="A term of that name that no asset has.")


class TagReport(_Model):
    """The state of the tags on the assets that the asker sees."""

    assets: int
    untagged: int
    terms: int = Field(description="Terms in use.")
    tags: int
    most_used: list[TermCount]
    singletons: list[TermCount] = Field(description="Terms that one asset has.")
    singletons_total: int
    near_synonyms: list[AlikeTerms]
    asked_for: list[AskedFor]
