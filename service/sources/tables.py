"""The tables of sources, and of what was last seen in each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now

# Listings are compared with rows in one order, that of the code points.
_Origin = Text().with_variant(Text(collation="C"), "postgresql")
_GONE = text("gone")


class Source(Base):
    """A folder or a bucket that is scanned every ``every_minutes`` (0: only when asked).

    ``cursor`` is the last file that an unfinished scan has dealt with, ``job_id`` the job of
    the last scan, which began at ``begun_at``; ``scanned_at`` is when a scan last came to its
    end, and ``problem`` why the last one did not.
    """

    __tablename__ = "source"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    url: Mapped[str] = mapped_column(Text, unique=True)
    in_place: Mapped[bool] = mapped_column(default=False)
    every_minutes: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[str | None] = mapped_column(Text)
    job_id: Mapped[str | None] = mapped_column(String(36))
    begun_at: Mapped[datetime | None]
    scanned_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class SourceFile(Base):
    """A file that was taken in from a source.

    ``change`` differs whenever the file does; ``gone`` is set from when a scan misses the file
    until the scan ends.
    """

    __tablename__ = "source_file"
    __table_args__ = (
        Index("source_file_gone", "source_id", sqlite_where=_GONE, postgresql_where=_GONE),
    )

    source_id: Mapped[str] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True
    )
    origin: Mapped[str] = mapped_column(_Origin, primary_key=True)
    change: Mapped[str] = mapped_column(Text)
    gone: Mapped[bool] = mapped_column(default=False)
