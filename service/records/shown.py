"""Records of the catalog as they are shown, for handing them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from sqlalchemy.orm import Session

from pipelines.analysis import AssetKind
from service.catalog.tables import Asset
from service.record.entries import Entries
from service.record.fieldset import FieldSet
from service.record.records import Record
from service.records.assembly import entries_for, shown_of


def records_of(session: Session, assets: Sequence[Asset], fields: FieldSet) -> dict[str, Record]:
    """What some records show, by the id of the asset."""
    entries = entries_for(session, assets, fields)
    return {asset.id: record_of(asset, entries[asset.id], fields) for asset in assets}


def record_of(asset: Asset, entries: Entries, fields: FieldSet) -> Record:
    """What a record shows; only what the fields in force know."""
    return Record(
        asset.id,
        asset.name,
        cast("AssetKind", asset.kind),
        asset.media_type,
        {
            key: content
            for key, content in shown_of(asset, entries).items()
            if fields.get(key[0]) is not None
        },
    )
