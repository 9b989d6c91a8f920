"""Finding the XMP packet in a file of any format (ISO 16684-3, "packet scanning")."""

from __future__ import annotations

from pipelines.metadata.ifd import Buffer
from pipelines.metadata.xmp import MOST_BYTES

_MARKS = (
    (b"<x:xmpmeta", b"</x:xmpmeta>"),
    (b"<x:xapmeta", b"</x:xapmeta>"),
    (b"<?xpacket begin", b"<?xpacket end"),
)


_NEAR_BYTES = 64 * 1024 * 1024


def find_packet(data: Buffer) -> bytes:
    """The first packet that stands in a file in one piece; empty where there is none.

    Of a large file the first and last 64 MiB are looked through.
    """
    size = len(data)
    for first, last in ((0, min(size, _NEAR_BYTES)), (max(_NEAR_BYTES, size - _NEAR_BYTES), size)):
        for mark, closing in _MARKS:
            start = data.find(mark, first, last)
            end = data.find(closing, start, start + MOST_BYTES) if start >= 0 else -1
            if end >= 0:
                return bytes(data[start : end + len(closing)])
    return b""
