"""Makes pictures the size that the visual encoder takes. Runs in reader processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 260
"""Input side of EfficientNet-Lite2 in pixels (Tan and Le 2019)."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a picture becomes the square that a visual encoder takes.

    The default is that of our own model: the whole picture is kept and its aspect squashed,
    for cropping loses what stands at the edges, and the network was trained with distorted
    aspects anyway.

    Attributes:
        side: width and height of the square in pixels.
        shape: ``squash`` changes the aspect; ``crop`` keeps the middle; ``pad`` keeps all and
            fills the rest.
        resampling: the filter.
        fill: grey of what ``pad`` adds, 0 to 255.
        reducing_gap: how far whole blocks of pixels may be averaged before the filter works,
            which is faster and less exact (see Pillow); None for exact.
    """

    side: int = SIDE
    shape: Literal["squash", "crop", "pad"] = "squash"
    resampling: Literal["bicubic", "bilinear"] = "bicubic"
    fill: int = 0
    reducing_gap: float | None = 2.0


DEFAULT_FIT = Fit()

_MOST_ASPECT = 32


def fit(image: Image, how: Fit = DEFAULT_FIT) -> NDArray[np.uint8]:
    """Resize a picture for the encoder: shape (side, side, 3), uint8, RGB.

    What is transparent becomes white.

    Args:
        image: upright (EXIF orientation applied), any mode, any size. A JPEG is read
            fastest when its reader calls ``image.draft("RGB", (2 * side, 2 * side))``.
        how: as the visual model's descriptor says.
    """
    from PIL import Image as Images

    rgb = opaque(image)
    if how.shape == "crop":
        rgb = _without_ends(rgb)
    size = _resized(rgb.size, how)
    small = rgb.resize(
        size, Images.Resampling[how.resampling.upper()], reducing_gap=how.reducing_gap
    )
    if size != (how.side, how.side):
        small = _centred(small, how)
    return np.asarray(small, dtype=np.uint8)


def refit(pixels: NDArray[np.uint8], how: Fit) -> NDArray[np.uint8]:
    """Pixels that were made for another model, resized: shape (side, side, 3).

    Less exact than ``fit``; for the few files that are being read while the model changes.
    """
    if pixels.shape[0] == how.side:
        return pixels
    from PIL import Image as Images

    return fit(Images.fromarray(pixels), how)


def _resized(size: tuple[int, int], how: Fit) -> tuple[int, int]:
    """The size before cropping or padding, rounded as torchvision and open_clip round it."""
    width, height = size
    if how.shape == "squash":
        return (how.side, how.side)
    if how.shape == "crop":
        short, long = min(size), max(size)
        longer = int(how.side * long / short)
        return (how.side, longer) if width <= height else (longer, how.side)
    ratio = max(size) / how.side
    return (max(1, round(width / ratio)), max(1, round(height / ratio)))


def _without_ends(image: Image) -> Image:
    """Cut off what cropping would cut off anyway, before a thin line grows to gigabytes."""
    width, height = image.size
    most = _MOST_ASPECT * min(image.size)
    if max(image.size) <= most:
        return image
    left, top = max(0, (width - most) // 2), max(0, (height - most) // 2)
    return image.crop((left, top, left + min(width, most), top + min(height, most)))


def _centred(image: Image, how: Fit) -> Image:
    """Cut the middle out, or lay the picture on the middle of a grey square."""
    from PIL import Image as Images

    side, (width, height) = how.side, image.size
    if how.shape == "crop":
        left, top = round((width - side) / 2), round((height - side) / 2)
        return image.crop((left, top, left + side, top + side))
    square = Images.new("RGB", (side, side), (how.fill,) * 3)
    square.paste(image, ((side - width) // 2, (side - height) // 2))
    return square


def opaque(image: Image) -> Image:
    """The picture in RGB, laid on white where it is transparent."""
    from PIL import Image as Images

    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Images.new("RGBA", rgba.size, "white")
        return Images.alpha_composite(white, rgba).convert("RGB")
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image) -> Image:
    """Map 16-bit, 32-bit and float greys to 8 bits; ``convert`` alone would clip them."""
    from PIL import Image as Images

    values = np.asarray(image, dtype=np.float32)
    if image.mode.startswith("I;16"):
        low, high = 0.0, 65535.0
    else:
        low, high = float(values.min()), float(values.max())
    scale = 255.0 / (high - low) if high > low else 0.0
    return Images.fromarray(((values - low) * scale).clip(0, 255).astype(np.uint8), mode="L")
