"""The schemas in force: ours, and the house's own in the folder ``schemas`` of the home."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.licences import Policy
from pipelines.documents.fields.schema import Schema, SchemaError, parse_schema
from pipelines.documents.fields.schema import schema as our_schema
from pipelines.documents.fields.schema import schemas as our_schemas
from pipelines.documents.fields.trained import trained
from pipelines.documents.types.labels import Label
from pipelines.documents.types.tree import above
from service.errors import BadRequest, MagpieError

_VERSION = 1
"""Raise it whenever other fields are found in the same document."""

_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class SchemaSet:
    """Schemas by name.

    Attributes:
        house: names of those that are not ours, or stand in for ours.
        by_type: those that document types name themselves.
        digest: changes whenever fields of any document may change.
    """

    schemas: Mapping[str, Schema]
    house: frozenset[str]
    by_type: Mapping[str, str]
    digest: str

    def get(self, name: str) -> Schema:
        """A schema; raises BadRequest where there is none of that name."""
        found = self.schemas.get(name)
        if found is None:
            raise BadRequest(
                f"There is no schema {name[:60]}; choose one of {', '.join(sorted(self.schemas))}."
            )
        return found

    def of_type(self, label: str) -> str:
        """The schema that documents of a type have; empty where they have none."""
        for name in sorted(self.schemas, key=lambda each: (each not in self.house, each)):
            if label in self.schemas[name].types:
                return name
        return self.by_type.get(label, "")


def load_schemas(folder: Path, types: Sequence[Label], policy: Policy) -> SchemaSet:
    """Our schemas and those of a folder of YAML files; one of the same name stands in for ours.

    Args:
        folder: may be missing.
        types: the tree of document types; a type without a schema has that of the one above.

    Raises:
        MagpieError: a file cannot be understood; says which and why.
    """
    found = {name: our_schema(name) for name in our_schemas()}
    digest = hashlib.sha256(f"{_VERSION} {policy}".encode())
    for name, ours in found.items():
        digest.update(f"{trained(name, policy).version} {ours}".encode())
    house: set[str] = set()
    for path in sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))):
        try:
            data = path.read_bytes()
            if len(data) > _LONGEST:
                raise SchemaError(f"It is over {_LONGEST:,} bytes; write fewer fields.")
            made = parse_schema(data.decode("utf-8-sig"))
        except (OSError, ValueError) as error:
            raise MagpieError(f"The schema {path} cannot be used: {error}") from error
        if made.name in house:
            raise MagpieError(f"Two files in {folder} define {made.name}; keep one.")
        house.add(made.name)
        found[made.name] = made
        digest.update(data)
    by_type = _by_type(types)
    digest.update(repr(sorted(by_type.items())).encode())
    return SchemaSet(found, frozenset(house), by_type, digest.hexdigest())


def _by_type(types: Sequence[Label]) -> dict[str, str]:
    own = {label.name: label.schema for label in types}
    over = above(types)
    return {
        name: next((own[each] for each in (name, *over[name]) if own.get(each)), "") for name in own
    }
