"""The timeline of a video or sound, as people and programs get it."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Scene(BaseModel):
    """A shot of a video, or a few short ones in a long video."""

    unit: str
    start_s: float
    end_s: float
    thumbnail: str | None = Field(description="Address of a small picture.")
    text: str = Field(default="", description="Words that were read in its pictures.")


class Line(BaseModel):
    """Something that is said."""

    start_s: float
    end_s: float
    text: str
    confidence: float | None = Field(default=None, description="Of the model that heard it.")
    model: str = ""


class Timeline(BaseModel):
    """What happens in a video or sound, by seconds."""

    duration_s: float | None
    scenes: list[Scene]
    transcript: list[Line]
    contact_sheet: str | None = Field(description="Address of a JPEG with all scenes.")
    proxy: str | None = Field(
        description="Address of a copy that browsers play, where they do not play the original."
    )
    remarks: list[str] = Field(description="Why something is missing, or missing in part.")
