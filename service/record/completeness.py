"""How complete a record is, and whether its file is named as it should be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from service.record.contents import canonical
from service.record.entries import Key
from service.record.errors import InvalidValue
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.record.records import Record

_LONGEST_NAME = 1_000


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what a record should hold it does hold.

    Attributes:
        share: of the required fields, between 0 and 1; 1 where none is required.
        missing: names of the required fields that are empty.
        faults: what does not fit the rules of this library, each in one sentence.
    """

    share: float
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def completeness(record: Record, fields: FieldSet) -> Completeness:
    """Measure a record. A localised field counts as filled in any language."""
    filled = {name for name, _ in record.contents}
    required = [each.name for each in fields.for_kind(record.kind) if each.required]
    missing = tuple(name for name in required if name not in filled)
    return Completeness(
        share=1 - len(missing) / len(required) if required else 1.0,
        missing=missing,
        faults=tuple(_faults(record.contents, fields)) + _name_faults(record.file_name, fields),
    )


def check_file_name(name: str, fields: FieldSet) -> None:
    """Raises InvalidValue where a file is not named as this library wants."""
    rule = fields.file_names
    base = PurePath(name).name
    if rule and (len(base) > _LONGEST_NAME or not re.fullmatch(rule.pattern, base)):
        wanted = rule.help or f"it has to match {rule.pattern}"
        raise InvalidValue("file_name", f"The file name “{base[:60]}” does not fit; {wanted}")


def _faults(contents: Mapping[Key, Content], fields: FieldSet) -> list[str]:
    found = []
    for (name, _), content in contents.items():
        each = fields.get(name)
        if each is None:
            continue
        try:
            canonical(each, content)
        except InvalidValue as error:
            found.append(error.message)
    return found


def _name_faults(name: str, fields: FieldSet) -> tuple[str, ...]:
    try:
        check_file_name(name, fields)
    except InvalidValue as error:
        return (error.message,)
    return ()
