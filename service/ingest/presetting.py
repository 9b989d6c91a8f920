"""Giving new assets what ingest presets say, in the transaction that writes them down."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.access.refresh import refresh_access
from service.access.viewer import OWNER
from service.catalog.tables import Asset, now
from service.collections.members import put_in
from service.collections.rooms import room_at
from service.collections.stored import lock_tree
from service.ingest.presets import IngestPreset, IngestPresets
from service.record.entries import Key
from service.record.field import Content
from service.records.tables import RecordEntry


def apply_presets(
    session: Session, assets: Sequence[Asset], presets: IngestPresets, *, named: str = ""
) -> None:
    """Give new assets what their presets say.

    Args:
        named: a preset that somebody chose for all of them.

    Raises:
        BadRequest: there is no such preset.
    """
    chosen = [(asset, presets.for_path(asset.origin or asset.name, named)) for asset in assets]
    rows = []
    rooms: dict[str, list[str]] = {}
    for asset, given in chosen:
        said: dict[Key, tuple[Content, IngestPreset]] = {}
        for preset in given:
            asset.status = preset.status or asset.status
            said.update({key: (content, preset) for key, content in preset.contents.items()})
            if preset.collection and asset.id not in rooms.get(preset.collection, ()):
                rooms.setdefault(preset.collection, []).append(asset.id)
        rows += [_row(asset, key, content, preset) for key, (content, preset) in said.items()]
    if rows:
        session.flush()
        session.execute(insert(RecordEntry), rows)
    if rooms:
        _put_into(session, rooms)


def _put_into(session: Session, rooms: dict[str, list[str]]) -> None:
    lock_tree(session)
    for path, asset_ids in rooms.items():
        put_in(session, room_at(session, path, "rule:ingest"), asset_ids, "rule:ingest")
    touched = {asset_id for asset_ids in rooms.values() for asset_id in asset_ids}
    # Collections that hide what is in them hide it from the first moment.
    refresh_access(session, sorted(touched), OWNER)


def _row(asset: Asset, key: Key, content: Content, preset: IngestPreset) -> dict[str, object]:
    return {
        "asset_id": asset.id,
        "name": key[0],
        "language": key[1],
        "content": content,
        "source": "rule",
        "model": f"ingest preset {preset.name}",
        "evidence": "",
        "since": now(),
    }
