"""A record as JSON-LD in the words of schema.org; what these lack is told in Magpie's own.

A localised text is a list of ``{"@value": ..., "@language": ...}``. A property that stands
inside of another thing, such as a city, is a path of nested objects.
"""

from __future__ import annotations

from typing import Any

from pipelines.analysis import AssetKind
from pipelines.metadata.xmp import MAGPIE_NAMESPACE
from service.record.contents import canonical, language_tag
from service.record.entries import Key
from service.record.errors import InvalidFile, InvalidValue
from service.record.field import Content, Field
from service.record.fieldset import FieldSet
from service.record.records import Record

_CONTEXT = ["https://schema.org", {"magpie": MAGPIE_NAMESPACE}]
_TYPES: dict[AssetKind, str] = {
    "image": "ImageObject",
    "video": "VideoObject",
    "audio": "AudioObject",
    "document": "DigitalDocument",
    "other": "MediaObject",
}
_KINDS: dict[str, AssetKind] = {type_: kind for kind, type_ in _TYPES.items()}
_THINGS = {"contentLocation": "Place", "address": "PostalAddress"}
"""The types of the things on the way to a property."""

_ID = "urn:magpie:"


def to_json_ld(record: Record, fields: FieldSet) -> dict[str, Any]:
    """A record as an object that ``json.dumps`` can write."""
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": _TYPES[record.kind],
        "@id": f"{_ID}{record.id}",
        "encodingFormat": record.media_type,
        "magpie:file_name": record.file_name,
    }
    for (name, language), content in record.contents.items():
        field = fields[name]
        holder, last = _holder(told, field)
        if field.type == "localised":
            text = {"@value": content, **({"@language": language} if language else {})}
            holder.setdefault(last, []).append(text)
        else:
            holder[last] = list(content) if isinstance(content, tuple) else content
    return told


def from_json_ld(told: object, fields: FieldSet) -> Record:
    """The record of an object that ``to_json_ld`` made.

    Raises:
        InvalidFile: it is no such object, or a value does not fit.
    """
    if not isinstance(told, dict) or told.get("@type") not in _KINDS:
        raise InvalidFile("This is no record as JSON-LD; export it once more.")
    contents: dict[Key, Content] = {}
    try:
        for field in fields:
            found = _found(told, field)
            if found is None:
                continue
            for language, given in _texts(found) if field.type == "localised" else [("", found)]:
                contents[field.name, language] = canonical(field, given)
    except InvalidValue as error:
        raise InvalidFile(f"The record does not fit: {error.message}") from error
    return Record(
        str(told.get("@id", "")).removeprefix(_ID),
        str(told.get("magpie:file_name", "")),
        _KINDS[told["@type"]],
        str(told.get("encodingFormat", "")),
        contents,
    )


def _holder(told: dict[str, Any], field: Field) -> tuple[dict[str, Any], str]:
    """The object that a property stands in, made where it is missing, and its last name."""
    *way, last = field.json_ld_property.split(".")
    for step in way:
        told = told.setdefault(step, {"@type": _THINGS[step]})
    return told, last


def _found(told: dict[str, Any], field: Field) -> Any:
    found: Any = told
    for step in field.json_ld_property.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _texts(found: Any) -> list[tuple[str, Any]]:
    """The texts of a localised property, which others may write as one plain text."""
    return [
        (language_tag(str(each.get("@language", ""))), each.get("@value", ""))
        if isinstance(each, dict)
        else ("", each)
        for each in (found if isinstance(found, list) else [found])
    ]
