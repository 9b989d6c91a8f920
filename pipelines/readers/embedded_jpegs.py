"""JPEGs that stand inside other files, such as the previews of raw photos."""

from __future__ import annotations

import contextlib
import io
import mmap
from collections.abc import Iterator, Mapping
from typing import Any

from PIL import Image

from pipelines.pictures import decode_size

_START = b"\xff\xd8\xff"
_FOLLOWERS = frozenset({0xC0, 0xC2, 0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
_MOST_CANDIDATES = 64
_DAMAGE = (OSError, ValueError, SyntaxError, IndexError, Image.DecompressionBombError)


class EmbeddedJpeg:
    """A JPEG inside another file, not decoded yet.

    Attributes:
        size: width and height in pixels, as stored.
        info: what Pillow found in its segments.
    """

    def __init__(self, image: Any) -> None:
        self._image = image
        self.size: tuple[int, int] = image.size
        self.info: Mapping[Any, Any] = image.info

    def decode(self) -> Image.Image | None:
        """The picture, large ones at a fraction of their size; None where that fails."""
        target = decode_size(*self.size)
        try:
            if target is not None:
                self._image.draft("RGB", target)
            self._image.load()
        except _DAMAGE:
            return None
        image: Image.Image = self._image
        return image


def largest_jpeg(data: mmap.mmap, most_pixels: int) -> EmbeddedJpeg | None:
    """The largest JPEG that stands anywhere in a file in one piece; None where there is none.

    What a sensor saw is lossless JPEG in some raw formats; that one has more than 8 bits
    and is passed over.
    """
    found = (image for image in _candidates(data) if image.width * image.height <= most_pixels)
    best = max(found, key=lambda image: image.width * image.height, default=None)
    return EmbeddedJpeg(best) if best is not None else None


def _candidates(data: mmap.mmap) -> Iterator[Any]:
    at = data.find(_START)
    for _ in range(_MOST_CANDIDATES):
        if at < 0 or at + 3 >= len(data):
            return
        if data[at + 3] in _FOLLOWERS:
            with contextlib.suppress(*_DAMAGE):
                yield Image.open(io.BufferedReader(_Rest(data, at)), formats=("JPEG",))
        at = data.find(_START, at + 2)


class _Rest(io.RawIOBase):
    """The rest of a mapped file as a file of its own, without a copy."""

    def __init__(self, data: mmap.mmap, start: int) -> None:
        super().__init__()
        self._data = data
        self._start = start
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        start = self._start + self._at
        chunk = self._data[start : start + len(buffer)]
        buffer[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        size = len(self._data) - self._start
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: size}[whence]
        self._at = min(max(base + offset, 0), size)
        return self._at

    def tell(self) -> int:
        return self._at
