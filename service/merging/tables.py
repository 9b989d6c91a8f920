"""The tables of merges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now


class Merge(Base):
    """Records that became one. Its id is also that of the batch of its edits and events.

    ``memberships`` are the collections that the record that stays was put into for it.
    """

    __tablename__ = "merge"
    __table_args__ = (Index("merge_kept", "kept_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kept_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)
    undone_at: Mapped[datetime | None]
    memberships: Mapped[list[Any]] = mapped_column(JSON, default=list)


class Alias(Base):
    """The id, name and place of a record that was merged into another.

    It stays when the old record is purged, so that its id goes on leading to the other.
    """

    __tablename__ = "asset_alias"
    __table_args__ = (
        Index("asset_alias_asset", "asset_id"),
        Index("asset_alias_merge", "merge_id"),
    )

    old_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    merge_id: Mapped[str] = mapped_column(ForeignKey("merge.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(Text)
