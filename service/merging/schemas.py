"""Merges as they go over the wire."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from service.schemas import AssetId, MergedRecord


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MergeRequest(_Model):
    """Records to become part of another."""

    asset_ids: list[AssetId] = Field(min_length=1, max_length=100)


class Merge(_Model):
    """Records that became one, until somebody takes it back."""

    id: str
    kept_id: str
    at: datetime
    undone_at: datetime | None = None
    merged: list[MergedRecord]


class MergeList(_Model):
    """Merges, newest first."""

    merges: list[Merge]
