"""The tables of records.

What the bytes say stands with the bytes (``content_value``), once for all assets that share
them. Here stands what is said of one asset: by persons, by its sidecar, by rules and models.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now


class RecordEntry(Base):
    """What one source says for one field of one asset (see ``service.record.entries.Entry``).

    Rows only ever end (``until``); they go when the asset is purged. ``batch_id`` is the work
    that wrote a row, ``ended_by`` the one that ended it.
    """

    __tablename__ = "record_entry"
    __table_args__ = (
        Index("record_entry_asset", "asset_id", "until"),
        Index("record_entry_batch", "batch_id"),
        Index("record_entry_ended", "ended_by"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(35), default="")
    content: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    source: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(128), default="")
    confidence: Mapped[float] = mapped_column(Float, default=1.0)
    evidence: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default="accepted")
    actor: Mapped[str] = mapped_column(String(80), default="")
    place: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    batch_id: Mapped[str | None] = mapped_column(String(36))
    ended_by: Mapped[str | None] = mapped_column(String(36))

    @property
    def key(self) -> tuple[str, str]:
        """The field and language that it speaks of."""
        return self.name, self.language


class RecordTerm(Base):
    """What a record shows, one row an item, for selections and facets; derived.

    ``text`` is folded to lower case; ``number`` stands beside it for numbers and booleans.
    """

    __tablename__ = "record_term"
    __table_args__ = (
        Index("record_term_text", "name", "text", "asset_id"),
        Index("record_term_number", "name", "number", "asset_id"),
        Index("record_term_asset", "asset_id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(35), default="")
    text: Mapped[str] = mapped_column(String(400))
    number: Mapped[float | None] = mapped_column(Float)


class DerivedState(Base):
    """How far something derived was brought to the rules in force (see ``keeper``).

    ``digest`` names the rules; ``done_to`` is the last asset that was brought to them, empty
    once all were.
    """

    __tablename__ = "derived_state"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    done_to: Mapped[str] = mapped_column(String(36), default="")
