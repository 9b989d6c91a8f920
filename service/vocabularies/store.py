"""Vocabularies: brought, changed, taken away again, and put in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from pipelines.vocabulary.check import VocabularyError
from pipelines.vocabulary.formats import MEDIA_TYPES, Format, write
from pipelines.vocabulary.limited import read_limited
from pipelines.vocabulary.terms import Vocabulary
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import now
from service.collections.tables import Collection
from service.errors import BadRequest, Conflict, NotFound
from service.events.record import Change, record
from service.ids import new_id
from service.vocabularies import schemas
from service.vocabularies.changing import add_row, insert_terms, locked
from service.vocabularies.errors import InvalidVocabulary
from service.vocabularies.in_force import Kept, Vocabularies
from service.vocabularies.seen import SeenVocabularies
from service.vocabularies.stored import shipped
from service.vocabularies.tables import VocabularyCollection, VocabularyRow, VocabularyTerm

MOST = 100
"""Vocabularies of one house."""

_LONGEST_ID = 64


@dataclass(frozen=True, slots=True)
class Written:
    """A vocabulary as a file."""

    name: str
    media_type: str
    text: str


class VocabularyStore:
    """The vocabularies that one viewer sees; admins change them."""

    def __init__(self, database: Database, vocabularies: Vocabularies, viewer: Viewer) -> None:
        self._database = database
        self._vocabularies = vocabularies
        self._viewer = viewer
        self._seen = SeenVocabularies(database, vocabularies, viewer)

    def all(self) -> schemas.VocabularyList:
        """All that are seen."""
        return schemas.VocabularyList(vocabularies=[_shape(each) for each in self._seen.all()])

    def get(self, vocabulary_id: str) -> schemas.Vocabulary:
        """One of them; raises NotFound."""
        return _shape(self._seen.get(vocabulary_id))

    def export(self, vocabulary_id: str, format_: Format) -> Written:
        """All terms of one as a file; raises NotFound."""
        vocabulary = self._seen.get(vocabulary_id).vocabulary
        media_type = MEDIA_TYPES[format_]
        return Written(f"{vocabulary_id}.{format_}", media_type, write(vocabulary, format_))

    def check(
        self, data: bytes, format_: Format, *, vocabulary_id: str = "", source: str = ""
    ) -> schemas.Vocabulary:
        """What a file holds, without keeping it; raises as ``create`` does."""
        vocabulary = self._read(data, format_, vocabulary_id, source)
        return _shape(Kept(vocabulary, "off", frozenset(), "", False))

    def create(
        self, data: bytes, format_: Format, *, vocabulary_id: str = "", source: str = ""
    ) -> schemas.Vocabulary:
        """Keep the vocabulary in a file and put it in force everywhere.

        Args:
            vocabulary_id: where the file names none, or another than it names.
            source: what errors call the file.

        Raises:
            InvalidVocabulary: with every fault and its line.
            Conflict: there is one of that id, or there are too many.
        """
        self._viewer.require("admin")
        vocabulary = self._read(data, format_, vocabulary_id, source)
        with self._database.write() as session:
            _refuse_shipped(vocabulary.id)
            if session.get(VocabularyRow, vocabulary.id) is not None:
                raise Conflict(
                    f"There is a vocabulary {vocabulary.id} already; replace it, or give "
                    "another id."
                )
            if (session.scalar(select(func.count()).select_from(VocabularyRow)) or 0) >= MOST:
                raise Conflict(f"There are {MOST} vocabularies; remove one first.")
            add_row(session, vocabulary)
            insert_terms(session, vocabulary.id, enumerate(vocabulary.terms))
            self._record(session, "vocabulary.created", vocabulary.id, None, _facts(vocabulary))
        self._vocabularies.changed()
        return self.get(vocabulary.id)

    def replace(
        self, vocabulary_id: str, data: bytes, format_: Format, *, source: str = ""
    ) -> schemas.Vocabulary:
        """Let the terms in a file stand in for all of a vocabulary; raises as ``create`` does.

        Terms that the file lacks are gone afterwards: deprecate what assets may carry.
        """
        self._viewer.require("admin")
        _refuse_shipped(vocabulary_id)
        self._seen.get(vocabulary_id)
        vocabulary = self._read(data, format_, vocabulary_id, source)
        with self._database.write() as session:
            row = locked(session, vocabulary_id)
            own = VocabularyTerm.vocabulary_id == vocabulary_id
            count = select(func.count()).select_from(VocabularyTerm).where(own)
            before = {"terms": session.scalar(count)}
            row.names, row.base = dict(vocabulary.names), vocabulary.base
            row.revision, row.updated_at = new_id(), now()
            session.execute(delete(VocabularyTerm).where(own))
            insert_terms(session, vocabulary_id, enumerate(vocabulary.terms))
            after = _facts(vocabulary)
            self._record(session, "vocabulary.replaced", vocabulary_id, before, after)
        self._vocabularies.changed()
        return self.get(vocabulary_id)

    def use(self, vocabulary_id: str, change: schemas.VocabularyChange) -> schemas.Vocabulary:
        """Say where a vocabulary is in force.

        Raises:
            NotFound: there is no such vocabulary or collection.
            BadRequest: collections are named and the scope is another, or none is.
        """
        self._viewer.require("admin")
        if bool(change.collections) != (change.scope == "collections"):
            raise BadRequest("Name collections where the scope is collections, and only there.")
        with self._database.write() as session:
            wanted = set(change.collections)
            known = session.scalars(select(Collection.id).where(Collection.id.in_(wanted)))
            if unknown := wanted - set(known):
                raise NotFound(
                    f"There is no collection {min(unknown)}; `magpie collections list` shows them."
                )
            row = locked(session, vocabulary_id)
            own = VocabularyCollection.vocabulary_id == vocabulary_id
            bound = session.scalars(select(VocabularyCollection.collection_id).where(own))
            before = {"scope": row.scope, "collections": sorted(bound)}
            row.scope, row.revision, row.updated_at = change.scope, new_id(), now()
            session.execute(delete(VocabularyCollection).where(own))
            if wanted:
                rows = [{"vocabulary_id": vocabulary_id, "collection_id": i} for i in wanted]
                session.execute(insert(VocabularyCollection), rows)
            after = {"scope": change.scope, "collections": sorted(wanted)}
            self._record(session, "vocabulary.used", vocabulary_id, before, after)
        self._vocabularies.changed()
        return self.get(vocabulary_id)

    def delete(self, vocabulary_id: str) -> None:
        """Remove a vocabulary of the house; raises NotFound, or Conflict for Magpie's own."""
        self._viewer.require("admin")
        _refuse_shipped(vocabulary_id)
        vocabulary = self._seen.get(vocabulary_id).vocabulary
        with self._database.write() as session:
            session.execute(delete(VocabularyRow).where(VocabularyRow.id == vocabulary_id))
            before = _facts(vocabulary)
            self._record(session, "vocabulary.deleted", vocabulary_id, before, None)
        self._vocabularies.changed()

    def _read(self, data: bytes, format_: Format, vocabulary_id: str, source: str) -> Vocabulary:
        try:
            vocabulary = read_limited(data, format_, vocabulary_id, source)
        except VocabularyError as error:
            raise InvalidVocabulary(str(error)) from error
        base = "" if vocabulary_id not in ("", vocabulary.id) else vocabulary.base
        id_ = vocabulary_id or vocabulary.id
        if len(id_) > _LONGEST_ID or not id_.replace("-", "_").replace(".", "_").isidentifier():
            raise InvalidVocabulary(
                f"{id_[:80]!r} cannot be the id of a vocabulary; use up to {_LONGEST_ID} letters, "
                "digits, '_', '-' and '.', a letter first."
            )
        return Vocabulary(id_, vocabulary.names, vocabulary.terms, base)

    def _record(
        self,
        session: Session,
        kind: str,
        vocabulary_id: str,
        before: Mapping[str, object] | None,
        after: Mapping[str, object] | None,
    ) -> None:
        record(
            session,
            Change(
                self._viewer.id,
                kind,
                subject_kind="vocabulary",
                subject_id=vocabulary_id,
                before=before,
                after=after,
            ),
        )


def _refuse_shipped(vocabulary_id: str) -> None:
    if vocabulary_id in shipped():
        raise Conflict(
            f"The vocabulary {vocabulary_id} comes with Magpie: change single terms, switch it "
            "off, or bring yours under another id."
        )


def _facts(vocabulary: Vocabulary) -> dict[str, object]:
    return {"names": dict(vocabulary.names), "terms": len(vocabulary.terms)}


def _shape(kept: Kept) -> schemas.Vocabulary:
    vocabulary = kept.vocabulary
    return schemas.Vocabulary(
        id=vocabulary.id,
        names=dict(vocabulary.names),
        terms=sum(1 for _ in vocabulary.active()),
        languages=sorted({each for term in vocabulary.active() for each in term.labels}),
        scope=kept.scope,
        collections=sorted(kept.collections),
        shipped=kept.shipped,
        changed=kept.changed,
    )
