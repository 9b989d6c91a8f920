"""HTML and XHTML, by ``unstructured``. Nothing that a page links to is loaded or run."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from html import unescape

from pipelines.analysis import Analysis, Unit, Value
from pipelines.readers.base import InputFile
from pipelines.readers.elements import html_elements, write
from pipelines.readers.embedded import EmbeddedPictures
from pipelines.readers.flow import Flow
from pipelines.text_decoding import decode

MEDIA_TYPES = frozenset({"text/html", "application/xhtml+xml"})

_HEAD_CHARACTERS = 64 * 1024
_MARKUP_PER_TEXT = 4
_GUESSED_BYTES = 100_000
_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{1,40})", re.I
)
_TITLE = re.compile(r"<title[^>]*>(.{1,2000}?)</title>", re.I | re.S)
_META = re.compile(r"<meta\s[^>]{1,5000}>", re.I)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))")
_NAMES = {
    "author": "creator",
    "dc.creator": "creator",
    "description": "description",
    "dc.description": "description",
    "keywords": "keywords",
    "dc.date": "created_at",
    "article:published_time": "created_at",
}
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,([A-Za-z0-9+/=\s%]{100,})")
_COMMENT = re.compile(r"<!--.*?-->", re.S)


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: title and other metadata, the text, pictures in ``data:`` addresses."""
    most = file.limits.text_chars * _MARKUP_PER_TEXT
    with file.path.open("rb") as stream:
        data = stream.read(most)
        cut = bool(stream.read(1))
    text = decode_html(data)
    flow = Flow(file.limits)
    write_html(flow, text)
    units = flow.take()
    warnings = flow.warnings() or ((f"Only the first {most:,} bytes were read.",) if cut else ())
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        values=tuple(html_values(text)),
        units=(*units, *data_pictures(text, EmbeddedPictures(file))),
        warnings=warnings,
    )


def decode_html(data: bytes, charset: str = "") -> str:
    """Decode by given charset, byte order mark, UTF-8, declared charset, or the likeliest one.

    A charset that does not fit the bytes is not believed.
    """
    declared = _CHARSET.search(data[:4096])
    named = declared.group(1).decode("ascii", "replace") if declared else ""
    text, encoding = decode(data)
    if encoding != "cp1252" and not charset:
        return text
    for name in filter(None, (charset, named)):
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return (_guessed(data) or text) if encoding == "cp1252" else text


def _guessed(data: bytes) -> str:
    """Decode as the frequencies of letters suggest; empty where nothing does."""
    try:
        from charset_normalizer import from_bytes
    except ModuleNotFoundError:
        return ""
    best = from_bytes(data[:_GUESSED_BYTES]).best()
    return data.decode(best.encoding, "replace") if best is not None else ""


def write_html(flow: Flow, text: str) -> None:
    """Put the text of an HTML document into a flow."""
    # ``lxml`` takes no encoding declaration in text that is decoded already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    text = _DATA_IMAGE.sub("", text)
    if text.strip():
        write(flow, html_elements(text))


def html_values(text: str) -> Iterator[Value]:
    """Title and named metadata of the head of a page."""
    head = _COMMENT.sub("", text[:_HEAD_CHARACTERS])
    title = _TITLE.search(head)
    if title and title.group(1).strip():
        yield Value("title", " ".join(unescape(title.group(1)).split()), "embedded", "HTML title")
    seen = set()
    for meta in _META.finditer(head):
        found = {
            match[1].lower(): match[2] or match[3] or match[4] or ""
            for match in _ATTRIBUTE.finditer(meta.group())
        }
        label = (found.get("name") or found.get("property") or "").lower()
        name, content = _NAMES.get(label, ""), unescape(found.get("content", "")).strip()
        if name and content and name not in seen:
            seen.add(name)
            yield Value(name, content, "embedded", f"HTML meta {label}")


def data_pictures(text: str, pictures: EmbeddedPictures) -> Iterator[Unit]:
    """Units of pictures that stand in the page itself, in ``data:`` addresses."""
    for match in _DATA_IMAGE.finditer(text):
        try:
            data = base64.b64decode(re.sub(r"%0[aAdD]|\s", "", match.group(1)), validate=False)
        except binascii.Error:
            continue
        unit = pictures.unit(data)
        if unit is not None:
            yield unit
