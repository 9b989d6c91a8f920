"""The name of a colour profile (ICC.1:2022, sections 9.2.41 and 10.13)."""

from __future__ import annotations

import struct

_MOST_TAGS = 200
_TABLE = 128


def profile_name(profile: bytes) -> str:
    """What a profile calls itself, such as ``sRGB IEC61966-2.1``; empty if it does not say."""
    count = int.from_bytes(profile[_TABLE : _TABLE + 4], "big")
    for number in range(min(count, _MOST_TAGS)):
        entry = profile[_TABLE + 4 + 12 * number : _TABLE + 16 + 12 * number]
        if entry[:4] == b"desc" and len(entry) == 12:
            start, size = struct.unpack(">II", entry[4:])
            return _text(profile[start : start + size])
    return ""


def is_srgb(name: str) -> bool:
    """Whether a profile of this name is sRGB, the space that pictures are shown in.

    ``c2`` and ``uRGB`` are small sRGB profiles that many web sites put into photos.
    """
    return name.lower().startswith("srgb") or name in {"c2", "c2ci", "uRGB", "GIMP built-in sRGB"}


def _text(tag: bytes) -> str:
    """The text of a description: ASCII in version 2, UTF-16 in languages in version 4."""
    if tag[:4] == b"desc":
        length = int.from_bytes(tag[8:12], "big")
        return tag[12 : 12 + length].partition(b"\0")[0].decode("latin-1").strip()
    if tag[:4] == b"mluc" and len(tag) >= 28:
        length, start = struct.unpack(">II", tag[20:28])
        return tag[start : start + length].decode("utf-16-be", "replace").strip("\0 ")
    return ""
