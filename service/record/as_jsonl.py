"""Records as JSON Lines: one JSON object a line, with all sources and the history if wanted.

    {"id": ..., "file_name": ..., "kind": ..., "media_type": ...,
     "fields": {"title": {"": "Sea", "de": "Meer"}, "rating": 4, "keywords": ["sea"]},
     "entries": [{"name": "title", "content": "Sea", "source": "human", "since": ...}]}

Localised fields are objects by language, empty for none told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast, get_args

from pipelines.analysis import AssetKind, Source
from service.record.contents import canonical, language_tag
from service.record.entries import Entries, Entry, Key, State
from service.record.errors import InvalidFile, InvalidValue
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.record.records import Record

_HEAD = ("id", "file_name", "kind", "media_type")
_EMPTY = {"language": "", "model": "", "evidence": "", "actor": "", "until": None, "place": 0}


def to_json_line(record: Record, fields: FieldSet, entries: Sequence[Entry] = ()) -> str:
    """A record as one line, without the line end."""
    told: dict[str, Any] = {name: getattr(record, name) for name in _HEAD}
    told["fields"] = _fields_of(record, fields)
    if entries:
        told["entries"] = [_told(entry) for entry in entries]
    return json.dumps(told, ensure_ascii=False, allow_nan=False)


def from_json_line(line: str, fields: FieldSet) -> tuple[Record, Entries]:
    """The record of a line and its entries.

    Raises:
        InvalidFile: it is no such line; the error says what is wrong with it.
    """
    try:
        told = json.loads(line)
        contents = _contents_of(told["fields"], fields)
        head = [told[name] for name in _HEAD]
        if not all(isinstance(text, str) for text in head) or head[2] not in get_args(AssetKind):
            raise ValueError("id, file_name, kind or media_type does not fit")
        record = Record(head[0], head[1], cast("AssetKind", head[2]), head[3], contents)
        return record, tuple(_entry(each, fields) for each in told.get("entries", ()))
    except InvalidValue as error:
        raise InvalidFile(f"The record does not fit: {error.message}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidFile(
            f"This line is no record ({type(error).__name__}: {error}); export it once more."
        ) from error


def _fields_of(record: Record, fields: FieldSet) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for (name, language), content in record.contents.items():
        if fields[name].type == "localised":
            found.setdefault(name, {})[language] = content
        else:
            found[name] = content
    return found


def _contents_of(told: dict[str, Any], fields: FieldSet) -> dict[Key, Content]:
    found: dict[Key, Content] = {}
    for name, given in told.items():
        field = fields[name]
        if field.type != "localised":
            found[name, ""] = canonical(field, given)
            continue
        for language, text in given.items():
            found[name, language_tag(language)] = canonical(field, text)
    return found


def _told(entry: Entry) -> dict[str, Any]:
    """An entry without what is usual: languages, models and ends that it does not have."""
    told = {name: value for name, value in asdict(entry).items() if _EMPTY.get(name, ...) != value}
    for name in ("since", "until"):
        if name in told:
            told[name] = told[name].isoformat()
    return told


def _entry(told: dict[str, Any], fields: FieldSet) -> Entry:
    fields[told["name"]]
    if told["source"] not in get_args(Source) or told["state"] not in get_args(State):
        raise ValueError("an entry has an unknown source or state")
    content = told["content"]
    if not isinstance(content, str | int | float | bool | list | None):
        raise TypeError("an entry's content is neither a text, a number nor a list")
    until = told.get("until")
    return Entry(
        **{
            **told,
            "content": tuple(content) if isinstance(content, list) else content,
            "since": datetime.fromisoformat(told["since"]),
            "until": datetime.fromisoformat(until) if until else None,
        }
    )
