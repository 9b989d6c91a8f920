"""Ingest presets: what arriving files are given, by name or by the folder they come from.

They stand in ``ingest.yaml`` in the home::

    presets:
      - name: agency
        collection: Agencies/Northlight
        status: in_review
        fields:
          campaign: Spring 2027
          credit: Northlight
          usage_terms@en: Editorial use only
    rules:
      - paths: ["*/agency/*"]
        preset: agency

``paths`` are patterns with ``*`` for whole paths; of uploads, for the name. Rules apply in
order and the preset that somebody names last: what is said later counts. What a preset says
counts as a rule's value: below what people and files say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from service.access.schemas import PlainName
from service.errors import BadRequest, MagpieError
from service.record.entries import Key
from service.record.errors import InvalidValue
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.record.records import checked
from service.schemas import AssetStatus

_Given = str | int | float | bool | date | list[str]
_Pattern = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_LONGEST = 1_000_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Preset(_Strict):
    name: PlainName
    collection: Annotated[str, StringConstraints(pattern=r"^[^/]+(/[^/]+)*$", max_length=1000)] = ""
    status: AssetStatus | None = None
    fields: dict[str, _Given] = {}


class _Rule(_Strict):
    paths: list[_Pattern] = Field(min_length=1, max_length=1000)
    preset: str


class _File(_Strict):
    presets: list[_Preset] = Field(default=[], max_length=1000)
    rules: list[_Rule] = Field(default=[], max_length=1000)


@dataclass(frozen=True, slots=True)
class IngestPreset:
    """What a file is given.

    Attributes:
        collection: path of the collection that it is put into; empty for none.
        status: where it stands in its life; None for the usual.
        contents: canonical, by field and language.
    """

    name: str
    collection: str = ""
    status: AssetStatus | None = None
    contents: Mapping[Key, Content] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IngestPresets:
    """The presets of a home by name, and the rules: patterns of paths with their preset."""

    presets: Mapping[str, IngestPreset] = field(default_factory=dict)
    rules: Sequence[tuple[Sequence[str], IngestPreset]] = ()

    def named(self, name: str) -> IngestPreset:
        """A preset; raises BadRequest with the names that there are."""
        if name not in self.presets:
            known = ", ".join(self.presets) or "none, until ingest.yaml in the home has some"
            raise BadRequest(f"There is no ingest preset “{name[:60]}”; there are: {known}.")
        return self.presets[name]

    def for_path(self, path: str, named: str = "") -> list[IngestPreset]:
        """What a file of a path is given, what counts most last; raises BadRequest."""
        folded = path.casefold()
        fitting = [
            preset
            for patterns, preset in self.rules
            if any(fnmatchcase(folded, pattern.casefold()) for pattern in patterns)
        ]
        return [*fitting, *([self.named(named)] if named else [])]


def load_presets(path: Path, fields: FieldSet) -> IngestPresets:
    """The presets of a file; none where there is no file.

    Raises:
        MagpieError: it cannot be understood, or a value does not fit its field.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return IngestPresets()
    except (OSError, UnicodeDecodeError) as error:
        raise MagpieError(f"{path} cannot be read; save it as UTF-8 text.") from error
    try:
        if len(text) > _LONGEST:
            raise MagpieError(f"{path} is over {_LONGEST:,} characters; write fewer presets.")
        file = _File.model_validate(yaml.safe_load(text) or {})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise MagpieError(f"{path} does not fit: {place}: {first['msg']}.") from error
    except (yaml.YAMLError, ValueError) as error:
        raise MagpieError(f"{path} is no YAML: {' '.join(str(error).split())}.") from error
    presets = {each.name: _preset(each, fields, path) for each in file.presets}
    if len(presets) < len(file.presets):
        raise MagpieError(f"Two presets in {path} have the same name; name them apart.")
    for rule in file.rules:
        if rule.preset not in presets:
            raise MagpieError(f"A rule in {path} names the preset {rule.preset}; define it.")
    return IngestPresets(presets, [(rule.paths, presets[rule.preset]) for rule in file.rules])


def _preset(given: _Preset, fields: FieldSet, path: Path) -> IngestPreset:
    contents: dict[Key, Content] = {}
    for name, value in given.fields.items():
        word, _, language = name.partition("@")
        known = fields.heard_as(word)
        said = value.isoformat() if isinstance(value, date) else value
        try:
            key, content = checked(fields, known.name if known else word, said, language)
        except InvalidValue as error:
            raise MagpieError(f"The preset {given.name} in {path}: {error.message}") from error
        contents[key] = content
    return IngestPreset(given.name, given.collection, given.status, contents)
