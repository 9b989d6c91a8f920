"""Names of terms in the catalog, so that the database can select and show tags by them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from pipelines.vocabulary.terms import Term, Vocabulary
from service.records.tables import DerivedState
from service.records.terms import fold
from service.tags.rows import Key
from service.tags.tables import Tag, TagName
from service.vocabularies.in_force import Kept

_STATE = "tag_names"
_LANGUAGES = ("en", "de")
"""Whose labels are preferred, in this order, where a term has several."""

_LONGEST = 200
_AT_ONCE = 400


def keep_names(session: Session, kept: Sequence[Kept]) -> None:
    """Write down the names of all terms, where the vocabularies changed since."""
    revisions = "\n".join(f"{each.vocabulary.id}={each.revision}" for each in kept)
    digest = hashlib.sha256(revisions.encode()).hexdigest()
    state = session.get(DerivedState, _STATE)
    if state is not None and state.digest == digest:
        return
    state = _state_alone(session)
    if state.digest == digest:
        return
    state.digest = digest
    session.execute(delete(TagName))
    rows = [row for each in kept for row in _rows(each.vocabulary)]
    if rows:
        session.execute(insert(TagName), rows)


def _state_alone(session: Session) -> DerivedState:
    """What the names were written from; nobody else writes them until the transaction ends."""
    if session.get(DerivedState, _STATE) is None:
        with contextlib.suppress(IntegrityError), session.begin_nested():
            session.add(DerivedState(name=_STATE, digest="", done_to=""))
    locked = select(DerivedState).where(DerivedState.name == _STATE).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one()


def tagged_with(
    name: str, states: Sequence[str], *, like: str | None = None, anything: bool = False
) -> Select[Any]:
    """Ids of assets that have a term by one of its names, in any language.

    Args:
        name: folded (see ``service.records.terms.fold``), or the id of the term.
        states: of the tags that count.
        like: a pattern of SQL's LIKE, with ``\\`` to escape, in place of the name.
        anything: whether any term will do.
    """
    found = select(Tag.asset_id).where(Tag.until.is_(None), Tag.state.in_(states))
    if anything:
        return found
    named = TagName.folded.like(like, escape="\\") if like is not None else TagName.folded == name
    return found.join(
        TagName, (TagName.vocabulary == Tag.vocabulary) & (TagName.term == Tag.term)
    ).where(named)


def labels_of(session: Session, keys: Iterable[Key]) -> dict[Key, dict[str, str]]:
    """Preferred names of some terms by language; terms that are gone go by their id."""
    wanted = set(keys)
    found: dict[Key, dict[str, str]] = {key: {} for key in wanted}
    terms = sorted({term for _, term in wanted})
    for start in range(0, len(terms), _AT_ONCE):
        rows = select(TagName).where(
            TagName.term.in_(terms[start : start + _AT_ONCE]), TagName.is_label
        )
        for row in session.scalars(rows):
            if (row.vocabulary, row.term) in found:
                found[row.vocabulary, row.term][row.language] = row.name
    return found


def label(labels: Mapping[str, str], key: Key) -> str:
    """The label that lists show."""
    for language in _LANGUAGES:
        if language in labels:
            return labels[language]
    return next(iter(labels.values()), key[1])


def _rows(vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    for term in vocabulary.terms:
        seen: set[tuple[str, str]] = set()
        for language, name, is_label in _names(term):
            folded = fold(name)[:_LONGEST]
            if (language, folded) in seen:
                continue
            seen.add((language, folded))
            yield {
                "vocabulary": vocabulary.id,
                "term": term.id,
                "language": language,
                "folded": folded,
                "name": name[:_LONGEST],
                "is_label": is_label,
            }


def _names(term: Term) -> Iterator[tuple[str, str, bool]]:
    yield "", term.id, False
    for language, name in term.labels.items():
        yield language, name, True
    for language, names in term.synonyms.items():
        for name in names:
            yield language, name, False
