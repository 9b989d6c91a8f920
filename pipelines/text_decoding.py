"""Bytes to text: byte order marks, UTF-8, and Windows-1252 for the rest."""

from __future__ import annotations

import codecs

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b")
_CONTROL_SHARE = 0.02
_PUNCTUATION = "€…‘’“”–—•™ £§©«®°·»".encode("cp1252")


def decode(data: bytes) -> tuple[str, str]:
    """Decode text and name the encoding; line ends become ``\\n``.

    UTF-8, UTF-16 and UTF-32 by their byte order mark, then UTF-8, then Windows-1252, whose
    five undefined bytes become U+FFFD. Never fails.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        # A damaged spot in marked text must not turn all of it into something else.
        encoding = "cp1252" if encoding == "utf-8" else encoding
        text = data.decode(encoding, "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def looks_like_text(head: bytes) -> bool:
    """Whether the start of a file reads as text: no NUL, hardly any control characters."""
    if any(head.startswith(mark) for mark, _ in _MARKS):
        return True
    if b"\x00" in head:
        return False
    control = len(head) - len(head.translate(None, delete=_CONTROL))
    if control > len(head) * _CONTROL_SHARE:
        return False
    try:
        # The cut may fall into a character, which an incremental decoder forgives.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return _reads_as_windows_1252(head)
    return True


def _reads_as_windows_1252(head: bytes) -> bool:
    """Whether bytes above 127 are rare and mostly letters and punctuation, as in prose."""
    high = [code for code in head if code > 127]
    likely = sum(code >= 0xC0 or code in _PUNCTUATION for code in high)
    return len(high) <= len(head) * 0.3 and likely >= len(high) * 0.7
