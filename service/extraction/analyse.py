"""Fields of a file that does not enter the catalog."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.documents.structure import Structure
from service.extraction import schemas, wire
from service.extraction.documents import split_list
from service.extraction.doubt import doubt_of
from service.extraction.parts import ExtractionParts


def analyse(
    parts: ExtractionParts, path: Path, name: str, schema: str | None = None
) -> schemas.DocumentFields:
    """The fields of a file; nothing is kept.

    Raises:
        BadRequest: it cannot be read, or there is no such schema.
    """
    if schema is not None:
        parts.finder.schemas.get(schema)
    analysis = parts.reader.read(path, name)
    structure = Structure()
    if analysis.kind == "document":
        structure = parts.finder.structure(path, name, urgent=True)
    found = parts.finder.find(analysis, structure, schema=schema or "")
    told = schemas.DocumentFields(
        name=name,
        document_type=found.kind.label,
        type_confidence=found.kind.confidence,
        schema=found.kind.schema,
        split=split_list(found.parts),
    )
    if not found.kind.schema:
        return told
    known, fields = parts.finder.schemas.get(found.kind.schema), found.fields
    told.fields = wire.field_list(known, fields.fields, {})
    told.doubt = doubt_of(fields.fields, ())
    if wire.has_terms(known):
        today = date.today()
        told.contract = wire.terms(
            fields.fields, renews=fields.renews, signed=fields.signed, today=today
        )
        told.fields += wire.computed(fields.fields, renews=fields.renews, today=today)
    return told
