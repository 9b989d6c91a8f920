"""Keeps in step what follows from records: their terms, and the title in lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from service.catalog.tables import Asset
from service.record.entries import Entries, Key
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.records.assembly import entries_for, shown_of, title_in
from service.records.tables import RecordTerm
from service.records.terms import terms_of
from service.variants.inherited import variants_of

_ALSO = frozenset(
    {
        "aspect",
        "camera_make",
        "camera_model",
        "lens_model",
        "software",
        "album",
        "personal_data",
        "colour_codes",
        "sharpness",
        "brightness",
    }
)
"""Fields that only machines fill and people select by; the others only cost room."""


def refresh_records(
    session: Session,
    assets: Sequence[Asset],
    fields: FieldSet,
    entries: Mapping[str, Entries] | None = None,
) -> dict[str, dict[Key, Content]]:
    """Write down anew what some records show, and what was made of their assets.

    Args:
        entries: of these assets, where the caller has them already.

    Returns:
        What each record shows, by the id of its asset.
    """
    if entries is None:
        entries = entries_for(session, assets, fields)
    contents = _write_down(session, assets, fields, entries)
    # What was made of them has their rights.
    if below := variants_of(session, contents):
        made = session.scalars(select(Asset).where(Asset.id.in_(below))).all()
        _write_down(session, made, fields, entries_for(session, made, fields))
    return contents


def _write_down(
    session: Session,
    assets: Sequence[Asset],
    fields: FieldSet,
    entries: Mapping[str, Entries],
) -> dict[str, dict[Key, Content]]:
    contents = {asset.id: shown_of(asset, entries[asset.id]) for asset in assets}
    session.execute(delete(RecordTerm).where(RecordTerm.asset_id.in_(contents)))
    rows = [
        {"asset_id": asset_id, **term}
        for asset_id, shown in contents.items()
        for term in terms_of(_selectable(shown, fields))
    ]
    if rows:
        session.execute(insert(RecordTerm), rows)
    titles = {asset.id: title_in(contents[asset.id]) for asset in assets}
    changed = [
        {"id": asset.id, "title": titles[asset.id], "updated_at": asset.updated_at}
        for asset in assets
        if asset.title != titles[asset.id]
    ]
    if changed:
        session.execute(update(Asset), changed)
    return contents


def _selectable(contents: Mapping[Key, Content], fields: FieldSet) -> dict[Key, Content]:
    return {
        key: fields.selected_by(key[0], content)
        for key, content in contents.items()
        if key[0] in _ALSO or ((field := fields.get(key[0])) is not None and field.writable)
    }
