"""The tables of the catalog.

An *asset* is what people see. Its bytes are named by their SHA-256; what the
pipelines found in these bytes hangs on the hash, so that two assets with the
same bytes share one reading and one set of vectors. Times are UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by itself only in a column declared INTEGER.
_RowId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware UTC time, also on databases that store none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def now() -> datetime:
    """The time of this moment, in UTC."""
    return datetime.now(UTC)


_UNSCREENED = text("screened IS NULL OR screened <> sha256")


class Base(DeclarativeBase):
    """Base of all tables."""

    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012


class Asset(Base):
    """A record of the catalog; while ``trashed_at`` is set it is neither listed nor found.

    ``state`` is one of queued, ready, failed, unsupported. ``origin`` is the path that the
    bytes came from; ``in_place`` says that they are still read from there. ``modified_ns`` and
    ``sidecar_ns`` are the times of the file and of its XMP sidecar (0 without one).
    ``status`` is where it stands in its life (``service.access.status``), ``hold`` that it
    must be kept. ``restricted`` says that only the groups of ``asset_access`` may see it;
    ``screened`` is the hash of the bytes that the access rules were last applied to.
    ``missing_at`` is when a file in place was first not found any more.
    """

    __tablename__ = "asset"
    __table_args__ = (
        Index("asset_created", "created_at", "id"),
        Index("asset_origin", "origin"),
        Index("asset_sha256", "sha256"),
        Index("asset_updated", "updated_at", "id"),
        Index("asset_name", "name", "id"),
        Index("asset_size", "size", "id"),
        Index("asset_kind", "kind"),
        Index("asset_state", "state"),
        Index("asset_status", "status"),
        Index("asset_media_type", "media_type"),
        # What the access rules were not applied to yet: few or none.
        Index("asset_unscreened", "id", sqlite_where=_UNSCREENED, postgresql_where=_UNSCREENED),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    origin: Mapped[str | None] = mapped_column(Text)
    in_place: Mapped[bool] = mapped_column(default=False)
    trashed_at: Mapped[datetime | None]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger, default=0)
    sidecar_ns: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(16), default="queued")
    kind: Mapped[str] = mapped_column(String(16), default="other")
    media_type: Mapped[str] = mapped_column(String(127), default="application/octet-stream")
    title: Mapped[str | None] = mapped_column(Text)
    failure_code: Mapped[str | None] = mapped_column(String(32))
    failure_reason: Mapped[str | None] = mapped_column(Text)
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    duration_s: Mapped[float | None] = mapped_column(Float)
    status: Mapped[str] = mapped_column(String(16), default="draft")
    hold: Mapped[bool] = mapped_column(default=False)
    restricted: Mapped[bool] = mapped_column(default=False)
    screened: Mapped[str | None] = mapped_column(String(64))
    missing_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Version(Base):
    """The bytes that an asset had at one time; never changed once written."""

    __tablename__ = "version"
    __table_args__ = (UniqueConstraint("asset_id", "number"), Index("version_sha256", "sha256"))

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class AssetFile(Base):
    """A further file of an asset, such as the JPEG that a camera wrote beside its raw photo.

    ``number`` counts from 1 in an asset and is never given again to another file of it. The
    other columns are those of ``Asset``.
    """

    __tablename__ = "asset_file"
    __table_args__ = (
        UniqueConstraint("asset_id", "number"),
        Index("asset_file_origin", "origin"),
        Index("asset_file_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    number: Mapped[int]
    role: Mapped[str] = mapped_column(String(16), default="companion")
    name: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)
    in_place: Mapped[bool] = mapped_column(default=False)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger, default=0)
    missing_at: Mapped[datetime | None]


class Content(Base):
    """What the pipelines found in some bytes, and under which stage key."""

    __tablename__ = "content"
    __table_args__ = (Index("content_thumbnail", "thumbnail"),)

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    stage_key: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    media_type: Mapped[str] = mapped_column(String(127))
    width: Mapped[int | None]
    height: Mapped[int | None]
    pages: Mapped[int | None]
    duration_s: Mapped[float | None] = mapped_column(Float)
    thumbnail: Mapped[str | None] = mapped_column(String(64))
    failure_code: Mapped[str | None] = mapped_column(String(32))
    failure_reason: Mapped[str | None] = mapped_column(Text)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    read_at: Mapped[datetime] = mapped_column(default=now)


class Unit(Base):
    """A part of some content that a search can hit (see ``pipelines.analysis.Unit``).

    ``lines`` holds the places of recognised lines: start and end in ``text``, the box, and how
    sure the engine is (older rows end with the box).
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("sha256", "key"),
        Index("unit_pixels", "pixels"),
        Index("unit_thumbnail", "thumbnail"),
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("content.sha256", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    page: Mapped[int | None]
    box: Mapped[list[float] | None] = mapped_column(JSON)
    section: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    char_start: Mapped[int | None]
    char_end: Mapped[int | None]
    start_s: Mapped[float | None] = mapped_column(Float)
    end_s: Mapped[float | None] = mapped_column(Float)
    width: Mapped[int | None]
    height: Mapped[int | None]
    thumbnail: Mapped[str | None] = mapped_column(String(64))
    pixels: Mapped[str | None] = mapped_column(String(64))
    perceptual: Mapped[str | None] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(128), default="")
    confidence: Mapped[float | None] = mapped_column(Float)
    lines: Mapped[list[list[float]]] = mapped_column(JSON, default=list)


