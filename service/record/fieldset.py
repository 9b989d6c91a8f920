"""All fields of a library: the built-in ones and its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from pipelines.analysis import AssetKind
from service.record.builtin_descriptive import DESCRIPTIVE
from service.record.builtin_management import MANAGEMENT
from service.record.builtin_measured import MEASURED
from service.record.builtin_place_time import PLACE_AND_TIME
from service.record.builtin_rights import RIGHTS
from service.record.builtin_technical import TECHNICAL
from service.record.errors import InvalidValue
from service.record.field import Content, Field

BUILT_IN: tuple[Field, ...] = (
    DESCRIPTIVE + PLACE_AND_TIME + MANAGEMENT + RIGHTS + MEASURED + TECHNICAL
)
"""In the order in which a record shows them."""


@dataclass(frozen=True, slots=True)
class FileNames:
    """How files have to be named: a regular expression for the whole name, and why."""

    pattern: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class FieldSet:
    """The fields of a library by name, and how its files have to be named.

    Attributes:
        fields: by name, in the order in which a record shows them.
        file_names: None where any name will do.
        broader: for fields whose values form a tree, those above each value in lower case; who
            selects one of these finds the value, too.
    """

    fields: Mapping[str, Field]
    file_names: FileNames | None = None
    broader: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    _heard: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        heard: dict[str, Field] = {}
        for words in ("aliases", "label", "name"):
            for each in self.fields.values():
                said = getattr(each, words)
                for word in (said,) if isinstance(said, str) else said:
                    heard[_plain(word)] = each
        object.__setattr__(self, "_heard", heard)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields.values())

    def __getitem__(self, name: str) -> Field:
        """The field of a name; raises InvalidValue where there is none."""
        found = self.fields.get(name)
        if found is None:
            raise InvalidValue(
                name, f"There is no field “{name[:60]}”; `magpie fields` lists those there are."
            )
        return found

    def get(self, name: str) -> Field | None:
        """The field of a name, or None."""
        return self.fields.get(name)

    def heard_as(self, word: str) -> Field | None:
        """The field that people mean by a word: its name, label or an alias, in any case."""
        return self._heard.get(_plain(word))

    def selected_by(self, name: str, content: Content) -> Content:
        """What a value of a field is selected by: itself, and those above it."""
        above = self.broader.get(name, {}).get(str(content).lower(), ())
        return (content, *above) if isinstance(content, str) and above else content

    def for_kind(self, kind: AssetKind) -> tuple[Field, ...]:
        """The fields that make sense for files of a kind."""
        return tuple(each for each in self if each.is_for(kind))


@cache
def built_in() -> FieldSet:
    """The fields of a library that defines none of its own."""
    return FieldSet({each.name: each for each in BUILT_IN})


def _plain(word: str) -> str:
    return re.sub(r"[\W_]+", " ", word.casefold()).strip()
