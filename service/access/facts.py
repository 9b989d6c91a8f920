"""What rules look at, read out of the catalog."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.rules import Facts
from service.catalog.tables import Asset, Unit
from service.record.fieldset import FieldSet
from service.records.assembly import entries_for, shown_of


def facts_of(
    session: Session, assets: Sequence[Asset], fields: FieldSet, *, inside: bool
) -> dict[str, Facts]:
    """What rules look at, by the id of the asset.

    Args:
        inside: whether a rule needs what was read from the bytes.
    """
    words: dict[str, str] = {}
    shown: dict[str, dict[str, list[str]]] = {}
    if inside:
        words = _words(session, {asset.sha256 for asset in assets})
        entries = entries_for(session, assets, fields)
        for asset in assets:
            for (name, _), content in shown_of(asset, entries[asset.id]).items():
                # A rule for contracts is meant for all kinds of them.
                found = fields.selected_by(name, content)
                several = found if isinstance(found, tuple) else (found,)
                named = shown.setdefault(asset.id, {}).setdefault(name, [])
                named.extend(str(each) for each in several)
    return {
        asset.id: Facts(
            name=asset.name,
            path=asset.origin or "",
            kind=asset.kind,
            media_type=asset.media_type,
            words=words.get(asset.sha256, "") if _is_read(asset) else None,
            fields=shown.get(asset.id, {}) if _is_read(asset) else None,
        )
        for asset in assets
    }


def _is_read(asset: Asset) -> bool:
    # Read in part counts as not read: the rest may hold anything.
    return asset.state == "ready" and asset.failure_code is None


def _words(session: Session, hashes: Collection[str]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    rows = session.execute(
        select(Unit.sha256, Unit.text)
        .where(Unit.sha256.in_(hashes), Unit.text != "")
        .order_by(Unit.id)
    )
    for row in rows:
        found.setdefault(row.sha256, []).append(row.text)
    return {sha256: "\n".join(texts) for sha256, texts in found.items()}
