"""Vocabularies as somebody sees them.

One that is in force in collections alone is seen by those who see one of them; one that is off,
by admins.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.predicate import seen_collections
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.collections.tables import Collection
from service.vocabularies.errors import no_vocabulary
from service.vocabularies.in_force import Kept, Vocabularies


class SeenVocabularies:
    """The vocabularies as one viewer sees them."""

    def __init__(self, database: Database, vocabularies: Vocabularies, viewer: Viewer) -> None:
        self._database = database
        self._vocabularies = vocabularies
        self._viewer = viewer

    def all(self) -> list[Kept]:
        """Those that are seen, with the collections of each that are."""
        found = self._vocabularies.all()
        if self._viewer.sees_all:
            return list(found)
        with self._database.read() as session:
            return [seen for each in found if (seen := self._seen(session, each)) is not None]

    def get(self, vocabulary_id: str) -> Kept:
        """One of them; raises NotFound."""
        for each in self.all():
            if each.vocabulary.id == vocabulary_id:
                return each
        raise no_vocabulary(vocabulary_id)

    def _seen(self, session: Session, kept: Kept) -> Kept | None:
        if kept.scope == "everywhere":
            return kept
        if kept.scope == "off" or not kept.collections:
            return None
        rows = session.scalars(
            select(Collection.id).where(
                Collection.id.in_(kept.collections), *seen_collections(self._viewer)
            )
        )
        seen = frozenset(rows)
        return replace(kept, collections=seen) if seen else None
