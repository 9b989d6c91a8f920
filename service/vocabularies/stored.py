"""Terms as the catalog keeps them, and vocabularies put together from its rows.

A vocabulary that comes with Magpie is not copied: the catalog holds the terms that the house
changed or added, and they stand in for, or beside, those of the installed version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipelines.vocabulary.as_json import unpacked
from pipelines.vocabulary.general import general
from pipelines.vocabulary.terms import Term, Vocabulary
from service.vocabularies.tables import VocabularyRow, VocabularyTerm


def shipped() -> Mapping[str, Vocabulary]:
    """The vocabularies that come with Magpie, by id."""
    found = general()
    return {found.id: found}


def stored_terms(session: Session, vocabulary_id: str) -> list[Term]:
    """The terms in the catalog, in their order."""
    rows = session.scalars(
        select(VocabularyTerm.content)
        .where(VocabularyTerm.vocabulary_id == vocabulary_id)
        .order_by(VocabularyTerm.position, VocabularyTerm.id)
    )
    return [unpacked(content) for content in rows]


def assembled(row: VocabularyRow, terms: Iterable[Term]) -> Vocabulary:
    """The vocabulary of a row, with what the installed version has below it."""
    below = shipped().get(row.id)
    if below is None:
        return Vocabulary(row.id, row.names, tuple(terms), row.base)
    own = {term.id: term for term in terms}
    together = (
        *(own.get(term.id, term) for term in below.terms),
        *(term for id_, term in own.items() if id_ not in below.by_id),
    )
    known = {term.id for term in together}
    return replace(below, terms=tuple(_without_dead_links(term, known) for term in together))


def _without_dead_links(term: Term, known: set[str]) -> Term:
    """A newer version may have dropped a term that one of the house's points to."""
    linked = {*term.broader, *term.related, *filter(None, [term.replaced_by])}
    if linked <= known:
        return term
    return replace(
        term,
        broader=tuple(each for each in term.broader if each in known),
        related=tuple(each for each in term.related if each in known),
        replaced_by=term.replaced_by if term.replaced_by in known else "",
    )
