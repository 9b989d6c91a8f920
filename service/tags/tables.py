"""The tables of tags."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.catalog.tables import Base, now

_RowId = BigInteger().with_variant(Integer, "sqlite")
_STANDS = text("until IS NULL")


class Tag(Base):
    """What is said of a term for an asset.

    ``state`` is suggested, accepted or rejected; ``source`` human, model, rule or embedded.
    ``evidence`` holds the reasons (see ``pipelines.tagging.signals.Evidence``). Rows only ever
    end (``until``), and at most one of a term stands; they go when the asset is purged.
    ``run_id`` is the run that wrote a row, ``ended_by`` the one that ended it.
    """

    __tablename__ = "tag"
    __table_args__ = (
        Index("tag_asset", "asset_id"),
        Index(
            "tag_stands",
            "asset_id",
            "vocabulary",
            "term",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index(
            "tag_term",
            "vocabulary",
            "term",
            "state",
            "asset_id",
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("tag_run_id", "run_id"),
        Index("tag_ended_by", "ended_by"),
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    vocabulary: Mapped[str] = mapped_column(String(64))
    term: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(160), default="")
    confidence: Mapped[float] = mapped_column(Float, default=1.0)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    actor: Mapped[str] = mapped_column(String(80), default="")
    run_id: Mapped[str] = mapped_column(String(36))
    since: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(36))

    @property
    def key(self) -> tuple[str, str]:
        """The vocabulary and term that it speaks of."""
        return self.vocabulary, self.term


class TagRun(Base):
    """Work that changed tags, so that it can be taken back.

    ``kind`` is arrival (its id is that of the job that brought the files), refresh (Magpie
    followed a change of vocabularies, models or lessons), batch, person, learn or undo.
    """

    __tablename__ = "tag_run"
    __table_args__ = (Index("tag_run_started", "started_at", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    started_by: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    assets: Mapped[int] = mapped_column(default=0)
    given: Mapped[int] = mapped_column(default=0)
    suggested: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    undone_by: Mapped[str | None] = mapped_column(String(36))


class TagState(Base):
    """By which vocabularies, models and lessons a machine last tagged an asset.

    ``held``: a person took back what machines said; only a person has them speak again.
    """

    __tablename__ = "tag_state"
    __table_args__ = (
        # What is to be tagged again: few or none.
        Index(
            "tag_state_again",
            "asset_id",
            sqlite_where=text("digest = ''"),
            postgresql_where=text("digest = ''"),
        ),
    )

    asset_id: Mapped[str] = mapped_column(
        ForeignKey("asset.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64))
    held: Mapped[bool] = mapped_column(default=False)


class TagName(Base):
    """A name of a term, for selecting by it and showing it; derived from the vocabularies.

    ``folded`` is in lower case. The id of a term is a name of it, in no language.
    """

    __tablename__ = "tag_name"
    __table_args__ = (Index("tag_name_folded", "folded", "vocabulary", "term"),)

    vocabulary: Mapped[str] = mapped_column(String(64), primary_key=True)
    term: Mapped[str] = mapped_column(String(100), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    folded: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    is_label: Mapped[bool]


class TermLesson(Base):
    """A classifier that learned a term from corrections (``pipelines.tagging.learn``).

    ``weights`` are float32, little endian. It belongs to one visual model. At most one of a
    term and model stands; rows only ever end.
    """

    __tablename__ = "term_lesson"
    __table_args__ = (
        Index(
            "term_lesson_stands",
            "vocabulary",
            "term",
            "model",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    vocabulary: Mapped[str] = mapped_column(String(64))
    term: Mapped[str] = mapped_column(String(100))
    model: Mapped[str] = mapped_column(String(128))
    weights: Mapped[bytes] = mapped_column(LargeBinary)
    bias: Mapped[float] = mapped_column(Float)
    examples: Mapped[int]
    before: Mapped[float] = mapped_column(Float)
    after: Mapped[float] = mapped_column(Float)
    run_id: Mapped[str] = mapped_column(String(36))
    since: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(36))
