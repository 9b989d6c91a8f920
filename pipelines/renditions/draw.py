"""From the pixels of a picture to the file of a rendition."""

from __future__ import annotations

import functools
import io
import math
from typing import Any

from PIL import Image

from pipelines.analysis import Pixels
from pipelines.renditions.credits import exif_block, exif_tags, iptc_segment
from pipelines.renditions.recipe import MOST_PIXELS_A_SIDE, Credits, Recipe

Rect = tuple[int, int, int, int]

_TIFF_XMP = 700
_MOST_JPEG_XMP = 65_000
"""What one segment of a JPEG holds, less its head; EXIF and IPTC say the most of it anyway."""


def side_needed(recipe: Recipe, size: tuple[int, int]) -> int:
    """The longest side in pixels at which a picture must be decoded for a recipe.

    Args:
        size: width and height of the upright original.
    """
    left, top, right, bottom = crop_to(size, recipe.ratio)
    scale = _scale((right - left, bottom - top), recipe)
    return min(MOST_PIXELS_A_SIDE, max(1, math.ceil(max(size) * scale)))


def crop_to(size: tuple[int, int], ratio: float | None) -> Rect:
    """The largest rectangle of a ratio in the middle of a picture: left, top, right, bottom."""
    width, height = size
    if ratio is None:
        return 0, 0, width, height
    wide = min(width, max(1, round(height * ratio)))
    high = min(height, max(1, round(width / ratio)))
    left, top = (width - wide) // 2, (height - high) // 2
    return left, top, left + wide, top + high


def draw(pixels: Pixels, recipe: Recipe, credits_: Credits) -> tuple[bytes, tuple[int, int]]:
    """Crop, scale and encode a picture.

    Args:
        pixels: shape (h, w, 3), uint8, upright, sRGB.
        recipe: of any format but ``original``.

    Returns:
        The file, and the width and height of its picture.
    """
    image = Image.fromarray(pixels)
    rect = crop_to(image.size, recipe.ratio)
    size = _scaled((rect[2] - rect[0], rect[3] - rect[1]), recipe)
    if (0, 0, *size) != rect:
        image = image.resize(size, Image.Resampling.LANCZOS, box=rect, reducing_gap=3)
    buffer = io.BytesIO()
    image.save(buffer, **_options(recipe, credits_))
    return buffer.getvalue(), image.size


def _options(recipe: Recipe, credits_: Credits) -> dict[str, Any]:
    options: dict[str, Any] = {"icc_profile": _srgb()}
    written = credits_ if recipe.credits else Credits()
    if recipe.format == "tiff":
        # As a block they would lose every letter beyond ASCII on the way.
        options["tiffinfo"] = exif_tags(written) | ({_TIFF_XMP: written.xmp} if written.xmp else {})
    elif block := exif_block(written):
        options["exif"] = block
    fits = recipe.format == "webp" or (
        recipe.format == "jpeg" and len(written.xmp) < _MOST_JPEG_XMP
    )
    if written.xmp and fits:
        options["xmp"] = written.xmp
    if recipe.format == "jpeg":
        options |= {"quality": recipe.quality, "optimize": True, "progressive": True}
        if segment := iptc_segment(written):
            options["extra"] = segment
    elif recipe.format == "webp":
        options |= {"quality": recipe.quality, "method": 4}
    elif recipe.format == "tiff":
        options["compression"] = "tiff_lzw"
    elif written.xmp:
        options["pnginfo"] = _png_xmp(written.xmp)
    return {"format": recipe.format.upper(), **options}


def _png_xmp(packet: bytes) -> Any:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet.decode("utf-8"))
    return info


def _scale(size: tuple[int, int], recipe: Recipe) -> float:
    bounds = [
        bound / side
        for bound, side in zip((recipe.width, recipe.height), size, strict=True)
        if bound is not None
    ]
    return min([1.0, *bounds])


def _scaled(size: tuple[int, int], recipe: Recipe) -> tuple[int, int]:
    scale = _scale(size, recipe)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


@functools.cache
def _srgb() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
