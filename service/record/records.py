"""A record as it is shown and as it travels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.analysis import AssetKind
from service.record.contents import canonical, language_tag
from service.record.entries import Key
from service.record.errors import InvalidValue
from service.record.field import Content
from service.record.fieldset import FieldSet


@dataclass(frozen=True, slots=True)
class Record:
    """What a record shows, without sources and history.

    Attributes:
        id: of the asset.
        file_name: of its file.
        kind, media_type: what the file is.
        contents: canonical, by field and language.
    """

    id: str
    file_name: str
    kind: AssetKind = "other"
    media_type: str = ""
    contents: Mapping[Key, Content] = field(default_factory=dict)


def writable_key(fields: FieldSet, name: str, language: str = "") -> Key:
    """Where people may write.

    Raises:
        InvalidValue: no such field, only machines fill it, or it has no languages.
    """
    each = fields[name]
    if not each.writable:
        raise InvalidValue(name, f"{each.label} is read from the file and cannot be changed.")
    tag = language_tag(language)
    if tag and each.type != "localised":
        raise InvalidValue(name, f"{each.label} has one value for all languages; leave {tag} out.")
    return name, tag


def checked(fields: FieldSet, name: str, given: object, language: str = "") -> tuple[Key, Content]:
    """What a person gives for a field, made canonical: for every way in which people write.

    Raises:
        InvalidValue: people cannot write there, or the value does not fit.
    """
    return writable_key(fields, name, language), canonical(fields[name], given)
