"""Changing a vocabulary in one transaction: locked, checked, numbered anew."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from pipelines.vocabulary.as_json import packed
from pipelines.vocabulary.check import Problem, check
from pipelines.vocabulary.terms import Term, Vocabulary
from service.catalog.database import Database
from service.catalog.tables import now
from service.ids import new_id
from service.vocabularies.errors import InvalidVocabulary, no_vocabulary
from service.vocabularies.stored import assembled, shipped, stored_terms
from service.vocabularies.tables import VocabularyRow, VocabularyTerm


@dataclass(frozen=True, slots=True)
class Changing:
    """A vocabulary inside the transaction that changes it.

    Attributes:
        before: how it stands.
    """

    session: Session
    row: VocabularyRow
    before: Vocabulary

    def put(self, *terms: Term) -> Vocabulary:
        """Add terms, or let them stand in for those of their ids; the vocabulary afterwards.

        Raises:
            InvalidVocabulary: it would have faults that it does not have now.
        """
        new = {term.id: term for term in terms}
        kept = [new.pop(term.id, term) for term in self.before.terms]
        after = self._checked((*kept, *new.values()))
        ids = [term.id for term in terms]
        own = VocabularyTerm.vocabulary_id == self.row.id
        places = {
            row.id: row.position
            for row in self.session.execute(
                select(VocabularyTerm.id, VocabularyTerm.position).where(
                    own, VocabularyTerm.id.in_(ids)
                )
            )
        }
        end = self.session.scalar(select(func.max(VocabularyTerm.position)).where(own))
        following = 0 if end is None else end + 1
        self.session.execute(delete(VocabularyTerm).where(own, VocabularyTerm.id.in_(ids)))
        insert_terms(
            self.session,
            self.row.id,
            ((places.get(term.id, following + place), term) for place, term in enumerate(terms)),
        )
        return after

    def take_out(self, term_id: str) -> Vocabulary:
        """Remove a term, or take back what was changed in one that comes with Magpie."""
        below = shipped().get(self.row.id)
        original = below.by_id.get(term_id) if below is not None else None
        terms = ((original if term.id == term_id else term) for term in self.before.terms)
        after = self._checked(tuple(term for term in terms if term is not None))
        self.session.execute(
            delete(VocabularyTerm).where(
                VocabularyTerm.vocabulary_id == self.row.id, VocabularyTerm.id == term_id
            )
        )
        return after

    def _checked(self, terms: tuple[Term, ...]) -> Vocabulary:
        before = self.before
        after = Vocabulary(before.id, before.names, terms, before.base)
        # A newer version of Magpie may have brought faults; they must not stop every change.
        known = {problem.message for problem in check(before)}
        new = [problem for problem in check(after) if problem.message not in known]
        if new:
            raise InvalidVocabulary(told(Problem(0, each.message) for each in new))
        return after


@contextlib.contextmanager
def changing(database: Database, vocabulary_id: str) -> Iterator[Changing]:
    """A transaction that alone changes a vocabulary; raises NotFound."""
    with database.write() as session:
        row = locked(session, vocabulary_id)
        row.revision, row.updated_at = new_id(), now()
        yield Changing(session, row, assembled(row, stored_terms(session, vocabulary_id)))


def locked(session: Session, vocabulary_id: str) -> VocabularyRow:
    """The row of a vocabulary until the transaction ends; made for one that comes with Magpie.

    Raises:
        NotFound: there is none.
    """
    if vocabulary_id in shipped() and session.get(VocabularyRow, vocabulary_id) is None:
        add_row(session, shipped()[vocabulary_id])
    row = session.scalar(
        select(VocabularyRow).where(VocabularyRow.id == vocabulary_id).with_for_update()
    )
    if row is None:
        raise no_vocabulary(vocabulary_id)
    return row


def add_row(session: Session, vocabulary: Vocabulary) -> None:
    """Write a vocabulary down without its terms."""
    session.add(
        VocabularyRow(
            id=vocabulary.id,
            names=dict(vocabulary.names),
            base=vocabulary.base,
            scope="everywhere",
            revision=new_id(),
        )
    )
    session.flush()


def insert_terms(session: Session, vocabulary_id: str, placed: Iterable[tuple[int, Term]]) -> None:
    """Write terms down, each with its place."""
    rows = [
        {"vocabulary_id": vocabulary_id, "id": term.id, "position": place, "content": packed(term)}
        for place, term in placed
    ]
    if rows:
        session.execute(insert(VocabularyTerm), rows)


def told(problems: Iterable[Problem], most: int = 20) -> str:
    """Problems as people read them, one a line."""
    lines = list(map(str, problems))
    more = len(lines) - most
    return "\n".join([*lines[:most], *([f"... and {more} more."] if more > 0 else [])])
