"""Fields as rows of the catalog: what machines find replaces only what machines found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from pipelines.analysis import Box
from pipelines.documents.fields.checks import Check
from pipelines.documents.fields.extract import check_all
from pipelines.documents.fields.results import Extracted, Found
from pipelines.documents.fields.schema import Schema
from pipelines.documents.pages import Evidence
from service.catalog.tables import now
from service.extraction.tables import FieldEntry

HUMAN = "human"
_MACHINE = "magpie"
_SAME = (
    "schema",
    "name",
    "place",
    "value",
    "detail",
    "source",
    "model",
    "confidence",
    "page",
    "box",
    "char_start",
    "char_end",
    "evidence",
    "checks",
    "options",
)
"""What makes two rows say the same."""

_AT_ONCE = 400


def replace_found(
    session: Session, asset_id: str, schema: str, fields: Sequence[Extracted], model: str
) -> None:
    """Let what machines found be these fields; what stays the same stays as it is."""
    live = session.scalars(
        select(FieldEntry).where(
            FieldEntry.asset_id == asset_id,
            FieldEntry.until.is_(None),
            FieldEntry.source != HUMAN,
        )
    ).all()
    rows = [row for each in fields for row in _rows(asset_id, schema, each, model)]
    kept = [row for row in live if _content(row) in [_picked(new) for new in rows]]
    known = [_content(row) for row in kept]
    end(session, [row for row in live if row not in kept], _MACHINE)
    new = [row for row in rows if _picked(row) not in known]
    if new:
        session.execute(insert(FieldEntry), new)


def end(session: Session, rows: Iterable[FieldEntry], by: str) -> None:
    """End some rows; they stay as history."""
    ids = [row.id for row in rows]
    if ids:
        session.execute(
            update(FieldEntry).where(FieldEntry.id.in_(ids)).values(until=now(), ended_by=by)
        )


def live_entries(session: Session, asset_ids: Sequence[str]) -> dict[str, list[FieldEntry]]:
    """The rows in force of some assets, by asset, in the order of their making."""
    found: dict[str, list[FieldEntry]] = {}
    for start in range(0, len(asset_ids), _AT_ONCE):
        rows = (
            select(FieldEntry)
            .where(
                FieldEntry.asset_id.in_(asset_ids[start : start + _AT_ONCE]),
                FieldEntry.until.is_(None),
            )
            .order_by(FieldEntry.place, FieldEntry.id)
        )
        for row in session.scalars(rows):
            found.setdefault(row.asset_id, []).append(row)
    return found


def shown_fields(rows: Iterable[FieldEntry], schema: Schema) -> tuple[Extracted, ...]:
    """What the fields of a document are: what a person said, else what machines found.

    Checks are made on these values together.
    """
    by_name: dict[str, list[FieldEntry]] = {}
    for row in rows:
        if row.schema == schema.name:
            by_name.setdefault(row.name, []).append(row)
    made = []
    for spec in schema.fields:
        own = by_name.get(spec.name, [])
        said = [row for row in own if row.source == HUMAN]
        found = [row for row in own if row.source != HUMAN]
        values = tuple(_found(row) for row in said or found if row.value is not None)
        options = tuple(_option(each) for row in found for each in row.options)
        if said:
            options = (*(_found(row) for row in found if row.value is not None), *options)
        given = {each.value for each in values}
        made.append(Extracted(spec.name, values, tuple(o for o in options if o.value not in given)))
    return check_all(schema, made)


def said_names(rows: Iterable[FieldEntry], schema: str) -> dict[str, str]:
    """The fields that a person spoke of, and who."""
    return {row.name: row.actor for row in rows if row.source == HUMAN and row.schema == schema}


def human_row(
    asset_id: str, schema: str, name: str, value: str | None, *, actor: str, place: int = 0
) -> dict[str, Any]:
    """What a person says; without a value, that there is none."""
    return _row(asset_id, schema, name, place, value) | {"source": HUMAN, "actor": actor}


def with_evidence(row: dict[str, Any], found: Found | None) -> dict[str, Any]:
    """A row that stands where the same value was found, if it was."""
    if found is None:
        return row
    return row | _where(found.evidence) | {"detail": row["detail"] or found.detail}


def _rows(asset_id: str, schema: str, field: Extracted, model: str) -> list[dict[str, Any]]:
    options = [_as_json(each) for each in field.options]
    if field.unknown:
        row = _row(asset_id, schema, field.name, 0, None)
        return [row | {"source": "model", "model": model, "confidence": 0.0, "options": options}]
    return [
        _row(asset_id, schema, field.name, place, found.value)
        | _where(found.evidence)
        | {
            "detail": found.detail,
            "source": found.source,
            "model": model if found.source == "model" else "",
            "confidence": found.confidence,
            "checks": [[each.name, each.outcome, each.reason] for each in found.checks],
            "options": options if not place else [],
        }
        for place, found in enumerate(field.values)
    ]


def _row(asset_id: str, schema: str, name: str, place: int, value: str | None) -> dict[str, Any]:
    return {
        "asset_id": asset_id,
        "schema": schema,
        "name": name,
        "place": place,
        "value": value,
        "detail": "",
        "source": "",
        "model": "",
        "confidence": 1.0,
        **_where(None),
        "checks": [],
        "options": [],
        "actor": "",
        "ended_by": "",
        "since": now(),
    }


def _where(evidence: Evidence | None) -> dict[str, Any]:
    if evidence is None:
        return {"page": None, "box": None, "char_start": None, "char_end": None, "evidence": ""}
    return {
        "page": evidence.page,
        "box": list(astuple(evidence.box)) if evidence.box else None,
        "char_start": evidence.start,
        "char_end": evidence.end,
        "evidence": evidence.text,
    }


def _as_json(found: Found) -> dict[str, Any]:
    return {
        "value": found.value,
        "confidence": found.confidence,
        "detail": found.detail,
        **_where(found.evidence),
    }


def _option(stored: dict[str, Any]) -> Found:
    return Found(
        stored["value"],
        stored["confidence"],
        _evidence(stored),
        stored["detail"],
    )


def _found(row: FieldEntry) -> Found:
    return Found(
        row.value or "",
        row.confidence,
        _evidence(_content(row)),
        row.detail,
        row.source,  # type: ignore[arg-type]
        tuple(Check(*each) for each in row.checks),
    )


def _evidence(stored: dict[str, Any]) -> Evidence | None:
    if stored["page"] is None:
        return None
    box = Box(*stored["box"]) if stored["box"] else None
    return Evidence(
        stored["page"], stored["char_start"], stored["char_end"], box, stored["evidence"]
    )


def _content(row: FieldEntry) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _SAME}


def _picked(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in _SAME}
