"""Which vocabularies are in force where, for all that tags, searches and reports."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.vocabulary.as_json import packed
from pipelines.vocabulary.terms import Vocabulary
from service.catalog.database import Database
from service.collections.tables import Collection
from service.vocabularies.stored import assembled, shipped, stored_terms
from service.vocabularies.tables import VocabularyCollection, VocabularyRow

Scope = Literal["everywhere", "collections", "off"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A vocabulary with where it is in force.

    Attributes:
        vocabulary: with the house's changes.
        scope: everywhere, in ``collections`` and those inside them, or nowhere.
        revision: another one after every change of the house or of the installed version.
        shipped: whether it comes with Magpie.
        changed: whether the house changed it, where it comes with Magpie.
    """

    vocabulary: Vocabulary
    scope: Scope
    collections: frozenset[str]
    revision: str
    shipped: bool
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """A term that another took the place of."""

    vocabulary_id: str
    old: str
    new: str
    actor: str


class Vocabularies:
    """All vocabularies of a catalog. Thread safe; what another process changes is seen too."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: dict[str, Kept] = {}
        self._on_change: list[Callable[[], None]] = []
        self._on_merge: list[Callable[[Session, Merge], None]] = []

    def all(self) -> tuple[Kept, ...]:
        """Every vocabulary, the house's own before those that come with Magpie, by id."""
        with self._database.read() as session:
            return self._all(session)

    def in_force(self, collections: Iterable[str] = ()) -> tuple[Vocabulary, ...]:
        """The vocabularies for an asset, in the order of ``all``.

        Args:
            collections: ids of those that the asset is in; those around them count too.
        """
        return tuple(each.vocabulary for each in self._in_force(collections))

    def digest(self, collections: Iterable[str] = ()) -> str:
        """A word that is another one once ``in_force`` answers differently."""
        parts = (f"{each.vocabulary.id}={each.revision}" for each in self._in_force(collections))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def on_change(self, told: Callable[[], None]) -> None:
        """Have something called after each change that this process makes."""
        self._on_change.append(told)

    def on_merge(self, follow: Callable[[Session, Merge], None]) -> None:
        """Have something done in the transaction of each merge, such as moving tags along."""
        self._on_merge.append(follow)

    def changed(self) -> None:
        """Tell those who asked by ``on_change``."""
        for told in self._on_change:
            told()

    def merged(self, session: Session, merge: Merge) -> None:
        """Do what was asked for by ``on_merge``."""
        for follow in self._on_merge:
            follow(session, merge)

    def _in_force(self, collections: Iterable[str]) -> list[Kept]:
        with self._database.read() as session:
            found = self._all(session)
            inside: set[str] = set()
            if any(each.scope == "collections" for each in found):
                inside = with_those_around(session, collections)
        return [
            each
            for each in found
            if each.scope == "everywhere"
            or (each.scope == "collections" and each.collections & inside)
        ]

    def _all(self, session: Session) -> tuple[Kept, ...]:
        rows = {row.id: row for row in session.scalars(select(VocabularyRow))}
        bound: dict[str, set[str]] = {}
        for place in session.execute(
            select(VocabularyCollection.vocabulary_id, VocabularyCollection.collection_id)
        ):
            bound.setdefault(place.vocabulary_id, set()).add(place.collection_id)
        found = [
            self._of_row(session, row, frozenset(bound.get(id_, ()))) for id_, row in rows.items()
        ]
        for id_, vocabulary in shipped().items():
            if id_ not in rows:
                found.append(
                    Kept(vocabulary, "everywhere", frozenset(), _shipped_revision(id_), True)
                )
        return tuple(sorted(found, key=lambda each: (each.shipped, each.vocabulary.id)))

    def _of_row(self, session: Session, row: VocabularyRow, bound: frozenset[str]) -> Kept:
        comes_with_us = row.id in shipped()
        below = f"{_shipped_revision(row.id)}+" if comes_with_us else ""
        revision = below + row.revision
        with self._lock:
            known = self._known.get(row.id)
        if known is not None and (known.revision, known.collections) == (revision, bound):
            return known
        if known is not None and known.revision == revision:
            vocabulary, changed = known.vocabulary, known.changed
        else:
            terms = stored_terms(session, row.id)
            vocabulary, changed = assembled(row, terms), comes_with_us and bool(terms)
        scope: Scope = row.scope  # type: ignore[assignment]
        kept = Kept(vocabulary, scope, bound, revision, comes_with_us, changed)
        with self._lock:
            self._known[row.id] = kept
        return kept


@cache
def _shipped_revision(vocabulary_id: str) -> str:
    terms = [packed(term) for term in shipped()[vocabulary_id].terms]
    return hashlib.sha256(json.dumps(terms).encode()).hexdigest()[:16]


def with_those_around(session: Session, collections: Iterable[str]) -> set[str]:
    """Ids of some collections and of all that these lie in."""
    found: set[str] = set()
    front = set(collections)
    while front:
        found |= front
        parents = session.scalars(
            select(Collection.parent_id).where(
                Collection.id.in_(front), Collection.parent_id.is_not(None)
            )
        )
        front = {each for each in parents if each is not None} - found
    return found
