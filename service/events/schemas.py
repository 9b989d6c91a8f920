"""Events as they go over the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Event(BaseModel):
    """A change of the catalog; nothing can change or remove it afterwards."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "id": 812,
                "at": "2026-05-31T12:00:00Z",
                "actor": "owner",
                "actor_name": "owner",
                "kind": "asset.status",
                "asset_id": "0197b1c2-4e1f-7d20-9d6c-0d4c6d8f3a11",
                "subject_kind": None,
                "subject_id": None,
                "batch_id": None,
                "before": {"status": "draft"},
                "after": {"status": "in_review"},
            }
        },
    )

    id: int
    at: datetime
    actor: str = Field(
        description="Id of a user, `owner`, `magpie`, or `rule:` and the name of a rule."
    )
    actor_name: str = Field(description="The name of the user today.")
    kind: str = Field(description="What was done to what, such as `asset.status`.")
    asset_id: str | None = None
    subject_kind: str | None = Field(
        default=None,
        description="What else it is about: collection, user, key, group, source, vocabulary.",
    )
    subject_id: str | None = None
    batch_id: str | None = Field(default=None, description="Joins the changes of one work.")
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = Field(
        default=None, description="Empty, as is `before`, where the asset was purged."
    )


class EventPage(BaseModel):
    """Some events, newest first, and how to go on."""

    model_config = ConfigDict(extra="forbid")

    events: list[Event]
    next_cursor: str | None = None
