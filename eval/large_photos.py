"""Large photos made from small ones: as heavy to decode as those of a camera."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_DIFFERENT = 24
_QUALITY = 90
_TEXTURE = 10.0
"""Standard deviation of the noise; at this quality it gives 12 megapixels about 4 MB."""


def make_large(
    photos: Sequence[Path], folder: Path, *, count: int, megapixels: float
) -> list[Path]:
    """Write ``count`` JPEGs of a size into a folder.

    Two dozen different pictures are made; the rest are the same pictures in other bytes,
    which cost as much to read.
    """
    from PIL import Image

    made: list[bytes] = []
    paths = []
    for number in range(count):
        if number < min(_DIFFERENT, len(photos)):
            with Image.open(photos[number]) as photo:
                made.append(_jpeg(_enlarge(photo.convert("RGB"), megapixels, seed=number)))
        path = folder / f"large-{number:05d}.jpg"
        path.write_bytes(_marked(made[number % len(made)], number))
        paths.append(path)
    return paths


def _enlarge(photo: Image, megapixels: float, *, seed: int) -> Image:
    """Scale a photo to 4:3 with texture like that of a sensor and a lens."""
    import numpy as np
    from PIL import Image

    height = round((megapixels * 1e6 * 3 / 4) ** 0.5)
    width = round(height * 4 / 3)
    large = photo.resize((width, height), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(seed).normal(0, _TEXTURE, (height // 2 + 1, width // 2 + 1))
    # Noise of half the resolution: a lens blurs single pixels.
    grain = noise.repeat(2, axis=0).repeat(2, axis=1)[:height, :width, None]
    pixels = np.clip(np.asarray(large, dtype=np.float32) + grain, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)


def _jpeg(picture: Image) -> bytes:
    import io

    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _marked(jpeg: bytes, number: int) -> bytes:
    """The same JPEG with a comment, so that its bytes are its own."""
    comment = f"copy {number}".encode()
    segment = b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment
    return jpeg[:2] + segment + jpeg[2:]
