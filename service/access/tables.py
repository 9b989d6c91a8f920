"""The tables of people, their keys, and of who may see which asset."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now


class Group(Base):
    """A group of people; its name is what collections and the index carry."""

    __tablename__ = "access_group"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class User(Base):
    """A person beside the owner. Users are disabled, not removed: their events name them."""

    __tablename__ = "user_account"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)


class UserGroup(Base):
    """A user is in a group."""

    __tablename__ = "user_group"

    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    group_name: Mapped[str] = mapped_column(ForeignKey("access_group.name"), primary_key=True)


class ApiKey(Base):
    """A key of a user, or of the owner (no ``user_id``); only the hash of its secret is kept."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(String(16))
    secret_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AssetAccess(Base):
    """A group may see an asset; kept in step with collections by ``service.access.refresh``.

    It counts only where ``Asset.restricted`` is set: without that everybody may.
    """

    __tablename__ = "asset_access"
    __table_args__ = (Index("asset_access_group", "group_name", "asset_id"),)

    asset_id: Mapped[str] = mapped_column(
        ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True
    )
    group_name: Mapped[str] = mapped_column(ForeignKey("access_group.name"), primary_key=True)


class RulePlacement(Base):
    """A rule has put an asset, with these bytes, into its collection; it does so once."""

    __tablename__ = "rule_placement"

    asset_id: Mapped[str] = mapped_column(
        ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True
    )
    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)


class AppliedRules(Base):
    """The one row that names the access rules which all screened assets went through."""

    __tablename__ = "applied_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
