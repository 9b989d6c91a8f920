"""Schemas: which fields a kind of document has, written in YAML.

Ours stand in ``schemas/``; a user's own file has the same form::

    name: invoice
    description: A demand for payment.
    types: [invoice, credit note]
    fields:
      - name: due_date
        type: date
        labels: [due date, payment due, fällig am]
        avoid: [invoice date]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

FieldType = Literal[
    "date",
    "money",
    "party",
    "heading",
    "address",
    "identifier",
    "iban",
    "vat_number",
    "duration",
    "jurisdiction",
    "currency",
    "enumeration",
    "text",
]
_TYPES = frozenset(get_args(FieldType))
_FOLDER = Path(__file__).parent / "schemas"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FIELD_KEYS = frozenset(
    {"name", "type", "labels", "avoid", "hints", "many", "pattern", "choices", "description"}
)


class SchemaError(ValueError):
    """A schema does not keep to the form; the message says where and what to write."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema.

    Attributes:
        name: lower case, with underscores.
        type: what its values are.
        labels: words that stand before or above its value, in any language.
        avoid: words that tell that a value belongs to another field.
        hints: features of candidates (see ``features``) and what they count, from -9 to 9.
        many: whether a document has any number of values.
        pattern: a regular expression that an identifier matches as a whole.
        choices: of an enumeration: its values and the words that stand for each.
        description: for people.
    """

    name: str
    type: FieldType
    labels: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    hints: Mapping[str, float] | None = None
    many: bool = False
    pattern: str = ""
    choices: Mapping[str, tuple[str, ...]] | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields of a kind of document.

    Attributes:
        types: names of document types that have these fields, beside those that say so
            themselves (see ``types/labels.py``).
    """

    name: str
    description: str
    fields: tuple[Field, ...]
    types: tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        """The field of that name; KeyError where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)


def schemas() -> tuple[str, ...]:
    """Names of the schemas that Magpie brings."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def schema(name: str) -> Schema:
    """One of our schemas.

    Raises:
        SchemaError: there is none of that name.
    """
    if name not in schemas():
        raise SchemaError(f"There is no schema {name!r}; choose one of {', '.join(schemas())}.")
    return parse_schema((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def parse_schema(text: str) -> Schema:
    """A schema from YAML.

    Raises:
        SchemaError: it does not keep to the form.
    """
    import yaml

    try:
        made = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SchemaError(f"The schema is not YAML: {error}") from error
    if not isinstance(made, dict) or not isinstance(made.get("fields"), list):
        raise SchemaError("A schema needs a name and a list of fields.")
    fields = tuple(_field(entry) for entry in made["fields"])
    names = [field.name for field in fields]
    if len(set(names)) < len(names) or not names:
        raise SchemaError("A schema needs at least one field, and each name once.")
    types = made.get("types") or []
    if not isinstance(types, list):
        raise SchemaError("The types of a schema are a list of document types.")
    return Schema(
        _name(made.get("name")),
        str(made.get("description") or ""),
        fields,
        tuple(str(each).strip().lower() for each in types),
    )


def _field(entry: Any) -> Field:
    if not isinstance(entry, dict):
        raise SchemaError(f"A field is a name with a type, not {entry!r}.")
    name = _name(entry.get("name"))
    unknown = set(entry) - _FIELD_KEYS
    if unknown:
        raise SchemaError(f"Field {name}: {', '.join(sorted(unknown))} is not known; remove it.")
    if entry.get("type") not in _TYPES:
        raise SchemaError(f"Field {name}: the type must be one of {', '.join(sorted(_TYPES))}.")
    try:
        re.compile(str(entry.get("pattern") or ""))
    except re.error as error:
        raise SchemaError(
            f"Field {name}: the pattern is no regular expression: {error}."
        ) from error
    try:
        hints = {str(key): float(value) for key, value in (entry.get("hints") or {}).items()}
        choices = {
            str(key): tuple(map(str, words)) for key, words in (entry.get("choices") or {}).items()
        }
        labels, avoid = (
            tuple(str(label).lower() for label in entry.get(key) or ())
            for key in ("labels", "avoid")
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise SchemaError(
            f"Field {name}: labels and avoid are lists, hints a number for each feature, choices "
            "a list of words for each value."
        ) from error
    return Field(
        name,
        cast(FieldType, entry["type"]),
        labels,
        avoid,
        hints,
        bool(entry.get("many")),
        str(entry.get("pattern") or ""),
        choices,
        str(entry.get("description") or ""),
    )


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise SchemaError(f"{value!r} is no name: use lower case letters, digits and underscores.")
    return value
