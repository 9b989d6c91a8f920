"""The state of the tags: which are used, which hardly, which mean the same, which are missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from pipelines.vocabulary.terms import Vocabulary
from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.asked.counter import LEAST_SESSIONS
from service.asked.tables import AskedWord
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.tags import schemas
from service.tags.names import label, labels_of
from service.tags.rows import Key
from service.tags.tables import Tag
from service.vocabularies.in_force import Kept

_MOST_COMPARED = 1_000
_MOST_ASKED = 500
_ALIKE = 0.8
_TOGETHER = 0.5
_ALIKE_AND_TOGETHER = 0.65

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


def report(
    database: Database, viewer: Viewer, kept: Sequence[Kept], encode: Encode, *, most: int
) -> schemas.TagReport:
    """The report on the assets that a viewer sees.

    Args:
        kept: the vocabularies that the viewer sees.
        encode: vectors of words: shape (n, d), unit rows.
        most: entries of each list.
    """
    vocabularies = {each.vocabulary.id: each.vocabulary for each in kept}
    seen = (Asset.trashed_at.is_(None), *seen_assets(viewer))
    with database.read() as session:
        counts = {
            key: count for key, count in _counts(session, seen).items() if key[0] in vocabularies
        }
        labels = labels_of(session, counts)
        names = {key: label(labels[key], key) for key in counts}
        assets = session.scalar(select(func.count()).select_from(Asset).where(*seen)) or 0
        tagged = exists(
            select(Tag.id).where(
                Tag.asset_id == Asset.id, Tag.until.is_(None), Tag.state == "accepted"
            )
        )
        untagged = session.scalar(select(func.count()).select_from(Asset).where(*seen, ~tagged))
        pairs = _alike(session, seen, counts, names, vocabularies, encode)
        missing = _missing(session, kept, counts)
    ranked = sorted(counts, key=lambda key: (-counts[key], names[key]))
    once = [key for key in ranked if counts[key] == 1]

    def shaped(keys: Sequence[Key]) -> list[schemas.TermCount]:
        return [
            schemas.TermCount(vocabulary=key[0], term=key[1], label=names[key], assets=counts[key])
            for key in keys[:most]
        ]

    return schemas.TagReport(
        assets=assets,
        untagged=untagged or 0,
        terms=len(counts),
        tags=sum(counts.values()),
        most_used=shaped(ranked),
        singletons=shaped(once),
        singletons_total=len(once),
        near_synonyms=pairs[:most],
        asked_for=missing[:most],
    )


def _counts(session: Session, seen: Sequence[object]) -> dict[Key, int]:
    rows = session.execute(
        select(Tag.vocabulary, Tag.term, func.count())
        .join(Asset, Asset.id == Tag.asset_id)
        .where(Tag.until.is_(None), Tag.state == "accepted", *seen)  # type: ignore[arg-type]
        .group_by(Tag.vocabulary, Tag.term)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _alike(
    session: Session,
    seen: Sequence[object],
    counts: Mapping[Key, int],
    names: Mapping[Key, str],
    vocabularies: Mapping[str, Vocabulary],
    encode: Encode,
) -> list[schemas.AlikeTerms]:
    """Pairs of terms whose names mean nearly the same, or do while they come together."""
    keys = sorted(counts, key=lambda key: -counts[key])[:_MOST_COMPARED]
    if len(keys) < 2:
        return []
    vectors = encode([names[key] for key in keys])
    likeness = np.triu(vectors @ vectors.T, 1)
    found = []
    for first, second in np.argwhere(likeness >= _ALIKE_AND_TOGETHER):
        one, other = keys[first], keys[second]
        if _related(one, other, vocabularies):
            continue
        meaning = float(likeness[first, second])
        found.append((meaning, one, other))
    found.sort(reverse=True)
    answers = []
    for meaning, one, other in found[:200]:
        both = _both(session, seen, one, other)
        together = both / max(counts[one] + counts[other] - both, 1)
        if meaning >= _ALIKE or together >= _TOGETHER:
            answers.append(
                schemas.AlikeTerms(
                    terms=[
                        schemas.TermCount(
                            vocabulary=key[0], term=key[1], label=names[key], assets=counts[key]
                        )
                        for key in (one, other)
                    ],
                    likeness=round(meaning, 3),
                    together=round(together, 3),
                )
            )
    return answers


def _related(one: Key, other: Key, vocabularies: Mapping[str, Vocabulary]) -> bool:
    """Whether one stands above the other, which is meant to come together and sound alike."""
    if one[0] != other[0]:
        return False
    vocabulary = vocabularies[one[0]]
    return any(
        a in vocabulary.by_id and b in vocabulary.broader(a)
        for a, b in ((one[1], other[1]), (other[1], one[1]))
    )


def _both(session: Session, seen: Sequence[object], one: Key, other: Key) -> int:
    def having(key: Key) -> object:
        return exists(
            select(Tag.id).where(
                Tag.asset_id == Asset.id,
                Tag.vocabulary == key[0],
                Tag.term == key[1],
                Tag.until.is_(None),
                Tag.state == "accepted",
            )
        )

    rows = select(func.count()).select_from(Asset)
    return session.scalar(rows.where(*seen, having(one), having(other))) or 0  # type: ignore[arg-type]


def _missing(
    session: Session, kept: Sequence[Kept], counts: Mapping[Key, int]
) -> list[schemas.AskedFor]:
    """Words that several people asked for and no tag in use covers, the most asked first."""
    people = func.count(AskedWord.session.distinct())
    weeks = (
        select(AskedWord.word, people.label("people"))
        .group_by(AskedWord.word, AskedWord.week)
        .having(people >= LEAST_SESSIONS)
        .subquery()
    )
    rows = session.execute(
        select(
            AskedWord.word,
            func.sum(AskedWord.asked).label("asked"),
            func.sum(AskedWord.answered).label("answered"),
        )
        .where(AskedWord.word.in_(select(weeks.c.word)))
        .group_by(AskedWord.word)
        .order_by(func.sum(AskedWord.asked).desc(), AskedWord.word)
        .limit(_MOST_ASKED)
    ).all()
    return [
        schemas.AskedFor(
            word=row.word, asked=row.asked, answered=row.answered, term=_unused(row.word, kept)
        )
        for row in rows
        if not _covered(row.word, kept, counts)
    ]


def _covered(word: str, kept: Sequence[Kept], counts: Mapping[Key, int]) -> bool:
    for each in kept:
        term = each.vocabulary.find(word)
        if term is not None and (each.vocabulary.id, term.id) in counts:
            return True
    return False


def _unused(word: str, kept: Sequence[Kept]) -> str | None:
    """A term that goes by a word and that no asset has."""
    found = (each.vocabulary.find(word) for each in kept)
    return next((term.id for term in found if term is not None), None)
