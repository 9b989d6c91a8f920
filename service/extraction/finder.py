"""From a document that was read to its fields: structure, kind, schema, values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.analysis import Analysis
from pipelines.documents.document_fields import (
    DocumentFields,
    find_fields,
    pages_of,
    view_for_fields,
)
from pipelines.documents.fields.trained import Trained
from pipelines.documents.pages import View
from pipelines.documents.split import Part, propose_split
from pipelines.documents.structure import Structure
from pipelines.documents.types.tree import Answer
from pipelines.pool import ReaderPool
from service.extraction.schema_set import SchemaSet

INVOICE = "invoice"

_MOST_SPLIT_PAGES = 60
_LEAST_SURE = 0.33
"""A type that is less sure than that is told, but no fields are looked for by it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a document is: a type, how sure that is, and the schema of its fields, if any."""

    label: str
    confidence: float
    schema: str


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a document; without a schema there is nothing but its kind."""

    kind: Kind
    fields: DocumentFields = field(default_factory=lambda: DocumentFields(()))
    parts: tuple[Part, ...] = ()
    model: str = ""


class FieldFinder:
    """Finds fields. Thread safe.

    Args:
        type_of: tells the type of a document.
        rankers: gives those in force for a schema.
    """

    def __init__(
        self,
        schemas: SchemaSet,
        pool: ReaderPool,
        type_of: Callable[[Analysis], Answer],
        rankers: Callable[[str], Trained],
    ) -> None:
        self.schemas = schemas
        self._pool = pool
        self._type_of = type_of
        self._rankers = rankers

    def structure(self, path: Path, name: str, *, urgent: bool) -> Structure:
        """What a file holds beside its text; nothing where it cannot be opened."""
        return self._pool.structure(path, name=name, urgent=urgent).structure or Structure()

    def view(self, analysis: Analysis, structure: Structure) -> View:
        """What fields of a document are looked for in."""
        return view_for_fields(analysis, structure)

    def find(
        self,
        analysis: Analysis,
        structure: Structure,
        *,
        schema: str = "",
        known: Answer | None = None,
    ) -> Found:
        """The fields of a document.

        Args:
            analysis: its passages.
            schema: whose fields to find; told by the document's type where it is empty.
            known: the type, where somebody has looked already.

        Raises:
            BadRequest: there is no such schema.
        """
        view = self.view(analysis, structure)
        kind = self._kind(analysis, structure, view, known)
        if schema:
            kind = Kind(kind.label, kind.confidence, schema)
        if not kind.schema:
            return Found(kind)
        trained = self._rankers(kind.schema)
        fields = find_fields(view, self.schemas.get(kind.schema), trained.rankers, structure)
        parts = propose_split(pages_of(view)) if (analysis.pages or 1) <= _MOST_SPLIT_PAGES else ()
        return Found(kind, fields, parts, f"fields@{trained.version}")

    def _kind(
        self, analysis: Analysis, structure: Structure, view: View, known: Answer | None
    ) -> Kind:
        if structure.embedded:
            return Kind(INVOICE, 1.0, INVOICE)
        if not view.text.strip():
            return Kind("", 0.0, "")
        answer = known or self._type_of(analysis)
        sure = answer.confidence >= _LEAST_SURE
        schema = self.schemas.of_type(answer.label) if sure else ""
        return Kind(answer.label, answer.confidence, schema)
