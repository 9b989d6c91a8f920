"""What documents are and hold, in words for people."""

from __future__ import annotations

from service.documents import schemas

_KINDS = {
    "email": ("e-mail address", "e-mail addresses"),
    "phone": ("telephone number", "telephone numbers"),
    "iban": ("bank account (IBAN)", "bank accounts (IBAN)"),
    "card": ("payment card", "payment cards"),
    "national_id": ("national number", "national numbers"),
}


def kind_words(kind: schemas.DocumentType | None) -> str:
    """A type; what it may be where it is not sure."""
    if kind is None:
        return "no type"
    if kind.type:
        return kind.type
    maybe = ", ".join(option.type for option in kind.options[:2])
    return f"not sure: perhaps {maybe}" if maybe else "not sure"


def reading_words(made: schemas.Classified | schemas.DocumentSummary) -> str:
    """How long it takes to read."""
    minutes = round(made.reading_minutes)
    return f"{minutes} min to read" if minutes > 1 else "a minute to read"


def personal_words(found: schemas.PersonalData) -> str:
    """``2 e-mail addresses, 1 payment card (pages 1, 3)``."""
    said = ", ".join(
        f"{count:,} {_KINDS[kind][count != 1]}" for kind, count in found.counts.items()
    )
    pages = sorted({place.page for place in found.places if place.page})
    if not pages:
        return said
    shown = ", ".join(map(str, pages[:6])) + (" …" if len(pages) > 6 else "")
    return f"{said} (page{'s' if len(pages) > 1 else ''} {shown})"


def unreadable(made: schemas.DocumentSummary) -> str:
    """Which pages could hardly be read; empty where none."""
    poor = [each.page for each in made.grades if each.mark == "poor"]
    if not poor:
        return ""
    if poor == [0]:
        return "Its text could hardly be read; parts of what is said of it may be wrong."
    shown = ", ".join(map(str, poor[:8])) + (" …" if len(poor) > 8 else "")
    pages = f"Page {shown}" if len(poor) == 1 else f"Pages {shown}"
    return f"{pages} could hardly be read; parts of what is said of it may be wrong."
