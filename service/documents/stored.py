"""Analyses of documents, put together again from what the catalog keeps of them."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.analysis import Analysis, Box, TextLine, Unit, Vector
from service.catalog import tables
from service.catalog.tables import Content, Embedding
from service.catalog.vectors import unpack

MOST_PASSAGES = 20_000
"""Passages of one document that are looked at: some 8,000 pages."""

_WITH_VECTORS = 8


def stored_document(session: Session, sha256: str, text_model: str) -> Analysis | None:
    """The passages of some content, the first of them with their vectors; None if there is none.

    Args:
        text_model: the model of the vectors, as ``name@revision``.
    """
    content = session.get(Content, sha256)
    if content is None:
        return None
    rows = session.scalars(
        select(tables.Unit)
        .where(tables.Unit.sha256 == sha256, tables.Unit.kind == "passage")
        .order_by(tables.Unit.id)
        .limit(MOST_PASSAGES)
    ).all()
    vectors = _vectors(session, [row.id for row in rows[:_WITH_VECTORS]], text_model)
    return Analysis(
        content.kind,  # type: ignore[arg-type]
        content.media_type,
        pages=content.pages,
        units=tuple(unit_of(row, vectors.get(row.id)) for row in rows),
    )


TextState = tuple[int, int | None, int | None]
"""How many passages some content has, the newest of them, and their characters in all."""


def text_state(session: Session, sha256: str) -> TextState:
    """Another one after the text of some content was read anew, or more of it was."""
    count, newest, characters = session.execute(
        select(
            func.count(), func.max(tables.Unit.id), func.sum(func.length(tables.Unit.text))
        ).where(tables.Unit.sha256 == sha256, tables.Unit.kind == "passage")
    ).one()
    return count, newest, characters


def unit_of(row: tables.Unit, words: Vector | None = None) -> Unit:
    """A passage as it was found."""
    return Unit(
        row.key,
        "passage",
        page=row.page,
        box=Box(*row.box) if row.box else None,
        section=row.section,
        text=row.text,
        char_start=row.char_start,
        char_end=row.char_end,
        words=words,
        confidence=row.confidence,
        source_model=row.model,
        lines=tuple(_line(row, *each) for each in row.lines),
    )


def _line(row: tables.Unit, start: float, end: float, *rest: float) -> TextLine:
    # Lines that were kept by an earlier version have no confidence of their own.
    usual = 1.0 if row.confidence is None else row.confidence
    return TextLine(int(start), int(end), Box(*rest[:4]), rest[4] if len(rest) > 4 else usual)


def _vectors(session: Session, unit_ids: list[int], model: str) -> dict[int, Vector]:
    rows = session.execute(
        select(Embedding.unit_id, Embedding.vector).where(
            Embedding.unit_id.in_(unit_ids),
            Embedding.space == "text",
            Embedding.model == model,
        )
    )
    return {row.unit_id: unpack(row.vector) for row in rows}
