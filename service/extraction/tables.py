"""The tables of extracted fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now


class FieldEntry(Base):
    """A value of a field of one asset, or that it is unknown; rows only ever end (``until``).

    An unknown field has one row without ``value``; of a person it means that there is none.
    ``merge_id`` names the merge that brought it from another record.
    ``options`` are other values that it could be, ``checks`` what validators said when it was
    found, ``box`` and characters its place on ``page``. ``place`` orders the values of one field.
    """

    __tablename__ = "field_entry"
    __table_args__ = (Index("field_entry_asset", "asset_id", "until"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    schema: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    place: Mapped[int] = mapped_column(default=0)
    value: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(String(64), default="")
    source: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(128), default="")
    confidence: Mapped[float] = mapped_column(Float, default=1.0)
    page: Mapped[int | None]
    box: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    char_start: Mapped[int | None]
    char_end: Mapped[int | None]
    evidence: Mapped[str] = mapped_column(Text, default="")
    checks: Mapped[list[Any]] = mapped_column(JSON, default=list)
    options: Mapped[list[Any]] = mapped_column(JSON, default=list)
    actor: Mapped[str] = mapped_column(String(80), default="")
    since: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(80), default="")
    merge_id: Mapped[str | None] = mapped_column(String(36))


class Extraction(Base):
    """Which fields an asset has, and from what they were found; one row for each document.

    ``sha256``, ``read_at`` and ``recognised`` name the reading, ``maker`` schemas and rankers;
    where these differ from what is in force the fields are found anew. ``schema`` is empty for
    kinds without fields, ``schema_by`` the person who said which it is. ``parts`` proposes where
    to split the file. ``expires`` is the end of the first term of a contract (ISO 8601), and
    ``doubt`` orders the queue of what people should look at; None where there is nothing to see.
    """

    __tablename__ = "extraction"
    __table_args__ = (
        Index("extraction_doubt", "doubt"),
        Index("extraction_expires", "expires"),
        Index("extraction_schema", "schema"),
    )

    asset_id: Mapped[str] = mapped_column(
        ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(String(64))
    read_at: Mapped[datetime | None]
    recognised: Mapped[str] = mapped_column(String(128), default="")
    maker: Mapped[str] = mapped_column(String(64), default="")
    schema: Mapped[str] = mapped_column(String(64), default="")
    schema_by: Mapped[str] = mapped_column(String(80), default="")
    label: Mapped[str] = mapped_column(String(200), default="")
    label_confidence: Mapped[float] = mapped_column(Float, default=0.0)
    renews: Mapped[bool] = mapped_column(default=False)
    signed: Mapped[bool | None]
    parts: Mapped[list[Any]] = mapped_column(JSON, default=list)
    expires: Mapped[str | None] = mapped_column(String(10))
    doubt: Mapped[float | None] = mapped_column(Float)
    done_at: Mapped[datetime] = mapped_column(default=now)


class LearnedRankers(Base):
    """Rankers of a schema that were learned from corrections; the newest without ``until`` counts.

    ``content`` is what ``pipelines.documents.fields.trained.to_json`` writes; ``figures`` what
    was measured when they were learned.
    """

    __tablename__ = "learned_rankers"
    __table_args__ = (Index("learned_rankers_schema", "schema", "until"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    schema: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    actor: Mapped[str] = mapped_column(String(80), default="")
    since: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
