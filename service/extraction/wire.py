"""Fields of documents, for the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date

from pipelines.documents.contracts import ContractDates, computed_fields, contract_dates
from pipelines.documents.fields.results import Extracted, Found
from pipelines.documents.fields.schema import Field, Schema
from pipelines.documents.tables.table import Table
from service.extraction import schemas
from service.extraction.doubt import doubt_of_field
from service.extraction.extractor import first_values
from service.extraction.tables import FieldEntry

_EXPIRY = "expiry_date"
_LEAST_DOUBT = 0.15


def has_terms(schema: Schema) -> bool:
    """Whether documents of a schema end, as contracts do."""
    return any(each.name == _EXPIRY for each in schema.fields)


def field_list(
    schema: Schema, fields: Sequence[Extracted], said: Mapping[str, str]
) -> list[schemas.DocumentField]:
    """Fields in the order of the schema.

    Args:
        said: who spoke of a field, by its name.
    """
    return [_field(schema.field(each.name), each, said.get(each.name)) for each in fields]


def terms(
    fields: Sequence[Extracted], *, renews: bool, signed: bool | None, today: date
) -> schemas.ContractTerms:
    """When a contract ends, seen from a day."""
    dates = contract_dates(first_values(fields), today, renews=renews)
    return schemas.ContractTerms(
        expiry=dates.expiry,
        expiry_source=dates.expiry_source,  # type: ignore[arg-type]
        notice_deadline=dates.notice_deadline,
        renews=dates.renews,
        signed=signed,
    )


def computed(
    fields: Sequence[Extracted], *, renews: bool, today: date
) -> list[schemas.DocumentField]:
    """Dates that follow from others, as fields."""
    dates: ContractDates = contract_dates(first_values(fields), today, renews=renews)
    return [
        _field(Field(each.name, "date", description="computed"), each, None)
        for each in computed_fields(dates)
        if not (each.name == _EXPIRY and any(f.name == _EXPIRY and f.values for f in fields))
    ]


def doubts(fields: Sequence[Extracted], said: Mapping[str, str]) -> list[schemas.Doubt]:
    """Fields to look at, the most doubtful first."""
    found = [(doubt_of_field(each), each) for each in fields if each.name not in said]
    return [
        schemas.Doubt(
            field=each.name,
            value=each.values[0].value if each.values else None,
            reason=_reason(each),
        )
        for doubt, each in sorted(found, key=lambda pair: -pair[0])
        if doubt >= _LEAST_DOUBT
    ]


def history(rows: Sequence[FieldEntry]) -> list[schemas.FieldChange]:
    """Everything that was ever in force, oldest first."""
    return [
        schemas.FieldChange(
            name=row.name,
            value=row.value,
            source=row.source,  # type: ignore[arg-type]
            model=row.model,
            actor=row.actor,
            since=row.since,
            until=row.until,
            ended_by=row.ended_by,
        )
        for row in rows
    ]


def table_list(tables: Sequence[Table]) -> list[schemas.DocumentTable]:
    """Tables."""
    return [
        schemas.DocumentTable(
            page=each.page or None,
            title=each.title,
            box=list(astuple(each.box)) if each.box else None,
            rows=[list(row) for row in each.rows],
            cut=each.cut,
        )
        for each in tables
    ]


def schema_info(
    schema: Schema, *, house: bool, learned: schemas.Learned | None
) -> schemas.SchemaInfo:
    """A schema."""
    return schemas.SchemaInfo(
        name=schema.name,
        description=schema.description,
        house=house,
        fields=[
            schemas.SchemaField(
                name=each.name, type=each.type, many=each.many, description=each.description
            )
            for each in schema.fields
        ],
        learned=learned,
    )


def _field(spec: Field, found: Extracted, by: str | None) -> schemas.DocumentField:
    state = "known" if found.values else "none" if by is not None else "unknown"
    return schemas.DocumentField(
        name=spec.name,
        type=spec.type,
        description=spec.description,
        many=spec.many,
        state=state,  # type: ignore[arg-type]
        values=list(map(_value, found.values)),
        options=list(map(_value, found.options)),
        corrected_by=by,
    )


def _value(found: Found) -> schemas.FieldValue:
    evidence = found.evidence
    return schemas.FieldValue(
        value=found.value,
        detail=found.detail,
        source=found.source,
        confidence=found.confidence,
        page=evidence.page if evidence else None,
        box=list(astuple(evidence.box)) if evidence and evidence.box else None,
        char_start=evidence.start if evidence else None,
        char_end=evidence.end if evidence else None,
        evidence=evidence.text if evidence else "",
        checks=[
            schemas.FieldCheck(name=each.name, outcome=each.outcome, reason=each.reason)
            for each in found.checks
        ],
    )


def _reason(field: Extracted) -> str:
    return "; ".join(_reasons(field)) or "not sure"


def _reasons(field: Extracted) -> Iterator[str]:
    for value in field.values:
        yield from (check.reason for check in value.checks if check.outcome == "failed")
    if field.unknown:
        best = field.options[0] if field.options else None
        yield f"unknown; perhaps {best.value}" if best else "unknown"
    elif min(each.confidence for each in field.values) < 1 - _LEAST_DOUBT:
        yield f"only {round(100 * min(each.confidence for each in field.values))} % sure"
