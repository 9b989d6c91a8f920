"""The taggers of this moment: vocabularies, visual model and lessons, ready to be asked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.descriptor import ModelDescriptor
from pipelines.tagging import bank
from pipelines.tagging.fitted import fitted
from pipelines.tagging.learn import TermClassifier
from pipelines.tagging.tagger import Tagger
from pipelines.vocabulary.terms import Vocabulary
from service.catalog.database import Database
from service.collections.tables import CollectionMember
from service.generations.in_use import ModelsInUse
from service.tags import lessons
from service.tags.rows import Key
from service.vocabularies.in_force import Kept, Vocabularies, with_those_around

_VERSION = 3
"""Raise it whenever other tags are given for the same signals."""

_AT_ONCE = 400


@dataclass(frozen=True)
class Taggers:
    """Taggers of all vocabularies that are in force anywhere.

    Attributes:
        digest: another word once any of them would answer differently.
        model: whose vectors they look at, as ``name@revision``.
        kept: all vocabularies, those that are in force nowhere included.
        by_id: taggers by the id of their vocabulary.
    """

    digest: str
    model: str
    kept: tuple[Kept, ...]
    by_id: Mapping[str, Tagger]

    @cached_property
    def vocabularies(self) -> Mapping[str, Vocabulary]:
        """Those that are in force anywhere, by id."""
        return {id_: tagger.vocabulary for id_, tagger in self.by_id.items()}

    @cached_property
    def everywhere(self) -> tuple[str, ...]:
        """Ids of the vocabularies that are in force for every asset."""
        return tuple(each.vocabulary.id for each in self.kept if each.scope == "everywhere")

    @cached_property
    def in_collections(self) -> bool:
        """Whether some are in force in collections only."""
        return any(each.scope == "collections" for each in self.kept)


class TaggerShop:
    """Makes taggers, and keeps them until something they are made of changes. Thread safe.

    Args:
        cache: folder for vectors of terms.
    """

    def __init__(
        self, database: Database, vocabularies: Vocabularies, models: ModelsInUse, cache: Path
    ) -> None:
        self._database = database
        self._vocabularies = vocabularies
        self._models = models
        self._cache = cache
        self._lock = threading.Lock()
        self._made: Taggers | None = None
        self._plain: dict[str, tuple[str, Tagger]] = {}

    @property
    def vocabularies(self) -> Vocabularies:
        """What the taggers speak."""
        return self._vocabularies

    def digest(self) -> str:
        """That of ``now``, without making anything."""
        return self._digest(self._vocabularies.all(), self._models.of_space("visual"))

    def now(self) -> Taggers:
        """The taggers for this moment; takes seconds where a vocabulary is new."""
        kept, model = self._vocabularies.all(), self._models.of_space("visual")
        digest = self._digest(kept, model)
        with self._lock:
            if self._made is None or self._made.digest != digest:
                self._made = self._make(kept, model, digest)
            return self._made

    def _make(self, kept: Sequence[Kept], model: str, digest: str) -> Taggers:
        with self._database.read() as session:
            learned = lessons.lessons_of(session, model)
        taggers = {
            each.vocabulary.id: self._tagger(each, model, learned)
            for each in kept
            if each.scope != "off"
        }
        return Taggers(digest, model, tuple(kept), taggers)

    def _tagger(self, kept: Kept, model: str, learned: Mapping[Key, TermClassifier]) -> Tagger:
        vocabulary = kept.vocabulary
        known, tagger = self._plain.get(vocabulary.id, ("", None))
        if tagger is None or known != f"{kept.revision} {model}":
            queries = _Queries(self._models)
            terms = bank.build(vocabulary, queries, self._cache)
            tagger = Tagger(vocabulary, terms, queries)
            self._plain[vocabulary.id] = (f"{kept.revision} {model}", tagger)
        return tagger.having_learned(
            {term: each for (id_, term), each in learned.items() if id_ == vocabulary.id}
        )

    def _digest(self, kept: Sequence[Kept], model: str) -> str:
        with self._database.read() as session:
            learned = lessons.digest_of(session, model)
        curves = fitted(self._models.visual_descriptor)
        parts = [str(_VERSION), model, learned, str(curves.bias if curves else "")]
        parts += [
            f"{each.vocabulary.id}={each.revision} {each.scope} {sorted(each.collections)}"
            for each in kept
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def in_force(
    session: Session, taggers: Taggers, asset_ids: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """Ids of the vocabularies for each of some assets."""
    everywhere = taggers.everywhere
    if not taggers.in_collections:
        return dict.fromkeys(asset_ids, everywhere)
    inside: dict[str, set[str]] = {}
    for start in range(0, len(asset_ids), _AT_ONCE):
        rows = select(CollectionMember.asset_id, CollectionMember.collection_id).where(
            CollectionMember.asset_id.in_(asset_ids[start : start + _AT_ONCE])
        )
        for row in session.execute(rows):
            inside.setdefault(row.asset_id, set()).add(row.collection_id)
    around: dict[frozenset[str], set[str]] = {}
    found = {}
    for asset_id in asset_ids:
        here = frozenset(inside.get(asset_id, ()))
        if here not in around:
            around[here] = with_those_around(session, here)
        found[asset_id] = tuple(
            each.vocabulary.id
            for each in taggers.kept
            if each.scope == "everywhere"
            or (each.scope == "collections" and each.collections & around[here])
        )
    return found


class _Queries:
    """The visual model, loaded with the first prompt that is not known."""

    def __init__(self, models: ModelsInUse) -> None:
        self._models = models
        self.descriptor: ModelDescriptor = models.visual_descriptor

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._models.visual().encode_query(texts)
