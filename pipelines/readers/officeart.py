"""Pictures in binary Office files: JPEG and PNG in their drawing records (MS-ODRAW, 2.2.23)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLIP = re.compile(
    rb"[\s\S]{2}[\x1d\x1e]\xf0([\s\S]{4})(?=[\s\S]{17,33}(?:\xff\xd8\xff|\x89PNG\r\n))"
)
_SIGNATURE = re.compile(rb"\xff\xd8\xff|\x89PNG\r\n")
_MOST_HEADER = 40


def drawn_pictures(data: bytes) -> Iterator[bytes]:
    """Image files in a stream, in the order in which they are stored."""
    for blip in _BLIP.finditer(data):
        length = int.from_bytes(blip.group(1), "little")
        start = _SIGNATURE.search(data, blip.end(), blip.end() + _MOST_HEADER)
        if start is not None and blip.end() + length <= len(data):
            yield data[start.start() : blip.end() + length]
