"""Days that are due, as a calendar (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from service.catalog.tables import now
from service.extraction.schemas import DueItem, DueList

MEDIA_TYPE = "text/calendar"

_WIDEST = 75
_WORDS = {"notice": "Last day for notice", "expiry": "Ends"}


def to_calendar(due: DueList) -> str:
    """One all-day event for each; the same contract and day have the same UID."""
    at = now()
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Magpie//Documents//EN"]
    for item in due.items:
        lines += _event(item, at)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(item: DueItem, at: datetime) -> Iterator[str]:
    name = item.asset.title or item.asset.name
    yield "BEGIN:VEVENT"
    yield f"UID:{item.asset.id}-{item.what}-{item.due:%Y%m%d}@magpie"
    yield f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{item.due:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{item.due + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(f'{_WORDS[item.what]}: {name}')}"
    yield f"DESCRIPTION:{_escaped(_description(item))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _description(item: DueItem) -> str:
    words = [f"With {' and '.join(item.parties)}."] if item.parties else []
    words.append(
        f"Renews itself on {item.expiry} unless notice is given."
        if item.renews
        else f"Ends on {item.expiry}."
    )
    return " ".join(words)


def _escaped(text: str) -> str:
    """Text as values have it (RFC 5545, 3.3.11), without other control characters."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    text = "\\n".join(text.splitlines())
    return "".join(letter for letter in text if letter.isprintable())


def _folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 octets, letters kept whole (RFC 5545, 3.1)."""
    part = ""
    for letter in line:
        if len(f"{part}{letter}".encode()) > _WIDEST:
            yield part
            part = " "
        part += letter
    yield part
