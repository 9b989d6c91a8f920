"""The tables of duplicates.

Links join contents, since what two files have to do with each other stands in their bytes. The
assets of a group are those that have one of its contents at the time of looking.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now

_RowId = BigInteger().with_variant(Integer, "sqlite")


def _content(**how: Any) -> Mapped[str]:
    return mapped_column(ForeignKey("content.sha256", ondelete="CASCADE"), **how)


class DuplicateRun(Base):
    """A scan of the catalog. ``state``: running, done, cancelled, stopped (cut off) or failed.

    ``compared`` counts the pairs that were looked at, ``links`` what came of them; ``groups``
    are open ones at its end, ``new_groups`` those that were not known before. ``notes`` say
    what was not compared and why, ``reason`` why it failed.
    """

    __tablename__ = "duplicate_run"
    __table_args__ = (Index("duplicate_run_created", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    scheduled: Mapped[bool] = mapped_column(default=False)
    contents: Mapped[int] = mapped_column(default=0)
    compared: Mapped[int] = mapped_column(default=0)
    links: Mapped[int] = mapped_column(default=0)
    groups: Mapped[int] = mapped_column(default=0)
    new_groups: Mapped[int] = mapped_column(default=0)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class DuplicateLink(Base):
    """What two contents have to do with each other (``pipelines.duplicates.links``).

    ``first`` comes before ``second`` in the alphabet; ``evidence`` speaks of them in this
    order. ``method`` is what found it, and in which version.
    """

    __tablename__ = "duplicate_link"
    __table_args__ = (
        Index("duplicate_link_pair", "first", "second", "method", unique=True),
        Index("duplicate_link_second", "second"),
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    first: Mapped[str] = _content()
    second: Mapped[str] = _content()
    method: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    score: Mapped[float] = mapped_column(Float)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    run_id: Mapped[str] = mapped_column(String(36))
    since: Mapped[datetime] = mapped_column(default=now)


class DuplicateGroup(Base):
    """Contents that belong together by the links of one family.

    ``family`` is ``copies`` for what is the same, else the kind of its links; ``kind`` that of
    the weakest link. ``state``: open, resolved or dismissed. ``kept_id`` is the copy to keep
    that a person chose. ``bytes`` is what all copies but the largest take.
    """

    __tablename__ = "duplicate_group"
    __table_args__ = (Index("duplicate_group_state", "state", "bytes", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    family: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    medoid: Mapped[str] = _content(index=True)
    state: Mapped[str] = mapped_column(String(16), default="open")
    kept_id: Mapped[str | None] = mapped_column(ForeignKey("asset.id", ondelete="SET NULL"))
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    run_id: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(default=now)


class DuplicateMember(Base):
    """A content is in a group."""

    __tablename__ = "duplicate_member"
    __table_args__ = (Index("duplicate_member_content", "sha256"),)

    group_id: Mapped[str] = mapped_column(
        ForeignKey("duplicate_group.id", ondelete="CASCADE"), primary_key=True
    )
    sha256: Mapped[str] = _content(primary_key=True)


class NotDuplicates(Base):
    """Somebody said that two contents are no duplicates; of one with itself, that it is there
    more than once on purpose. ``group_id`` is the dismissed group."""

    __tablename__ = "not_duplicates"
    __table_args__ = (
        Index("not_duplicates_second", "second"),
        Index("not_duplicates_group", "group_id"),
    )

    first: Mapped[str] = _content(primary_key=True)
    second: Mapped[str] = _content(primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("duplicate_group.id", ondelete="CASCADE"))
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(default=now)


class DuplicateMerge(Base):
    """A merge that resolved a group. ``batch`` joins those that one command made."""

    __tablename__ = "duplicate_merge"
    __table_args__ = (
        Index("duplicate_merge_batch", "batch"),
        Index("duplicate_merge_group", "group_id"),
    )

    merge_id: Mapped[str] = mapped_column(
        ForeignKey("merge.id", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[str] = mapped_column(ForeignKey("duplicate_group.id", ondelete="CASCADE"))
    batch: Mapped[str] = mapped_column(String(36))
    frees: Mapped[int] = mapped_column(BigInteger, default=0)
