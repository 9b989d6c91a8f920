"""Edits of records: what to do with one field, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from service.errors import BadRequest
from service.record.contents import language_tag
from service.record.entries import Key
from service.record.errors import InvalidValue
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.record.records import checked

Action = Literal["set", "add", "remove", "clear", "reset"]
"""``clear``: a person says that there is nothing; ``reset``: take the person's word back, so
that what files and machines say shows again. ``add`` and ``remove`` are for lists."""

_WRITTEN = re.compile(r"\s*([^\W\d]\w*)(?:@([\w-]+))?\s*(\+=|-=|=)(.*)", re.DOTALL)
_ACTIONS: dict[str, Action] = {"=": "set", "+=": "add", "-=": "remove"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One checked edit.

    Attributes:
        key: field and language.
        content: canonical; None for ``clear`` and ``reset``.
    """

    key: Key
    action: Action
    content: Content | None = None


class Unsaid:
    """The person says nothing any more: the value of files and machines shows."""


UNSAID = Unsaid()


def make_edit(
    fields: FieldSet, name: str, action: Action, given: object = None, language: str = ""
) -> Edit:
    """Check an edit as it comes from people.

    Raises:
        InvalidValue: no such field, or the value does not fit it.
    """
    field = fields.heard_as(name) or fields[name]
    if action in {"add", "remove"} and field.type != "texts":
        raise InvalidValue(
            field.name, f"{field.label} holds one value; set it instead of adding or removing."
        )
    if action in {"clear", "reset"}:
        if not field.writable:
            raise InvalidValue(field.name, f"{field.label} is read from the file.")
        return Edit((field.name, language_tag(language)), action)
    key, content = checked(fields, field.name, given, language)
    return Edit(key, action, content)


def parse_edit(fields: FieldSet, text: str) -> Edit:
    """An edit as it is written at the command line.

    ``field=value`` sets, ``field+=value`` adds to a list, ``field-=value`` removes from it,
    ``field=`` clears; ``title@de=...`` speaks of one language.

    Raises:
        BadRequest: it is not written so, or does not fit.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise BadRequest(
            f"“{text[:60]}” is no edit; write field=value, field+=value or field-=value."
        )
    name, language, sign, value = match.groups()
    if sign == "=" and not value.strip():
        return make_edit(fields, name, "clear", language=language or "")
    field = fields.heard_as(name)
    given: object = value
    if field is not None and field.type == "texts":
        given = [part.strip() for part in re.split(f"[{re.escape(field.separators)}]", value)]
        given = [part for part in given if part]
    return make_edit(fields, name, _ACTIONS[sign], given, language or "")


def outcome(edit: Edit, shown: Mapping[Key, Content]) -> Content | Unsaid | None:
    """What a person says after an edit of a record that shows this.

    Returns:
        The content; None for "there is nothing"; ``UNSAID`` to say nothing.
    """
    if edit.action == "reset":
        return UNSAID
    if edit.action in {"set", "clear"}:
        return edit.content
    present, given = _items(shown.get(edit.key)), _items(edit.content)
    if edit.action == "add":
        return tuple(dict.fromkeys((*present, *given)))
    gone = {item.casefold() for item in given}
    return tuple(item for item in present if item.casefold() not in gone) or None


def _items(content: Content | None) -> tuple[str, ...]:
    if content is None:
        return ()
    return content if isinstance(content, tuple) else (str(content),)
