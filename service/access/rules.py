"""Access rules: which arriving files go to a restricted collection.

They stand in ``access.yaml`` in the home::

    rules:
      - name: contracts
        collection: Legal/Contracts
        groups: [legal]
        kinds: [document]
        words: [non-disclosure agreement, termination clause]

All conditions of a rule must hold; of several values of one, any. Conditions: ``kinds``,
``media_types``, ``names`` (file names) and ``paths``, all three as patterns with ``*``,
``words`` (words and phrases in the text), ``fields`` (values of the record by name, as
patterns). A collection that does not exist is made and carries ``groups``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from service.access.schemas import PlainName
from service.errors import MagpieError

FILE = "access.yaml"

_Pattern = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Patterns = Annotated[list[_Pattern], Field(max_length=1000)]
_LONGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at. ``words`` and ``fields`` are None where they could not be read."""

    name: str
    path: str
    kind: str
    media_type: str
    words: str | None
    fields: Mapping[str, Sequence[str]] | None


class Conditions(BaseModel):
    """Conditions on an asset; all must hold, of several values of one any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: _Patterns = []
    media_types: _Patterns = []
    names: _Patterns = []
    paths: _Patterns = []
    words: _Patterns = []
    fields: dict[str, _Patterns] = {}

    @property
    def looks_inside(self) -> bool:
        """Whether it needs what was read from the bytes."""
        return bool(self.words or self.fields)

    @property
    def any(self) -> bool:
        """Whether there is a condition at all."""
        outside = self.kinds or self.media_types or self.names or self.paths
        return bool(outside) or self.looks_inside

    def fits(self, facts: Facts) -> bool | None:
        """Whether an asset fulfils them; None where that depends on what is not known."""
        outside = (
            (self.kinds, facts.kind),
            (self.media_types, facts.media_type),
            (self.names, facts.name),
            (self.paths, facts.path),
        )
        if not all(_fits_any(patterns, value) for patterns, value in outside if patterns):
            return False
        inside = [_has_words(self.words, facts.words)] if self.words else []
        for name, patterns in self.fields.items():
            inside.append(_has_value(patterns, facts.fields, name))
        if False in inside:
            return False
        return None if None in inside else True


class NamedConditions(Conditions):
    """Conditions with a name: what all rules have in common."""

    name: PlainName


class Rule(NamedConditions):
    """Sends the assets that it fits to a collection."""

    collection: Annotated[str, StringConstraints(pattern=r"^[^/]+(/[^/]+)*$", max_length=1000)]
    groups: list[PlainName] = Field(min_length=1, max_length=100)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a home; ``digest`` changes with them."""

    rules: tuple[Rule, ...] = ()
    digest: str = ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rules: list[Rule] = Field(default=[], max_length=1000)


def load_rules(path: Path) -> Rules:
    """The rules of a file; none where there is no file.

    Raises:
        MagpieError: it cannot be understood. Nothing may be shown by half of the rules.
    """
    data = read_rules(path)
    if data is None:
        return Rules()
    try:
        rules = _File.model_validate(yaml.safe_load(data) or {}).rules
    except (yaml.YAMLError, ValueError) as error:
        raise MagpieError(f"{path} is not a list of access rules: {fault_of(error)}.") from error
    check_rules(path, rules)
    return Rules(tuple(rules), hashlib.sha256(data).hexdigest())


def read_rules(path: Path) -> bytes | None:
    """What a file of rules holds; None where there is no file.

    Raises:
        MagpieError: it cannot be read, or is too long.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MagpieError(f"{path} cannot be read ({error.strerror}); check it.") from error
    if len(data) > _LONGEST:
        raise MagpieError(f"{path} is over {_LONGEST:,} bytes; write fewer rules.")
    return data


def check_rules(path: Path, rules: Sequence[NamedConditions]) -> None:
    """Raises MagpieError where a rule has no condition, or two have one name."""
    for rule in rules:
        if not rule.any:
            raise MagpieError(f"The rule {rule.name} in {path} has no condition; add one.")
    if len({rule.name for rule in rules}) < len(rules):
        raise MagpieError(f"Two rules in {path} have the same name; name them apart.")


def fault_of(error: Exception) -> str:
    """The first fault of a file of rules, in words."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return " ".join(str(error).split())


def _fits_any(patterns: Sequence[str], value: str) -> bool:
    folded = value.casefold()
    return any(fnmatchcase(folded, pattern.casefold()) for pattern in patterns)


def _has_words(phrases: Sequence[str], text: str | None) -> bool | None:
    if text is None:
        return None
    # However the words are set and broken into lines.
    wanted = (r"\s+".join(map(re.escape, phrase.casefold().split())) for phrase in phrases)
    return re.search(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)", text.casefold()) is not None


def _has_value(
    patterns: Sequence[str], fields: Mapping[str, Sequence[str]] | None, name: str
) -> bool | None:
    if fields is None:
        return None
    return any(_fits_any(patterns, value) for value in fields.get(name, ()))
