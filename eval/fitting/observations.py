"""What the product's retrieval gives for questions whose answers are known, or absent."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eval.fitting.collections import Collection
from eval.layouts.judged import Question
from eval.libraries import asked, library_of

if TYPE_CHECKING:
    from service.hub import Hub

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that was found: its document, cosine, and share of the attainable BM25."""

    document: str
    cosine: float
    share: float


@dataclass(frozen=True, slots=True)
class Observation:
    """One question asked of one library.

    Attributes:
        relevant: the documents that answer it; empty for a question about other things.
        passages: those found.
        names: for each document whose name was found, the share of its record.
        relevance: the product's own judgement of each document.
    """

    relevant: frozenset[str]
    passages: Sequence[Passage]
    names: dict[str, float] = field(default_factory=dict)
    relevance: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observed:
    """A library and everything that was asked of it."""

    collection: Collection
    own: Sequence[Observation]
    foreign: Sequence[Observation]


def observe(collections: Sequence[Collection]) -> Iterator[Observed]:
    """Ask every library its own questions and those of other families."""
    for collection in collections:
        strangers = [other for other in collections if other.family != collection.family]
        each = len(collection.questions) // max(1, len(strangers))
        foreign = [
            Question(question.text, frozenset())
            for other in strangers
            for question in other.questions[:each]
        ]
        with library_of(collection.documents, named=collection.named) as (hub, ids):
            print(f"Asking {len(collection.questions) + len(foreign):,} ...", file=sys.stderr)
            yield Observed(
                collection,
                [_ask(hub, ids, question) for question in collection.questions],
                [_ask(hub, ids, question) for question in foreign],
            )


def _ask(hub: Hub, ids: dict[str, str], question: Question) -> Observation:
    found = hub.engine.retrieve(asked(question.text, limit=_DEPTH))
    names: dict[str, float] = {}
    passages = []
    for candidate in found.candidates:
        document = ids[candidate.asset_id]
        share = candidate.scores.get("bm25", 0.0) / max(found.attainable_bm25, 1e-9)
        if candidate.unit_kind == "record":
            names[document] = share
        else:
            passages.append(Passage(document, candidate.scores.get("text", 0.0), share))
    relevance = {ids[asset]: each.relevance for asset, each in hub.engine.judge(found).items()}
    return Observation(question.relevant, passages, names, relevance)
