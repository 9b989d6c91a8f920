"""Classifiers that learned terms from corrections, as the catalog keeps them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from pipelines.tagging.learn import Lesson, TermClassifier
from service.catalog.tables import now
from service.tags.rows import Key
from service.tags.tables import TermLesson


def lessons_of(session: Session, model: str) -> dict[Key, TermClassifier]:
    """The classifiers of a visual model (``name@revision``) that stand, by vocabulary and term."""
    return {
        (row.vocabulary, row.term): TermClassifier(
            np.frombuffer(row.weights, dtype="<f4").astype(np.float32), row.bias
        )
        for row in session.scalars(_standing(model))
    }


def digest_of(session: Session, model: str) -> str:
    """Another word after every change of the lessons of a model."""
    newest, count = session.execute(
        select(func.max(TermLesson.id), func.count()).where(
            TermLesson.model == model, TermLesson.until.is_(None)
        )
    ).one()
    return f"{newest or 0}/{count}"


def keep(session: Session, key: Key, model: str, lesson: Lesson, run_id: str) -> bool:
    """Let what was learned of a term stand; whether anything changed."""
    ended = session.execute(
        update(TermLesson)
        .where(
            TermLesson.vocabulary == key[0],
            TermLesson.term == key[1],
            TermLesson.model == model,
            TermLesson.until.is_(None),
        )
        .values(until=now(), ended_by=run_id)
        .execution_options(synchronize_session=False)
    )
    if lesson.classifier is not None:
        session.add(
            TermLesson(
                vocabulary=key[0],
                term=key[1],
                model=model,
                weights=lesson.classifier.weights.astype("<f4").tobytes(),
                bias=lesson.classifier.bias,
                examples=lesson.examples,
                before=lesson.before,
                after=lesson.after,
                run_id=run_id,
            )
        )
        session.flush()
    return bool(ended.rowcount) or lesson.classifier is not None  # type: ignore[attr-defined]


def take_back(session: Session, run_id: str, undo_id: str) -> bool:
    """Let the lessons before a run stand again; whether there were any that still stood."""
    made = session.scalars(select(TermLesson).where(TermLesson.run_id == run_id)).all()
    ended = session.scalars(select(TermLesson).where(TermLesson.ended_by == run_id)).all()
    stands = [row for row in made if row.until is None]
    for row in stands:
        row.until, row.ended_by = now(), undo_id
    session.flush()
    for row in ended:
        if not _is_taken(session, row):
            session.add(_copy(row, undo_id))
            session.flush()
    return bool(stands or ended)


def _is_taken(session: Session, row: TermLesson) -> bool:
    other = _standing(row.model).where(
        TermLesson.vocabulary == row.vocabulary, TermLesson.term == row.term
    )
    return session.scalars(other.limit(1)).first() is not None


def _copy(row: TermLesson, run_id: str) -> TermLesson:
    names: Sequence[str] = (
        *("vocabulary", "term", "model", "weights", "bias"),
        *("examples", "before", "after"),
    )
    return TermLesson(run_id=run_id, **{name: getattr(row, name) for name in names})


def _standing(model: str) -> Select[TermLesson]:
    return select(TermLesson).where(TermLesson.model == model, TermLesson.until.is_(None))
