"""Asking for files by their hashes, as it goes over the wire."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

KnownKind = Literal["same_bytes", "same_pixels", "looks_the_same"]

_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FileHashes(_Model):
    """What is known of a file before it is sent."""

    name: str = Field(default="", max_length=1000, description="Comes back in the answer.")
    sha256: _Sha256 | None = Field(default=None, description="Of its bytes.")
    pixels: _Sha256 | None = Field(
        default=None, description="Of its pixels, as records of pictures have it."
    )
    perceptual: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] | None = Field(
        default=None, description="64-bit perceptual hash of the picture (pHash)."
    )


class CheckRequest(_Model):
    """Files to look for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "files": [{"name": "beach.jpg", "sha256": "0" * 64, "perceptual": "f" * 16}]
            }
        },
    )

    files: list[FileHashes] = Field(min_length=1, max_length=500)


class KnownRecord(_Model):
    """A record that has the file, or nearly."""

    asset_id: str
    name: str
    kind: KnownKind
    bits: int | None = Field(
        default=None, description="Bits in which the perceptual hashes differ."
    )


class Checked(_Model):
    """What the catalog has of one file; nothing where it is new."""

    name: str
    known: list[KnownRecord]


class CheckAnswer(_Model):
    """One answer for each file, in their order."""

    files: list[Checked]
