"""Makes pictures the size that the visual encoder takes. Runs in reader processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 260
"""Input side of EfficientNet-Lite2 in pixels (Tan and Le 2019)."""

_REDUCING_GAP = 2.0


def fit(image: Image, side: int = SIDE) -> NDArray[np.uint8]:
    """Resize a picture for the encoder: shape (side, side, 3), uint8, RGB.

    The whole picture is kept and its aspect squashed: cropping loses what stands at the
    edges, and the network was trained with distorted aspects anyway. What is transparent
    becomes white.

    Args:
        image: upright (EXIF orientation applied), any mode, any size. A JPEG is read
            fastest when its reader calls ``image.draft("RGB", (2 * side, 2 * side))``.
        side: width and height of the result in pixels.
    """
    from PIL import Image as Images

    rgb = opaque(image)
    small = rgb.resize((side, side), Images.Resampling.BICUBIC, reducing_gap=_REDUCING_GAP)
    return np.asarray(small, dtype=np.uint8)


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