class Embedding(Base):
    """A vector of a unit in one space by one model: float16, little endian."""

    __tablename__ = "embedding"

    unit_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True
    )
    space: Mapped[str] = mapped_column(String(16), primary_key=True)
    model: Mapped[str] = mapped_column(String(128), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class ContentStage(Base):
    """A later stage that some content wants: its targets, and the key of what was done.

    ``key`` is empty until the stage is done; ``reason`` says why it failed.
    """

    __tablename__ = "content_stage"

    sha256: Mapped[str] = mapped_column(
        ForeignKey("content.sha256", ondelete="CASCADE"), primary_key=True
    )
    stage: Mapped[str] = mapped_column(String(16), primary_key=True)
    key: Mapped[str] = mapped_column(String(128), default="")
    targets: Mapped[list[Any]] = mapped_column(JSON, default=list)
    reason: Mapped[str | None] = mapped_column(Text)


class _StoredValue:
    """The columns of a metadata value (see ``pipelines.analysis.Value``)."""

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(String(64))
    value: Mapped[Any] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(128), default="")
    confidence: Mapped[float] = mapped_column(Float, default=1.0)
    evidence: Mapped[str] = mapped_column(Text, default="")


class ContentValue(_StoredValue, Base):
    """A value that was read from some bytes."""

    __tablename__ = "content_value"
    __table_args__ = (Index("content_value_sha256", "sha256"),)

    sha256: Mapped[str] = mapped_column(ForeignKey("content.sha256", ondelete="CASCADE"))


class AssetValue(_StoredValue, Base):
    """A value of one asset that does not stand in its bytes, such as of a sidecar."""

    __tablename__ = "asset_value"
    __table_args__ = (Index("asset_value_asset", "asset_id"),)

    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))


class Job(Base):
    """A piece of long work. ``state``: queued, running, paused, cancelled, done, failed.

    ``request`` says what was asked for, so that a restart can go on with it; ``taking_in`` that
    its files are still being found. ``arrivals`` counts what became of these files, and
    ``problems`` says what went wrong with some. ``started_by`` is the user who alone may see
    it, beside admins.
    """

    __tablename__ = "job"
    __table_args__ = (Index("job_state", "state"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16), default="queued")
    request: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    taking_in: Mapped[bool] = mapped_column(default=False)
    arrivals: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    problems: Mapped[list[str]] = mapped_column(JSON, default=list)
    started_by: Mapped[str] = mapped_column(String(36), default="owner")
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]


class JobItem(Base):
    """One stage of one asset of a job.

    ``state``: queued, running, paused, done, failed, cancelled, or poison: failed so often that
    it is tried again only when a person says so, for the ``reason`` given. ``not_before`` is
    when the next attempt is due, ``deaths`` how often the process died during one. ``again``
    asks for the work even where its result is current.
    """

    __tablename__ = "job_item"
    __table_args__ = (
        Index("job_item_state", "state", "stage", "id"),
        Index("job_item_job", "job_id", "state", "stage"),
        Index("job_item_asset", "asset_id"),
    )

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    asset_id: Mapped[str] = mapped_column(ForeignKey("asset.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(16), default="read")
    state: Mapped[str] = mapped_column(String(16), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)
    again: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)


class Outbox(Base):
    """A change that the vector index has not applied yet. ``operation``: index, delete."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    asset_id: Mapped[str] = mapped_column(String(36))
    operation: Mapped[str] = mapped_column(String(8))


class Generation(Base):
    """A generation of the vector index, and the models (``name@revision``) of its vectors.

    ``state``: building, current (it answers; there is one), or kept (for going back).
    ``total`` is how many assets it was to be filled with; ``reason`` why building it stopped;
    ``points`` the version of the points in it (``service.ingest.points``).
    """

    __tablename__ = "generation"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    text_model: Mapped[str] = mapped_column(String(128))
    visual_model: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16))
    total: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)
    answers_since: Mapped[datetime | None]


class Backlog(Base):
    """An asset that a generation still has to take up, apart from the outbox."""

    __tablename__ = "backlog"
    __table_args__ = (Index("backlog_generation", "generation", "id"),)

    id: Mapped[int] = mapped_column(_RowId, primary_key=True, autoincrement=True)
    generation: Mapped[str] = mapped_column(ForeignKey("generation.name", ondelete="CASCADE"))
    asset_id: Mapped[str] = mapped_column(String(36))


class IndexFault(Base):
    """An asset of which the vector index refused a part, and why."""

    __tablename__ = "index_fault"

    asset_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)
