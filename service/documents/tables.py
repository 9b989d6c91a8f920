"""The tables of documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now


class DocumentFacts(Base):
    """What some bytes say, whoever's asset they are; gone whenever they were read anew.

    ``summaries`` holds ``line``, ``short`` and ``long``, each a list of sentences with page and
    characters; ``outline``, ``clauses``, ``personal`` and ``grades`` are lists as in
    ``service.documents.facts``. ``personal`` holds no value, only what a list may show of it.
    ``complete`` is false where a very long document was not looked through to its end.
    ``written_key`` names the model that was asked to write a summary, and how; it is empty until
    one was. ``written`` is what it wrote, where that may stand; else ``written_reason`` says
    why not.
    """

    __tablename__ = "document_facts"
    __table_args__ = (Index("document_facts_written", "written_key"),)

    sha256: Mapped[str] = mapped_column(
        ForeignKey("content.sha256", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    language: Mapped[str] = mapped_column(String(8), default="")
    language_confidence: Mapped[float] = mapped_column(Float, default=0.0)
    words: Mapped[int] = mapped_column(default=0)
    reading_s: Mapped[int] = mapped_column(default=0)
    summaries: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outline: Mapped[list[Any]] = mapped_column(JSON, default=list)
    clauses: Mapped[list[Any]] = mapped_column(JSON, default=list)
    personal: Mapped[list[Any]] = mapped_column(JSON, default=list)
    grades: Mapped[list[Any]] = mapped_column(JSON, default=list)
    complete: Mapped[bool] = mapped_column(default=True)
    written_key: Mapped[str] = mapped_column(String(64), default="")
    written_model: Mapped[str] = mapped_column(String(128), default="")
    written: Mapped[str | None] = mapped_column(Text)
    written_reason: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(default=now)


class DocumentLabel(Base):
    """What a machine takes an asset with text for, whatever people say of it.

    ``digest`` names the tree, rules, examples and models that it rests on; it is empty while
    the asset waits to be looked at. ``options`` holds what else it may be, with chances.
    """

    __tablename__ = "document_label"
    __table_args__ = (Index("document_label_digest", "digest"),)

    asset_id: Mapped[str] = mapped_column(
        ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), default="")
    label: Mapped[str] = mapped_column(String(200), default="")
    confidence: Mapped[float] = mapped_column(Float, default=0.0)
    options: Mapped[list[Any]] = mapped_column(JSON, default=list)


class LearnedTypes(Base):
    """What was learned at one time of a field, such as the type; ``current`` marks what is in use.

    ``weights`` is an npz archive: see ``learning`` for types, ``pipelines...types.values`` for
    other fields, of which ``labels`` holds the values with their contents. ``before`` and
    ``after`` are the shares of the examples that were told rightly without and with it, each by
    what was learned from the others.
    """

    __tablename__ = "learned_types"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    field: Mapped[str] = mapped_column(String(64))
    weights: Mapped[bytes] = mapped_column(LargeBinary)
    labels: Mapped[list[Any]] = mapped_column(JSON, default=list)
    examples: Mapped[int] = mapped_column(default=0)
    before: Mapped[float] = mapped_column(Float, default=0.0)
    after: Mapped[float] = mapped_column(Float, default=0.0)
    current: Mapped[bool] = mapped_column(default=False)
    actor: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
