"""The tables of collections."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now


class Collection(Base):
    """A named set of assets; it may lie in another."""

    __tablename__ = "collection"
    __table_args__ = (Index("collection_parent", "parent_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("collection.id"))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class CollectionMember(Base):
    """An asset is in a collection."""

    __tablename__ = "collection_member"
    __table_args__ = (Index("collection_member_asset", "asset_id"),)

    collection_id: Mapped[str] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    asset_id: Mapped[str] = mapped_column(
        ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True
    )
    added_at: Mapped[datetime] = mapped_column(default=now)


class CollectionGroup(Base):
    """A collection carries a group of its own."""

    __tablename__ = "collection_group"

    collection_id: Mapped[str] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    group_name: Mapped[str] = mapped_column(ForeignKey("access_group.name"), primary_key=True)


class CollectionAudience(Base):
    """A group that a collection carries, of its own or from the nearest one above that has any.

    Derived from the tree, so that what follows from it is one join away.
    """

    __tablename__ = "collection_audience"
    __table_args__ = (Index("collection_audience_group", "group_name"),)

    collection_id: Mapped[str] = mapped_column(
        ForeignKey("collection.id", ondelete="CASCADE"), primary_key=True
    )
    group_name: Mapped[str] = mapped_column(ForeignKey("access_group.name"), primary_key=True)
