"""Kinds of text: by what stands in it, then by the name's extension."""

from __future__ import annotations

import re

from pipelines.text_decoding import decode

_BY_START = (
    ("{\\rtf", "application/rtf"),
    ("-----begin pgp message", "application/pgp-encrypted"),
    ("webvtt", "text/vtt"),
    ("begin:vcalendar", "text/calendar"),
    ("begin:vcard", "text/vcard"),
    ("/* xpm */", "image/x-xpixmap"),
    ("<!doctype html", "text/html"),
    ("<html", "text/html"),
)
_BY_EXTENSION = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".htm": "text/html",
    ".html": "text/html",
    ".xhtml": "text/html",
    ".json": "application/json",
    ".jsonl": "application/json",
    ".xml": "application/xml",
    ".eml": "message/rfc822",
    ".mbox": "application/mbox",
    ".rst": "text/x-rst",
    ".org": "text/org",
    ".adoc": "text/asciidoc",
    ".asciidoc": "text/asciidoc",
    ".tex": "text/x-tex",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".css": "text/css",
    ".js": "text/javascript",
    ".py": "text/x-python",
    ".log": "text/plain",
    ".txt": "text/plain",
}
_HEADER = re.compile(
    r"(?:From|To|Cc|Subject|Date|Received|Return-Path|Delivered-To|Message-ID|MIME-Version"
    r"|Reply-To|Sender|Content-Type|Content-Transfer-Encoding|X-[A-Za-z-]+|DKIM-Signature)"
    r":.*(?:\n[ \t].*)*\n",
    re.IGNORECASE,
)
_XBM = re.compile(r"#define\s+\w+_width\s+\d+\s+#define\s+\w+_height\s+\d+\s")
_XML_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_XML_SKIPPED = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL
)


def text_media_type(head: bytes, extension: str) -> str:
    """The media type of text, from its start and the extension (lower case, with its dot)."""
    text = decode(head)[0].lstrip()
    lowered = text[:32].lower()
    for start, media_type in _BY_START:
        if lowered.startswith(start):
            return media_type
    if _XBM.match(text):
        return "image/x-xbitmap"
    if text.startswith("<"):
        return _markup_media_type(text, extension)
    if text.startswith("From ") and _HEADER.match(text, text.find("\n") + 1):
        return "application/mbox"
    if _is_message(text):
        return "message/rfc822"
    return _BY_EXTENSION.get(extension, "text/plain")


def _markup_media_type(text: str, extension: str) -> str:
    """HTML, SVG or other XML, from the root element."""
    at = 0
    while skipped := _XML_SKIPPED.match(text, at):
        at = skipped.end()
    found = _XML_ROOT.search(text, at)
    root = found.group(1).rpartition(":")[2].lower() if found else ""
    if root == "svg":
        return "image/svg+xml"
    if root in {"xmpmeta", "xapmeta"} or (root == "rdf" and extension == ".xmp"):
        return "application/rdf+xml"
    if root in {"html", "head", "body", "table", "div", "p", "h1", "h2", "span", "ul", "meta"}:
        return "text/html"
    if text.startswith("<?xml"):
        return "application/xml"
    return _BY_EXTENSION.get(extension, "application/xml" if root else "text/plain")


def _is_message(text: str) -> bool:
    """Whether the text begins with at least three lines of an e-mail header (RFC 5322)."""
    at = 0
    for _ in range(3):
        match = _HEADER.match(text, at)
        if match is None:
            return False
        at = match.end()
    return True
