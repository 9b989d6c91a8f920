"""Rules that file documents: what a document's project, department or retention class is.

They stand in ``document_rules.yaml`` in the home::

    rules:
      - name: invoices are kept for ten years
        set: {retention_class: books, retention_period: 10 years, department: Finance}
        fields: {document_type: [invoice, receipt]}
      - name: apollo
        set: {project: Apollo}
        words: [project apollo]
        paths: ["*/apollo/*"]

All conditions of a rule must hold, as in ``access.yaml`` (``service.access.rules``); the
first rule that sets a field counts. What a rule says stands above what a model says, and below
what a person or the file says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from service.access.rules import Facts, NamedConditions, check_rules, fault_of, read_rules
from service.errors import MagpieError
from service.record.contents import canonical
from service.record.errors import InvalidValue
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.record.records import writable_key


class DocumentRule(NamedConditions):
    """Says something of the documents that it fits."""

    set_: dict[str, str | int | float | bool | list[str]] = Field(
        alias="set", min_length=1, max_length=50
    )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rules: list[DocumentRule] = Field(default=[], max_length=1000)


@dataclass(frozen=True, slots=True)
class Said:
    """What a rule says of a document."""

    field: str
    content: Content
    rule: str


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """The rules of a home with what each says; ``digest`` changes with them."""

    rules: Sequence[tuple[DocumentRule, Sequence[tuple[str, Content]]]] = ()
    digest: str = ""

    @property
    def looks_inside(self) -> bool:
        """Whether a rule needs what was read from the bytes."""
        return any(rule.looks_inside for rule, _ in self.rules)

    def say(self, facts: Facts) -> Iterator[Said]:
        """What the rules say of a document, each field once."""
        said: set[str] = set()
        for rule, contents in self.rules:
            if not rule.fits(facts):
                continue
            for name, content in contents:
                if name not in said:
                    said.add(name)
                    yield Said(name, content, rule.name)


def load_document_rules(path: Path, fields: FieldSet) -> DocumentRules:
    """The rules of a file; none where there is no file.

    Raises:
        MagpieError: it cannot be understood, or sets what no record can hold.
    """
    data = read_rules(path)
    if data is None:
        return DocumentRules()
    try:
        rules = _File.model_validate(yaml.safe_load(data) or {}).rules
    except (yaml.YAMLError, ValueError) as error:
        raise MagpieError(f"{path} is not a list of document rules: {fault_of(error)}.") from error
    check_rules(path, rules)
    checked = [(rule, _contents(rule, fields, path)) for rule in rules]
    return DocumentRules(checked, hashlib.sha256(data).hexdigest())


def _contents(rule: DocumentRule, fields: FieldSet, path: Path) -> list[tuple[str, Content]]:
    made = []
    for name, given in rule.set_.items():
        try:
            field = fields.heard_as(name) or fields[name]
            writable_key(fields, field.name)
            made.append((field.name, canonical(field, given)))
        except InvalidValue as error:
            raise MagpieError(f"The rule {rule.name} in {path}: {error}") from error
    return made
