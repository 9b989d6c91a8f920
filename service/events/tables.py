"""The table of events: what was changed, by whom, from what to what.

Rows are only ever added. Triggers of the migration refuse to delete one, and to change
one in any way but emptying ``before`` and ``after``: purging an asset takes its content
out of its history, and leaves that the history happened. SQLite drops triggers with the
table that a batch migration copies: such a migration must make them again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now

_Content = JSON(none_as_null=True)


class Event(Base):
    """A change. ``batch_id`` joins the events of one piece of work, such as a bulk edit.

    ``subject_kind`` and ``subject_id`` name what else the change is about: a collection,
    a user, a key, a group, a source.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("event_asset", "asset_id", "id"),
        Index("event_actor", "actor", "id"),
        Index("event_kind", "kind", "id"),
        Index("event_at", "at"),
        Index("event_batch", "batch_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(32))
    asset_id: Mapped[str | None] = mapped_column(String(36))
    subject_kind: Mapped[str | None] = mapped_column(String(16))
    subject_id: Mapped[str | None] = mapped_column(String(64))
    batch_id: Mapped[str | None] = mapped_column(String(36))
    before: Mapped[dict[str, Any] | None] = mapped_column(_Content)
    after: Mapped[dict[str, Any] | None] = mapped_column(_Content)
