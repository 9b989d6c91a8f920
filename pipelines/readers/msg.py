"""Outlook messages (MS-OXMSG), by ``python-oxmsg``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.analysis import Analysis, Value
from pipelines.readers.attachments import Attachments
from pipelines.readers.base import InputFile
from pipelines.readers.flow import Flow
from pipelines.readers.html import write_html
from pipelines.readers.ole import damaged

MEDIA_TYPES = frozenset({"application/vnd.ms-outlook"})


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield a part for the message, and one for each attachment."""
    from oxmsg import Message

    try:
        message = Message.load(str(file.path))
        people = ", ".join(_person(found) for found in message.recipients)
    except (OSError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise damaged() from error
    attached = [found for found in message.attachments if found.file_bytes]
    flow = Flow(file.limits)
    _write(flow, message, people)
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        values=tuple(_values(message, people, tuple(map(_name, attached)))),
        units=flow.take(),
        warnings=flow.warnings(),
    )
    inside = Attachments(file)
    for found in attached:
        yield from inside.read(found.file_bytes or b"", _name(found), found.mime_type)


def _write(flow: Flow, message: Any, people: str) -> None:
    flow.heading(message.subject or "(no subject)")
    for label, text in (("From", message.sender), ("To", people), ("Date", message.sent_date)):
        if text:
            flow.row([f"{label}: {text}"])
    flow.end_table()
    if message.body and message.body.strip():
        flow.lines(message.body.replace("\r\n", "\n"))
    elif message.html_body:
        write_html(flow, message.html_body)


def _values(message: Any, people: str, attached: tuple[str, ...]) -> Iterator[Value]:
    found = (
        ("title", message.subject, "PidTagSubject"),
        ("from", message.sender, "PidTagSenderName"),
        ("creator", message.sender, "PidTagSenderName"),
        ("to", people, "PidTagDisplayTo"),
    )
    for name, text, label in found:
        if text:
            yield Value(name, text, "embedded", model=f"MAPI {label}")
    if message.sent_date:
        moment = message.sent_date.isoformat()
        yield Value("created_at", moment, "embedded", model="MAPI PidTagClientSubmitTime")
    if attached:
        yield Value("attachments", attached, "embedded", model="MAPI PidTagAttachLongFilename")


def _person(recipient: Any) -> str:
    name, address = recipient.name or "", recipient.email_address or ""
    return f"{name} <{address}>" if name and address and name != address else name or address


def _name(attachment: Any) -> str:
    return str(attachment.file_name or "attachment")
