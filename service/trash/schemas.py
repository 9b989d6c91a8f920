"""What goes over the wire about the trash."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EmptyTrash(_Model):
    """What is to go for good."""

    older_than_days: float | None = Field(
        default=None,
        ge=0,
        le=36_500,
        description="In the trash for at least so long; null takes the holding time, 0 all.",
    )


class Purged(_Model):
    """What went for good."""

    records: int
    bytes: int = Field(description="That the store holds less now.")
    held: int = Field(description="Left in the trash: they are under legal hold.")
