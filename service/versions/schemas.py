"""What goes over the wire about versions."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Version(_Model):
    """The bytes that an asset had at one time."""

    number: int = Field(description="From 1; the highest is the latest.")
    name: str
    size: int
    sha256: str
    created_at: datetime
    latest: bool
    original: str = Field(description="Address of the bytes.")


class VersionList(_Model):
    """All versions of an asset, newest first."""

    versions: list[Version]


class MadeVersion(_Model):
    """A version that was added, and the job that reads it."""

    number: int
    job_id: str
