"""Pictures of any colour space and depth into sRGB with 8 bits a channel."""

from __future__ import annotations

import functools
import io
import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from models.pixels import opaque
from pipelines.fingerprint import bands
from pipelines.metadata.icc import is_srgb, profile_name

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

_MODES = {"RGB": "RGB", "CMYK": "CMYK", "GRAY": "L", "LAB": "LAB"}
_MOST_PIXELS_WITH_COPY = 40_000_000
_KEPT_TRANSFORMS = 4
_FLOAT_CUT = (0.5, 99.5)
_SAMPLES = 1_000_000


def to_srgb(image: Image.Image, profile: bytes = b"") -> tuple[Image.Image, bool]:
    """The picture as people see it: mode RGB, sRGB, on white where it is transparent.

    Args:
        image: decoded; may be changed.
        profile: its ICC profile, if it has one.

    Returns:
        The picture, and whether its colours are to be trusted: false if the profile is
        damaged or does not fit the picture, and was ignored.
    """
    if image.mode.startswith(("I", "F")):
        image = eight_bits(image)
    if not profile or is_srgb(profile_name(profile)):
        return opaque(image), True
    try:
        return _converted(image, profile), True
    except MemoryError:
        raise
    except Exception:
        # The library of colour profiles has errors of its own kind.
        return opaque(image), False


def eight_bits(image: Image.Image) -> Image.Image:
    """Greys of 16 bits, 32 bits or floating point in 8 bits, mode L.

    The range is the smallest whole number of bits that holds all values (scanners and
    detectors write 12 bits into 16); for floating point 0 to 1 where the values lie there,
    else from the first to the last half per cent of them.
    """
    low, high = _range(image)
    scale = 255.0 / (high - low) if high > low else 0.0
    grey = Image.new("L", image.size)
    for top, band in bands(image):
        values = (np.asarray(band, dtype=np.float32) - low) * scale
        values = np.nan_to_num(values, nan=0.0, posinf=255.0, neginf=0.0)
        grey.paste(Image.fromarray(values.clip(0, 255).astype(np.uint8)), (0, top))
    return grey


def _range(image: Image.Image) -> tuple[float, float]:
    if image.mode == "F":
        step = max(1, math.isqrt(image.width * image.height // _SAMPLES))
        size = (max(1, image.width // step), max(1, image.height // step))
        values = np.asarray(image.resize(size, Image.Resampling.NEAREST))
        finite = values[np.isfinite(values)]
        if not finite.size or (finite.min() >= 0 and finite.max() <= 1):
            return 0.0, 1.0
        low, high = np.percentile(finite, _FLOAT_CUT)
        return float(low), float(high)
    extremes = [(band.min(), band.max()) for band in (np.asarray(b) for _, b in bands(image))]
    low, high = float(min(least for least, _ in extremes)), float(max(m for _, m in extremes))
    if low < 0:
        return low, high
    return 0.0, float(2 ** max(8, math.ceil(math.log2(high + 1))) - 1)


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture through its profile; raises where that is damaged or does not fit."""
    from PIL import ImageCms

    transform, mode = _transform(profile)
    if mode == "RGB":
        image = opaque(image)
        ImageCms.applyTransform(image, transform, inPlace=True)
        return image
    if mode == "L" and image.mode != "L":
        image = opaque(image).convert("L")
    elif image.mode != mode:
        raise ValueError("the profile is for another kind of picture")
    if image.width * image.height > _MOST_PIXELS_WITH_COPY:
        image = image.reduce(2)
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return converted


@functools.lru_cache(_KEPT_TRANSFORMS)
def _transform(profile: bytes) -> tuple[ImageCmsTransform, str]:
    """From a profile to sRGB, relative colorimetric with black point compensation."""
    from PIL import ImageCms

    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    mode = _MODES.get(source.profile.xcolor_space.strip().upper())
    if mode is None:
        raise ValueError("a colour space that pictures do not have")
    transform = ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    return transform, mode
