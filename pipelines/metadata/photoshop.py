"""Photoshop image resources (8BIM blocks), in PSD files and in APP13 of JPEGs.

After Adobe's "Photoshop File Formats Specification", section "Image Resources".
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.analysis import Value
from pipelines.metadata.fields import embedded

IPTC = 1028
COPYRIGHT_FLAG = 1034
URL = 1035
THUMBNAIL = 1036
ICC = 1039
VERSION_INFO = 1057
EXIF = 1058
XMP = 1060
IPTC_DIGEST = 1061

_SIGNATURES = (b"8BIM", b"MeSa", b"PHUT", b"AgHg", b"DCSR")
_MOST_RESOURCES = 10_000
_THUMBNAIL_HEADER = 28


def resources(data: bytes) -> dict[int, bytes]:
    """Image resources by number; the first of each number, up to the first damaged one."""
    found: dict[int, bytes] = {}
    at = 0
    for _ in range(_MOST_RESOURCES):
        if data[at : at + 4] not in _SIGNATURES or at + 7 > len(data):
            break
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        # The name and the data are padded to an even length.
        at += 6 + (data[at + 6] + 2) // 2 * 2
        size = int.from_bytes(data[at : at + 4], "big")
        at += 4
        if at + size > len(data):
            break
        found.setdefault(number, data[at : at + size])
        at += size + size % 2
    return found


def resource_values(found: Mapping[int, bytes]) -> list[Value]:
    """Values that stand in resources of their own."""
    values = []
    if found.get(COPYRIGHT_FLAG) == b"\x01":
        values.append(embedded("rights_marked", True, "Photoshop CopyrightFlag"))
    url = found.get(URL, b"").decode("utf-8", "replace").strip("\0 ")
    if url:
        values.append(embedded("web_statement", url, "Photoshop URL"))
    return values


def thumbnail(found: Mapping[int, bytes]) -> bytes:
    """The JPEG of the small preview; empty where there is none."""
    data = found.get(THUMBNAIL, b"")
    return data[_THUMBNAIL_HEADER:] if data[:4] == b"\x00\x00\x00\x01" else b""
