"""What goes over the wire about downloads."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.schemas import AssetId

PresetName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DownloadRequest(_Model):
    """What to download: assets by id, by selection, or a collection."""

    asset_ids: list[AssetId] = Field(default=[], max_length=5_000)
    where: Annotated[str, StringConstraints(max_length=4000, pattern=r"^[^\x00]*$")] | None = None
    collection_id: AssetId | None = Field(
        default=None, description="With those that lie in it; `where` chooses among them."
    )
    preset: PresetName = "original"


class Preset(_Model):
    """A way to download."""

    name: str
    label: str
    format: str = Field(description="`untouched` hands out the bytes as they came.")
    width: int | None = Field(default=None, description="Largest width in pixels.")
    height: int | None = Field(default=None, description="Largest height in pixels.")
    ratio: float | None = Field(default=None, description="Width by height to crop to.")
    strips_location: bool = False
    strips_device: bool = False
    writes_credits: bool = False


class PresetList(_Model):
    """The presets of a library."""

    presets: list[Preset]
