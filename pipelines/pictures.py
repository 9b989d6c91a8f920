"""From a Pillow image to the small picture that an analysis carries."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from PIL import Image

from models.pixels import DEFAULT_FIT, Fit, fit
from pipelines.analysis import Picture
from pipelines.attributes import measure
from pipelines.close_up import is_second_reading, pixels_for_ocr, side_for
from pipelines.fingerprint import fingerprints
from pipelines.text_gate import text_score

THUMBNAIL_SIDE = 480
"""Longest side of a thumbnail in pixels."""

FULL_DECODE_PIXELS = 4_000_000
"""JPEGs above this are decoded at a fraction of their size (see ``decode_size``)."""

_SHORT_SIDE = 256
_QUALITY = 80

_how: ContextVar[Fit] = ContextVar("fit", default=DEFAULT_FIT)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@contextmanager
def fitted(how: Fit) -> Iterator[None]:
    """Make the pixels of all pictures as another visual model takes them."""
    token = _how.set(how)
    try:
        yield
    finally:
        _how.reset(token)


def make_picture(
    image: Image.Image, size: tuple[int, int], *, encode: bool = True, fingerprint: bool = True
) -> Picture:
    """Make thumbnail, fingerprints and encoder pixels of an oriented RGB image.

    Args:
        image: oriented, mode RGB, at the scale it was decoded at.
        size: width and height of the original, after orientation.
        encode: whether the visual encoder is to see it.
        fingerprint: whether it is a picture of its own rather than a rendering.
    """
    prints = fingerprints(image, size) if fingerprint else None
    if is_second_reading():
        pixels = pixels_for_ocr(image) if encode else None
        return Picture(*size, pixels=pixels, thumbnail=b"", fingerprints=prints)
    small = _reduced(image)
    score = text_score(small) if encode else None
    return Picture(
        width=size[0],
        height=size[1],
        pixels=fit(small, _how.get()) if encode else None,
        thumbnail=thumbnail(small),
        fingerprints=prints,
        text_score=score,
        attributes=measure(small, score) if fingerprint and encode else None,
    )


def thumbnail(image: Image.Image, side: int = THUMBNAIL_SIDE) -> bytes:
    """A JPEG of an RGB image, longest side at most ``side`` pixels, never enlarged.

    WebP would be a third smaller, but takes six times as long: as long as decoding the photo.
    """
    scale = side / max(image.size)
    if scale < 1:
        image = image.resize(_scaled(image.size, scale), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def decode_size(width: int, height: int) -> tuple[int, int] | None:
    """The smallest size at which a JPEG is still good enough to index; None for full size.

    The decoder picks the fraction (1/2, 1/4 or 1/8) that is at least this large: enough
    for the thumbnail and for the short side that visual encoders see.
    """
    if width * height <= FULL_DECODE_PIXELS:
        return None
    scale = max(_index_scale((width, height)), side_for(0) / max(width, height))
    return _scaled((width, height), scale) if scale < 1 else None


def orient(image: Image.Image, orientation: int) -> Image.Image:
    """Turn and mirror an image as its EXIF orientation (1 to 8) says; others are ignored."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def turns_sideways(orientation: int) -> bool:
    """Whether an EXIF orientation swaps width and height."""
    return orientation in {5, 6, 7, 8}


def _index_scale(size: tuple[int, int]) -> float:
    side = _how.get().side
    short = _SHORT_SIDE if side == DEFAULT_FIT.side else side
    return max(THUMBNAIL_SIDE / max(size), short / min(size))


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))


def _reduced(image: Image.Image) -> Image.Image:
    """Average whole blocks of pixels of a large image, which is much faster than resizing."""
    factor = int(1 / _index_scale(image.size))
    return image.reduce(factor) if factor > 1 else image
