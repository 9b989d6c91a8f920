"""Learning terms from what people accepted and rejected.

Pictures that nobody judged stand in as counter-examples. What their owner reserved from data
mining (PLUS property DataMining, ns.useplus.org/LDF) is left out altogether.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.tagging.learn import LEAST_EXAMPLES, Lesson, learn
from pipelines.tagging.tagger import Tagger
from service.catalog.tables import Asset, Embedding, Unit
from service.catalog.vectors import unpack
from service.records.tables import RecordTerm
from service.tags.rows import Key
from service.tags.tables import Tag

MOST_EXAMPLES = 300
"""Accepted pictures that one lesson looks at; as many rejected ones. More cost time (its cube)
and teach little."""

_OTHERS = 400
_POOL = 4_000
_RESERVED = "%prohibit%"

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Taught:
    """What came of learning a term, and how many pictures it was refused to."""

    key: Key
    lesson: Lesson
    rejected: int


def terms_to_learn(session: Session) -> list[Key]:
    """Terms with examples enough, by vocabulary and id."""
    rows = session.execute(
        select(Tag.vocabulary, Tag.term)
        .where(Tag.until.is_(None), Tag.state == "accepted", Tag.source == "human")
        .group_by(Tag.vocabulary, Tag.term)
        .having(func.count() >= LEAST_EXAMPLES)
        .order_by(Tag.vocabulary, Tag.term)
    )
    return [(row.vocabulary, row.term) for row in rows]


def teach(session: Session, key: Key, tagger: Tagger, model: str) -> Taught:
    """Learn one term; nothing is written.

    Args:
        model: the visual model of the vectors, as ``name@revision``.
    """
    random = np.random.default_rng(0)
    judged = {state: _judged(session, key, state) for state in ("accepted", "rejected")}
    reserved = _reserved(session)
    sides = [
        _some(sorted(judged[state] - reserved), MOST_EXAMPLES, random)
        for state in ("accepted", "rejected")
    ]
    unjudged = set(_pictures(session)) - reserved - judged["accepted"] - judged["rejected"]
    # What a machine takes for the term may well be one.
    unjudged -= _told_by_machines(session, key)
    others = _some(sorted(unjudged), _OTHERS, random)
    vectors = _vectors(session, [*sides[0], *sides[1], *others], model)
    shown = [each for each in sides[0] if each in vectors]
    not_shown = [each for each in (*sides[1], *others) if each in vectors]
    rows = [vectors[each] for each in (*shown, *not_shown)]
    shows = np.arange(len(rows)) < len(shown)
    visual = _stacked([each for each, _ in rows])
    look = _stacked([each for _, each in rows])
    # Those that a person refused come before those that nobody judged.
    judged_rows = len(shown) + sum(each in vectors for each in sides[1])
    unjudged_rows = np.arange(len(rows)) >= judged_rows
    words = tagger.by_words_of(key[1], visual, look) if rows else np.zeros(0, np.float32)
    return Taught(key, learn(visual, look, shows, words, unjudged_rows), len(sides[1]))


def _judged(session: Session, key: Key, state: str) -> set[str]:
    rows = select(Tag.asset_id).where(
        Tag.vocabulary == key[0],
        Tag.term == key[1],
        Tag.until.is_(None),
        Tag.state == state,
        Tag.source == "human",
    )
    return set(session.scalars(rows))


def _told_by_machines(session: Session, key: Key) -> set[str]:
    rows = select(Tag.asset_id).where(
        Tag.vocabulary == key[0], Tag.term == key[1], Tag.until.is_(None), Tag.source != "human"
    )
    return set(session.scalars(rows))


def _reserved(session: Session) -> set[str]:
    rows = select(RecordTerm.asset_id).where(
        RecordTerm.name == "data_mining", RecordTerm.text.like(_RESERVED)
    )
    return set(session.scalars(rows))


def _pictures(session: Session) -> Sequence[str]:
    """The newest pictures of the library, up to a bound."""
    rows = select(Asset.id).where(
        Asset.kind == "image", Asset.state == "ready", Asset.trashed_at.is_(None)
    )
    return session.scalars(rows.order_by(Asset.id.desc()).limit(_POOL)).all()


def _some(asset_ids: Sequence[str], most: int, random: np.random.Generator) -> list[str]:
    if len(asset_ids) <= most:
        return list(asset_ids)
    return [asset_ids[place] for place in random.choice(len(asset_ids), most, replace=False)]


def _vectors(
    session: Session, asset_ids: Sequence[str], model: str
) -> dict[str, tuple[Floats, Floats]]:
    """Both vectors of the first picture of each asset; bytes that are known already count once."""
    found: dict[str, dict[str, Floats]] = {}
    owners: dict[str, str] = {}
    for start in range(0, len(asset_ids), 400):
        for asset_id, sha256, space, vector in _stored(
            session, asset_ids[start : start + 400], model
        ):
            if owners.setdefault(sha256, asset_id) == asset_id:
                found.setdefault(asset_id, {}).setdefault(space, unpack(vector))
    return {
        asset_id: (spaces["visual"], spaces["look"])
        for asset_id, spaces in found.items()
        if spaces.keys() >= {"visual", "look"}
    }


def _stored(
    session: Session, asset_ids: Sequence[str], model: str
) -> Iterator[tuple[str, str, str, bytes]]:
    rows = session.execute(
        select(Asset.id, Asset.sha256, Embedding.space, Embedding.vector)
        .join(Unit, Unit.sha256 == Asset.sha256)
        .join(Embedding, Embedding.unit_id == Unit.id)
        .where(
            Asset.id.in_(asset_ids),
            Asset.kind == "image",
            Unit.kind.in_(("image", "page")),
            Embedding.model == model,
            Embedding.space.in_(("visual", "look")),
        )
        .order_by(Unit.id)
    )
    for row in rows:
        yield row.id, row.sha256, row.space, row.vector


def _stacked(rows: Sequence[Floats]) -> Floats:
    return np.stack(rows) if rows else np.zeros((0, 1), np.float32)
