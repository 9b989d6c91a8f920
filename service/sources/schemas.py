"""Sources as they go over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

SCHEME = "s3://"
"""How the address of a bucket begins."""

State = Literal["waiting", "scanning", "paused", "unfinished", "failed"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSource(_Model):
    """A folder on the server's machine, or a bucket."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00]*$")] = (
        Field(
            description="Whole path of a folder, or `s3://BUCKET/PREFIX`.",
            examples=["s3://photos/2026/"],
        )
    )
    in_place: bool = Field(
        default=False, description="Leave the files where they are; store no copy."
    )
    every_minutes: int = Field(
        default=15, ge=0, le=525_600, description="How often to look; 0 is only when asked."
    )


class Source(_Model):
    """A folder or bucket, and how its scans fare."""

    id: str
    url: str = Field(examples=["s3://photos/2026/"])
    in_place: bool
    every_minutes: int
    state: State = Field(
        description="`unfinished` stopped on its way and goes on there; `failed` says `problem`."
    )
    problem: str | None = None
    cursor: str | None = Field(
        default=None, description="The last file that an unfinished scan has dealt with."
    )
    job_id: str | None = Field(default=None, description="The job of the last scan.")
    scanned_at: datetime | None = Field(
        default=None, description="When a scan last came to its end."
    )
    created_at: datetime


class SourceList(_Model):
    """All sources."""

    sources: list[Source]


class ScanRequest(_Model):
    """How to scan."""

    resume: bool = Field(
        default=False, description="Go on where an unfinished scan stopped, not from the start."
    )
