"""What a rendition is to look like, and what is to stand in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal["original", "jpeg", "png", "webp", "tiff"]

MEDIA_TYPES: dict[str, str] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "tiff": "image/tiff",
}
SUFFIXES: dict[str, str] = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "tiff": ".tif"}

MOST_PIXELS_A_SIDE = 16_000
"""Longest side that a rendition may have; below what JPEG and WebP allow (65,535; 16,383)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a rendition.

    Attributes:
        format: file format; ``original`` keeps the bytes of the picture and changes only
            what is said about it.
        width, height: largest width and height in pixels; None for no bound. A picture is
            never enlarged.
        ratio: width divided by height to crop to, around the middle; None to crop nothing.
        quality: 1 to 100, of JPEG and WebP.
        strip_location: leave out where the picture was taken.
        strip_device: leave out serial numbers and owners of camera and lens.
        credits: write title, description, keywords, creator, credit and copyright into it.

    Raises:
        ValueError: a bound makes no sense, or ``original`` comes with a size or a ratio.
    """

    format: Format = "original"
    width: int | None = None
    height: int | None = None
    ratio: float | None = None
    quality: int = 88
    strip_location: bool = True
    strip_device: bool = True
    credits: bool = True

    def __post_init__(self) -> None:
        for side in (self.width, self.height):
            if side is not None and not 1 <= side <= MOST_PIXELS_A_SIDE:
                raise ValueError(f"A side must have 1 to {MOST_PIXELS_A_SIDE} pixels, not {side}.")
        if self.ratio is not None and not 0.05 <= self.ratio <= 20:
            raise ValueError(f"A ratio must lie between 1:20 and 20:1, not {self.ratio:g}.")
        if not 1 <= self.quality <= 100:
            raise ValueError(f"The quality must be 1 to 100, not {self.quality}.")
        if self.format == "original" and (self.width or self.height or self.ratio):
            raise ValueError("The original keeps its size; choose a format to change it.")


@dataclass(frozen=True, slots=True)
class Credits:
    """What is written into a rendition; empty texts are left out.

    Attributes:
        xmp: a whole XMP packet that says the same and more; it replaces the one in the file.
    """

    title: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    creator: str = ""
    credit: str = ""
    rights: str = ""
    xmp: bytes = b""
