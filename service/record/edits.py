"""Changes that people make to many records at once: set, add, replace, remove, clear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from service.record.contents import canonical, split
from service.record.entries import Key
from service.record.errors import InvalidValue
from service.record.field import Content, Field
from service.record.fieldset import FieldSet
from service.record.records import writable_key

Action = Literal["set", "add", "replace", "remove", "clear", "reset"]

_WRITTEN = re.compile(r"([^=@+\-\s]+)(?:@([\w-]+))?\s*(\+=|-=|=)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one field.

    Attributes:
        action: ``set`` gives the value whatever there was; ``add`` and ``remove`` are about
            items of a list; ``replace`` puts ``given`` in place of ``old``, an item of a list
            or a piece of a text; ``clear`` says that there is nothing; ``reset`` takes back
            what a person said, so that what files and machines say shows again.
        name: of the field.
        given: the value, or the items.
        language: of a localised field.
        old: what ``replace`` looks for.
    """

    action: Action
    name: str
    given: object = None
    language: str = ""
    old: str = ""


def parse_edit(text: str, fields: FieldSet) -> Edit:
    """An edit as people type it: ``credit=Ann``, ``title@de=Meer``, ``keywords+=sea;sand``.

    ``+=`` and ``-=`` add to a list and remove from it; nothing after ``=`` clears the field.
    Fields are known by their names, labels and aliases.

    Raises:
        InvalidValue: it is no edit, or there is no such field.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise InvalidValue("", f"“{text[:60]}” is no change; write it as field=value.")
    word, language, sign, given = match.groups()
    field = fields.heard_as(word) or fields[word]
    action: Action = {"=": "set", "+=": "add", "-=": "remove"}[sign]  # type: ignore[assignment]
    if action == "set" and not given.strip():
        return Edit("clear", field.name, language=language or "")
    value = split(field, given) if field.type == "texts" else given
    return Edit(action, field.name, value, language or "")


def apply_edits(
    contents: Mapping[Key, Content], edits: Iterable[Edit], fields: FieldSet
) -> dict[Key, Content | None]:
    """What a record that shows some contents would say anew; only what differs.

    Args:
        edits: made one after the other; a ``reset`` is not about contents and is left out.

    Returns:
        New contents by key; None where a person says that there is nothing. For ``entries.put``.

    Raises:
        InvalidValue: an edit does not fit its field; nothing of any edit should be written.
    """
    now: dict[Key, Content | None] = dict(contents)
    for edit in edits:
        if edit.action == "reset":
            continue
        key, content = _edited(now, edit, fields)
        now[key] = content
    return {key: content for key, content in now.items() if content != contents.get(key)}


def reset_keys(edits: Iterable[Edit], fields: FieldSet) -> set[Key]:
    """Where a person's word is to be taken back; raises InvalidValue."""
    return {
        writable_key(fields, edit.name, edit.language) for edit in edits if edit.action == "reset"
    }


def _edited(
    now: Mapping[Key, Content | None], edit: Edit, fields: FieldSet
) -> tuple[Key, Content | None]:
    field = fields[edit.name]
    key = writable_key(fields, edit.name, edit.language)
    had = now.get(key)
    if edit.action == "clear":
        return key, None
    if edit.action == "set":
        return key, canonical(field, edit.given)
    if edit.action == "replace":
        return key, _replaced(field, had, edit.old, str(edit.given or ""))
    if field.type != "texts":
        raise InvalidValue(
            field.name, f"{field.label} is no list; set it or clear it, but do not {edit.action}."
        )
    items = had if isinstance(had, tuple) else ()
    if edit.action == "add":
        return key, canonical(field, (*items, *_listed(edit.given)))
    # What is taken away need not fit the rules: that may be why it goes.
    gone = {str(each) for each in _listed(edit.given)}
    left = tuple(item for item in items if item not in gone)
    return key, left or None


def _listed(given: object) -> tuple[object, ...]:
    return tuple(given) if isinstance(given, tuple | list) else (given,)


def _replaced(field: Field, had: Content | None, old: str, new: str) -> Content | None:
    """Whole items of a list, or every piece of a text."""
    if not old:
        raise InvalidValue(field.name, f"Say what to replace in {field.label}.")
    if isinstance(had, tuple):
        swapped = tuple(new if item == old else item for item in had)
        left = tuple(item for item in swapped if item)
        return had if swapped == had else canonical(field, left) if left else None
    if not isinstance(had, str) or old not in had:
        return had
    text = had.replace(old, new)
    return canonical(field, text) if text.strip() else None
