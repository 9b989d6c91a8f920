"""E-mail (RFC 5322, MIME) and mailboxes: messages, and attachments as units of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any, cast

from pipelines.analysis import Analysis, Value
from pipelines.readers.attachments import Attachments
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.flow import Flow
from pipelines.readers.html import decode_html, write_html
from pipelines.text_decoding import decode

MEDIA_TYPES = frozenset({"message/rfc822", "application/mbox"})

_HEADERS = (
    ("Subject", "title"),
    ("From", "from"),
    ("To", "to"),
    ("Cc", "cc"),
    ("Message-ID", "message_id"),
)
_SHOWN = ("Subject", "From", "To", "Cc", "Date")
_SEPARATOR = re.compile(rb"(?:\A|\n\r?\n)(?=From [^\n]*\n[\w-]+:)")
_MOST_PARTS = 1_000
_MOST_DEPTH = 20


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield a part for each message, and one for each attachment."""
    data = file.path.read_bytes()
    flow, inside = Flow(file.limits), Attachments(file)
    if file.media_type == "application/mbox":
        starts = [match.end() for match in _SEPARATOR.finditer(data)] or [0]
    else:
        starts = [0]
    if len(starts) > file.limits.entries:
        raise Unreadable("too_large", "The mailbox holds too many messages; split it.")
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield from _message(_parse(data[start:end]), file, flow, inside, first=start == 0)


def _parse(data: bytes) -> Message:
    if data.startswith(b"From "):
        data = data.partition(b"\n")[2]
    return BytesParser(policy=policy.default).parsebytes(data)


def _message(
    message: Message, file: InputFile, flow: Flow, inside: Attachments, *, first: bool
) -> Iterator[Analysis]:
    headers = {name: _header(message, name) for name in {*dict(_HEADERS), *_SHOWN}}
    texts, attached = _contents(message)
    flow.heading(headers["Subject"] or "(no subject)")
    for name in _SHOWN[1:]:
        if headers[name]:
            flow.row([f"{name}: {headers[name]}"])
    flow.end_table()
    for media_type, text in texts:
        if media_type == "text/html":
            write_html(flow, text)
        else:
            flow.lines(text)
    names = tuple(name for name, _, _ in attached)
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        values=tuple(_values(headers, names)) if first else (),
        units=flow.take(),
        warnings=flow.warnings(),
    )
    for name, media_type, data in attached:
        yield from inside.read(data, name, media_type)


def _values(headers: dict[str, str], attached: tuple[str, ...]) -> Iterator[Value]:
    for header, name in _HEADERS:
        if headers[header]:
            yield Value(name, headers[header], "embedded", model=f"RFC 5322 {header}")
    if headers["From"]:
        yield Value("creator", headers["From"], "embedded", model="RFC 5322 From")
    try:
        moment = parsedate_to_datetime(headers["Date"]).isoformat()
        yield Value("created_at", moment, "embedded", model="RFC 5322 Date")
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    if attached:
        yield Value("attachments", attached, "embedded", model="RFC 2183 filename")


def _header(message: Message, name: str) -> str:
    """A header, decoded; what breaks the rules is shown as it stands."""
    try:
        found = message.get(name)
    except Exception:
        found = next((value for key, value in message._headers if key.lower() == name.lower()), "")  # type: ignore[attr-defined]
    return " ".join(str(found or "").split())


def _contents(message: Message) -> tuple[list[tuple[str, str]], list[tuple[str, str, bytes]]]:
    """Texts (media type, text) and attachments (name, media type, bytes) of a message."""
    texts: list[tuple[str, str]] = []
    attached: list[tuple[str, str, bytes]] = []
    for part in _leaves(message, _MOST_DEPTH):
        kind = part.get_content_type()
        name = _filename(part)
        is_text = kind in {"text/plain", "text/html"} and not name
        if is_text and part.get_content_disposition() != "attachment":
            texts.append((kind, _text(part, kind)))
        elif len(attached) < _MOST_PARTS:
            data = _payload(part)
            if data:
                extension = kind.partition("/")[2]
                attached.append((name or f"part {len(attached) + 1}.{extension}", kind, data))
    return texts, attached


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """Parts to be read; of alternatives plain text, else HTML."""
    if message.get_content_type() == "message/rfc822" or not message.is_multipart():
        yield message
        return
    if depth == 0:
        return
    parts = cast(list[Message], message.get_payload())
    if message.get_content_type() == "multipart/alternative":
        parts = sorted(parts, key=_preference)[:1]
    for part in parts:
        yield from _leaves(part, depth - 1)


def _preference(part: Message) -> int:
    kind = part.get_content_type()
    if kind == "text/plain":
        return 0 if (_payload(part) or b"").strip() else 3
    return 1 if kind == "text/html" or part.is_multipart() else 2


def _text(part: Message, kind: str) -> str:
    data = _payload(part) or b""
    charset = part.get_content_charset("") or ""
    if kind == "text/html":
        return decode_html(data, charset)
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(data)[0]


def _payload(part: Message) -> bytes | None:
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        inner = cast(Any, part.get_payload())[0]
        return bytes(inner)
    try:
        found = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError):
        return None
    return found if isinstance(found, bytes) else None


def _filename(part: Message) -> str:
    try:
        return (part.get_filename() or "").strip()
    except Exception:
        return ""
