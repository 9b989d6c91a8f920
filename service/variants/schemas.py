"""Originals and variants as they go over the wire."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from service.schemas import AssetId


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetOriginal(_Model):
    """Of what an asset was made, and how."""

    original_id: AssetId
    how: str = Field(
        default="",
        max_length=200,
        description="Such as `crop for social media`.",
        pattern=r"^[^\x00]*$",
    )


class VariantNode(_Model):
    """An asset of a tree."""

    id: str
    name: str
    how: str = Field(default="", description="How it was made of the one above.")
    thumbnail: str | None = None
    trashed: bool = False
    depth: int = Field(description="0 for the original of all.")


class VariantTree(_Model):
    """An original and all that was made of it, each after what it was made of."""

    nodes: list[VariantNode]
    hidden: int = Field(default=0, description="Further ones that the asker may not see.")
