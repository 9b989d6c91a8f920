"""What people say of the fields of a document; it wins, and survives every rerun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from pipelines.documents.fields.results import Extracted, Found
from pipelines.documents.fields.schema import Field, Schema
from service.errors import BadRequest
from service.events.record import Change, record
from service.extraction import schemas
from service.extraction.entries import (
    HUMAN,
    end,
    human_row,
    live_entries,
    shown_fields,
    with_evidence,
)
from service.extraction.tables import FieldEntry
from service.extraction.values import normal_value

_MOST_VALUES = 50


def correct(
    session: Session, asset_id: str, schema: Schema, patch: schemas.FieldsPatch, actor: str
) -> None:
    """Write down what a person says of an asset's fields.

    Raises:
        BadRequest: there is no such field, or a value does not fit it; nothing was changed.
    """
    rows = [
        row
        for row in live_entries(session, [asset_id]).get(asset_id, [])
        if row.schema == schema.name
    ]
    shown = {each.name: each for each in shown_fields(rows, schema)}
    human = {row.name for row in rows if row.source == HUMAN}
    wanted = {each.field: each for each in patch.corrections}
    specs = {name: _spec(schema, name) for name in wanted}
    new: dict[str, list[dict[str, Any]]] = {
        name: [] if each.reset else list(_said(asset_id, schema, specs[name], each, shown, actor))
        for name, each in wanted.items()
    }
    if patch.confirm:
        new |= {
            name: list(_confirmed(asset_id, schema, found, actor))
            for name, found in shown.items()
            if name not in wanted and name not in human
        }
    ended = [row for row in rows if row.source == HUMAN and row.name in new]
    end(session, ended, actor)
    made = [row for each in new.values() for row in each]
    if made:
        session.execute(insert(FieldEntry), made)
    if new:
        record(session, _told(asset_id, actor, shown, new))


def _spec(schema: Schema, name: str) -> Field:
    try:
        return schema.field(name)
    except KeyError:
        known = ", ".join(each.name for each in schema.fields)
        raise BadRequest(
            f"The schema {schema.name} has no field {name[:60]}; it has {known}."
        ) from None


def _said(
    asset_id: str,
    schema: Schema,
    spec: Field,
    said: schemas.FieldCorrection,
    shown: Mapping[str, Extracted],
    actor: str,
) -> Iterator[dict[str, Any]]:
    texts = [said.value] if isinstance(said.value, str) else said.value or []
    if len(texts) > (_MOST_VALUES if spec.many else 1):
        raise BadRequest(f"{spec.name.replace('_', ' ').capitalize()} has one value; give one.")
    if not texts:
        yield human_row(asset_id, schema.name, spec.name, None, actor=actor)
    found = shown[spec.name]
    for place, text in enumerate(texts):
        value, detail = normal_value(spec, text)
        row = human_row(asset_id, schema.name, spec.name, value, actor=actor, place=place)
        row["detail"] = detail
        yield with_evidence(row, _standing(found, value))


def _standing(field: Extracted, value: str) -> Found | None:
    """The value where it was found, so that what a person says has its evidence, too."""
    return next((o for o in (*field.values, *field.options) if o.value == value), None)


def _confirmed(
    asset_id: str, schema: Schema, field: Extracted, actor: str
) -> Iterator[dict[str, Any]]:
    if field.unknown:
        yield human_row(asset_id, schema.name, field.name, None, actor=actor)
    for place, found in enumerate(field.values):
        row = human_row(asset_id, schema.name, field.name, found.value, actor=actor, place=place)
        yield with_evidence(row, found)


def _told(
    asset_id: str,
    actor: str,
    shown: Mapping[str, Extracted],
    new: Mapping[str, Sequence[dict[str, Any]]],
) -> Change:
    before = {name: [each.value for each in shown[name].values] for name in new}
    after = {name: [row["value"] for row in rows] for name, rows in new.items()}
    return Change(actor, "asset.fields", asset_id=asset_id, before=before, after=after)
