"""From what the pipelines read in a file to entries of its record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from pipelines.analysis import Value
from pipelines.metadata.reconcile import standard_of
from service.record.contents import canonical, language_tag, split
from service.record.entries import Entries, Entry
from service.record.errors import InvalidValue
from service.record.field import Content, Field
from service.record.fieldset import FieldSet

_LANGUAGE = re.compile(r"^XMP [\w:]+ \(([\w-]+)\)")
_WITH_LISTS = frozenset({"XMP", "IPTC"})
"""Standards that keep the items of a list apart; elsewhere one text may hold several."""

_SQUARE = 0.02
"""Sides that differ by less than this share look square."""


def entries_of(values: Iterable[Value], fields: FieldSet, *, at: datetime) -> Entries:
    """What was read, as entries in the same order.

    Values that do not fit their field (a rating of 99, a date that is none) are left out, and
    so are names that are no field. Rules of this library, its vocabularies and patterns,
    bind people, not files that are already there: what a file says is kept as it says it.
    """
    return tuple(_entries(values, fields, at))


def aspect(width: int, height: int) -> str:
    """``landscape``, ``portrait`` or ``square``, from a size in pixels as it is shown."""
    if abs(width - height) <= _SQUARE * max(width, height):
        return "square"
    return "landscape" if width > height else "portrait"


def _entries(values: Iterable[Value], fields: FieldSet, at: datetime) -> Iterator[Entry]:
    for place, value in enumerate(values):
        field = fields.get(value.name)
        if field is None:
            continue
        content = _content(field, value)
        if content is None:
            continue
        yield Entry(
            name=value.name,
            content=content,
            source=value.source,
            since=at,
            language=_language(value) if field.type == "localised" else "",
            model=value.model,
            confidence=value.confidence,
            evidence=value.evidence,
            state="accepted" if value.source in {"human", "embedded"} else "suggested",
            place=place,
        )


def _content(field: Field, value: Value) -> Content | None:
    unruled = Field(
        name=field.name,
        label=field.label,
        type="text" if field.type == "choice" else field.type,
        help=field.help,
        minimum=field.minimum,
        maximum=field.maximum,
    )
    given = value.value
    if field.type == "texts" and isinstance(given, str) and standard_of(value) not in _WITH_LISTS:
        given = split(field, given)
    try:
        return canonical(unruled, given)
    except InvalidValue:
        return None


def _language(value: Value) -> str:
    match = _LANGUAGE.match(value.model)
    try:
        return language_tag(match[1]) if match else ""
    except InvalidValue:
        return ""
