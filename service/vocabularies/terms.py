"""Terms: found, added, changed, merged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from pipelines.vocabulary.as_json import packed
from pipelines.vocabulary.terms import Term, Vocabulary, normal
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.errors import BadRequest, Conflict
from service.events.record import Change, record
from service.vocabularies import schemas
from service.vocabularies.changing import changing
from service.vocabularies.errors import no_term
from service.vocabularies.in_force import Merge, Vocabularies
from service.vocabularies.seen import SeenVocabularies
from service.vocabularies.stored import shipped

_LONGEST_ID = 100


class Terms:
    """The terms that one viewer sees; admins change them."""

    def __init__(self, database: Database, vocabularies: Vocabularies, viewer: Viewer) -> None:
        self._database = database
        self._vocabularies = vocabularies
        self._viewer = viewer
        self._seen = SeenVocabularies(database, vocabularies, viewer)

    def find(
        self,
        name: str = "",
        *,
        vocabulary_id: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> schemas.TermPage:
        """Terms in use with a name that begins so, in any language; all without a name.

        Names that begin with it come before those in which a later word does.

        Raises:
            NotFound: there is no such vocabulary.
            BadRequest: the cursor is not one that was given out.
        """
        start = _place(cursor)
        chosen = [self._seen.get(vocabulary_id)] if vocabulary_id else self._seen.all()
        found = [
            (rank, place, vocabulary, term)
            for place, vocabulary in enumerate(each.vocabulary for each in chosen)
            for rank, term in _matching(vocabulary, normal(name))
        ]
        if name:
            found.sort(key=lambda each: each[:2])
        shown = found[start : start + limit]
        end = start + len(shown)
        return schemas.TermPage(
            terms=[shape(vocabulary, term) for _, _, vocabulary, term in shown],
            total=len(found),
            next_cursor=str(end) if end < len(found) else None,
        )

    def get(self, vocabulary_id: str, term_id: str) -> schemas.Term:
        """One term, deprecated or not; raises NotFound."""
        vocabulary = self._seen.get(vocabulary_id).vocabulary
        return shape(vocabulary, _term(vocabulary, term_id))

    def add(self, new: schemas.NewTerm) -> schemas.Term:
        """Add a term.

        Raises:
            NotFound: there is no such vocabulary.
            Conflict: there is a term of that id.
            InvalidVocabulary: it does not fit in, such as by a name that another has.
        """
        self._viewer.require("admin")
        with changing(self._database, new.vocabulary) as vocabulary:
            if new.id in vocabulary.before.by_id:
                raise Conflict(f"There is a term {new.id} already; change it, or give another id.")
            said = new.model_dump(exclude={"vocabulary", "id"})
            term = Term(new.id or free_id(vocabulary.before, new.labels), **_as_tuples(said))
            after = vocabulary.put(term)
            self._record(vocabulary.session, "term.added", new.vocabulary, None, term)
        self._vocabularies.changed()
        return shape(after, after.by_id[term.id])

    def change(self, vocabulary_id: str, term_id: str, change: schemas.TermChange) -> schemas.Term:
        """Change a term, or deprecate it by naming the one to use instead.

        Raises:
            NotFound: there is no such term.
            InvalidVocabulary: it would not fit in any more.
        """
        self._viewer.require("admin")
        said = _as_tuples(change.model_dump(exclude_none=True))
        with changing(self._database, vocabulary_id) as vocabulary:
            old = _term(vocabulary.before, term_id)
            new = replace(old, **said, line=0)
            after = vocabulary.put(new)
            self._record(vocabulary.session, "term.changed", vocabulary_id, old, new)
            if new.replaced_by and new.replaced_by != old.replaced_by:
                self._follow(vocabulary.session, after, term_id)
        self._vocabularies.changed()
        return shape(after, after.by_id[term_id])

    def merge(self, merge: schemas.TermMerge) -> schemas.Term:
        """Let one term give way to another, which takes over its names and narrower terms.

        Tags of assets follow.

        Raises:
            NotFound: there is no such term.
            BadRequest: they are one.
            InvalidVocabulary: the vocabulary would be wrong afterwards.
        """
        self._viewer.require("admin")
        with changing(self._database, merge.vocabulary) as vocabulary:
            before = vocabulary.before
            old, new = _term(before, merge.term), _term(before, merge.into)
            if old.id == new.id or new.replaced_by:
                raise BadRequest("Merge a term into another one that is in use.")
            gone = replace(old, replaced_by=new.id, broader=(), related=(), line=0)
            # What stood under the old one: under the new one, unless that stood there itself.
            heirs = old.broader if old.id in before.broader(new.id) else (new.id,)
            moved = [
                replace(child, broader=_instead(child.broader, old.id, heirs), line=0)
                for child in before.terms
                if old.id in child.broader and child.id != new.id
            ]
            kept = with_names_of(new, old)
            kept = replace(kept, broader=_instead(kept.broader, old.id, old.broader))
            after = vocabulary.put(gone, kept, *moved)
            self._record(vocabulary.session, "term.merged", merge.vocabulary, old, gone)
            self._follow(vocabulary.session, after, old.id)
        self._vocabularies.changed()
        return shape(after, after.by_id[new.id])

    def remove(self, vocabulary_id: str, term_id: str) -> None:
        """Remove a term, or take back what the house changed in one that comes with Magpie.

        Raises:
            NotFound: there is no such term.
            Conflict: it comes with Magpie and was not changed.
            InvalidVocabulary: others point to it.
        """
        self._viewer.require("admin")
        with changing(self._database, vocabulary_id) as vocabulary:
            old = _term(vocabulary.before, term_id)
            below = shipped().get(vocabulary_id)
            if below is not None and below.by_id.get(term_id) == old:
                raise Conflict(
                    "This term comes with Magpie and stays; deprecate it, or let it never be "
                    "given automatically."
                )
            after = vocabulary.take_out(term_id).by_id.get(term_id)
            self._record(vocabulary.session, "term.removed", vocabulary_id, old, after)
        self._vocabularies.changed()

    def _follow(self, session: Session, vocabulary: Vocabulary, term_id: str) -> None:
        current = vocabulary.current(term_id)
        if current is not None and current != term_id:
            merge = Merge(vocabulary.id, term_id, current, self._viewer.id)
            self._vocabularies.merged(session, merge)

    def _record(
        self, session: Session, kind: str, vocabulary_id: str, old: Term | None, new: Term | None
    ) -> None:
        record(
            session,
            Change(
                self._viewer.id,
                kind,
                subject_kind="vocabulary",
                subject_id=vocabulary_id,
                before=packed(old) if old else None,
                after=packed(new) if new else None,
            ),
        )


def free_id(vocabulary: Vocabulary, labels: dict[str, str]) -> str:
    """An id that no term has, from the English label or the first."""
    label = labels.get("en") or next(iter(labels.values()), "")
    stem = normal(label).replace(" ", "_")[: _LONGEST_ID - 6] or "term"
    number, found = 1, stem
    while found in vocabulary.by_id:
        number += 1
        found = f"{stem}_{number}"
    return found


def shape(vocabulary: Vocabulary, term: Term) -> schemas.Term:
    """A term for the wire."""
    return schemas.Term(
        vocabulary=vocabulary.id,
        id=term.id,
        labels=dict(term.labels),
        synonyms={each: list(names) for each, names in term.synonyms.items()},
        broader=list(term.broader),
        narrower=[
            each.id
            for each in map(vocabulary.by_id.__getitem__, vocabulary.narrower(term.id))
            if term.id in each.broader
        ],
        related=list(term.related),
        note=term.note,
        auto=term.auto,
        by=term.by,
        beside_people=term.beside_people,
        replaced_by=term.replaced_by,
        media_topic=term.media_topic,
    )


def _matching(vocabulary: Vocabulary, name: str) -> Iterator[tuple[tuple[int, str], Term]]:
    """Terms in use with how well a name fits, best first where less is better."""
    if not name:
        for term in vocabulary.active():
            yield (0, ""), term
        return
    best: dict[str, tuple[int, str]] = {}
    for known, id_ in vocabulary.names_in_use.items():
        if known.startswith(name):
            rank = 0 if known == name else 1
        elif f" {name}" in known:
            rank = 2
        else:
            continue
        current = vocabulary.current(id_)
        if current is not None:
            best[current] = min(best.get(current, (rank, known)), (rank, known))
    for id_, rank_ in best.items():
        yield rank_, vocabulary.by_id[id_]


def _term(vocabulary: Vocabulary, term_id: str) -> Term:
    term = vocabulary.by_id.get(term_id)
    if term is None:
        raise no_term(vocabulary.id, term_id)
    return term


def with_names_of(new: Term, old: Term) -> Term:
    """A term with the names of another as further synonyms."""
    known = {normal(name) for name in new.names()}
    synonyms = {language: tuple(names) for language, names in new.synonyms.items()}
    labels = dict(new.labels)
    for language in old.labels:
        names = [name for name in old.names(language) if normal(name) not in known]
        if not names:
            continue
        if language not in labels:
            labels[language] = names.pop(0)
        synonyms[language] = (*synonyms.get(language, ()), *names)
    synonyms = {language: names for language, names in synonyms.items() if names}
    return replace(new, labels=labels, synonyms=synonyms, line=0)


def _instead(ids: tuple[str, ...], old: str, heirs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(heir for each in ids for heir in (heirs if each == old else (each,)))
    )


def _as_tuples(said: dict[str, Any]) -> dict[str, Any]:
    """What was said of a term, with the lists as a term holds them."""
    found = dict(said)
    for name in {"broader", "related"} & said.keys():
        found[name] = tuple(said[name])
    if "synonyms" in said:
        synonyms = said["synonyms"].items()
        found["synonyms"] = {language: tuple(names) for language, names in synonyms if names}
    return found


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 9:
        raise BadRequest("The cursor is not one that this server gave out; start again without it.")
    return int(cursor)
