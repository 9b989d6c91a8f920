"""The tables of vocabularies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now


class VocabularyRow(Base):
    """A vocabulary of the house, or what the house changed in one that comes with Magpie.

    ``scope`` says where it is in force: ``everywhere``, in ``collections``, or ``off``.
    ``revision`` is another one after every change.
    """

    __tablename__ = "vocabulary"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    base: Mapped[str] = mapped_column(Text, default="")
    scope: Mapped[str] = mapped_column(String(16), default="everywhere")
    revision: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class VocabularyTerm(Base):
    """A term; ``content`` is as ``pipelines.vocabulary.as_json.packed`` writes it."""

    __tablename__ = "vocabulary_term"

    vocabulary_id: Mapped[str] = mapped_column(
        ForeignKey("vocabulary.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class VocabularyCollection(Base):
    """A vocabulary is in force in a collection and in those inside it."""

    __tablename__ = "vocabulary_collection"

    vocabulary_id: Mapped[str] = mapped_column(
        ForeignKey("vocabulary.id", ondelete="CASCADE"), primary_key=True
    )
    collection_id: Mapped[str] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TermProposal(Base):
    """A word that somebody, or the records, would like to have as a term.

    ``state`` is ``open``, ``accepted`` or ``rejected``. ``key`` is the normal form of the word:
    what was rejected is not proposed again.
    """

    __tablename__ = "term_proposal"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    vocabulary_id: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(200), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[str] = mapped_column(String(80))
    uses: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
