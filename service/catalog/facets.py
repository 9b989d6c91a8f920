"""Facets: how many of some records have each tag, each kind, each value of a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service import schemas
from service.catalog.tables import Asset
from service.errors import BadRequest
from service.record.field import Field
from service.record.fieldset import FieldSet
from service.records.tables import RecordTerm
from service.tags.names import label, labels_of
from service.tags.tables import Tag

MOST_VALUES = 30
"""Values of one facet, the most frequent first."""

TAGS = "tags"
_COLUMNS: Mapping[str, InstrumentedAttribute[Any]] = {
    "kind": Asset.kind,
    "media_type": Asset.media_type,
    "state": Asset.state,
    "status": Asset.status,
}
_LABELS = {
    TAGS: "Tags",
    "kind": "Kind",
    "media_type": "File type",
    "state": "State",
    "status": "Status",
}


def counted(
    session: Session, records: Select[Any], names: Sequence[str], fields: FieldSet, language: str
) -> list[schemas.Facet]:
    """Facets of some records, in the order of the names.

    Args:
        records: selects the ids of the assets, those alone that the viewer sees.
        names: ``tags``, a column of every record, or a field by any name that people use.
        language: of labels, where there is one.

    Raises:
        BadRequest: there is no such facet.
    """
    return [_counted(session, records, name, fields, language) for name in dict.fromkeys(names)]


def _counted(
    session: Session, records: Select[Any], name: str, fields: FieldSet, language: str
) -> schemas.Facet:
    if name == TAGS:
        return _of_tags(session, records, language)
    if name in _COLUMNS:
        column = _COLUMNS[name]
        rows = select(column, func.count()).where(Asset.id.in_(records)).group_by(column)
        return _facet(name, _LABELS[name], session.execute(_most(rows, column)).all())
    field = fields.get(name) or fields.heard_as(name)
    if field is None:
        raise BadRequest(
            f"There is no facet {name}; use tags, {', '.join(_COLUMNS)}, or a field of the record."
        )
    return _of_field(session, records, field)


def _of_tags(session: Session, records: Select[Any], language: str) -> schemas.Facet:
    rows = session.execute(
        select(Tag.vocabulary, Tag.term, func.count())
        .where(Tag.asset_id.in_(records), Tag.until.is_(None), Tag.state == "accepted")
        .group_by(Tag.vocabulary, Tag.term)
        .order_by(func.count().desc(), Tag.term)
        .limit(MOST_VALUES)
    ).all()
    labels = labels_of(session, [(row[0], row[1]) for row in rows])
    values = [
        schemas.FacetValue(
            value=term,
            label=(names := labels[vocabulary, term]).get(language)
            or label(names, (vocabulary, term)),
            vocabulary=vocabulary,
            count=count,
        )
        for vocabulary, term, count in rows
    ]
    return schemas.Facet(name=TAGS, label=_LABELS[TAGS], values=values)


def _of_field(session: Session, records: Select[Any], field: Field) -> schemas.Facet:
    count = func.count(RecordTerm.asset_id.distinct())
    rows = (
        select(RecordTerm.text, count)
        .where(RecordTerm.name == field.name, RecordTerm.asset_id.in_(records))
        .group_by(RecordTerm.text)
        .order_by(count.desc(), RecordTerm.text)
        .limit(MOST_VALUES)
    )
    return _facet(field.name, field.label, session.execute(rows).all())


def _most(rows: Select[Any], column: InstrumentedAttribute[Any]) -> Select[Any]:
    return rows.order_by(func.count().desc(), column).limit(MOST_VALUES)


def _facet(name: str, title: str, rows: Sequence[Any]) -> schemas.Facet:
    values = [
        schemas.FacetValue(value=str(value), label=str(value).replace("_", " "), count=count)
        for value, count in rows
    ]
    return schemas.Facet(name=name, label=title, values=values)
