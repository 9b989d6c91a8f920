"""Records as the rules of the copy to keep see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.tables import Asset
from service.collections.stored import load_tree
from service.collections.tables import CollectionMember
from service.duplicates.keeping import Candidate, original, quality
from service.record.builtin_technical import TECHNICAL
from service.record.entries import Entries
from service.record.fieldset import FieldSet
from service.record.resolve import resolve
from service.records.assembly import entries_for

_CHUNK = 400
_NO_FACTS = frozenset(field.name for field in TECHNICAL)
_LICENCE = frozenset({"licence_url", "usage_terms", "licensor", "licence"})
_APPROVED = ("approved", "published")


def candidates_of(
    session: Session, assets: Sequence[Asset], fields: FieldSet, protected: frozenset[str]
) -> dict[str, Candidate]:
    """The candidates by their ids.

    Args:
        protected: ids of assets in protected collections.
    """
    found: dict[str, Candidate] = {}
    for start in range(0, len(assets), _CHUNK):
        some = assets[start : start + _CHUNK]
        entries = entries_for(session, some, fields)
        for asset in some:
            found[asset.id] = _candidate(asset, entries[asset.id], asset.id in protected)
    return found


def protected_assets(session: Session, paths: Sequence[str]) -> frozenset[str]:
    """The ids of assets in some collections, given by paths, or in one that lies in them."""
    if not paths:
        return frozenset()
    tree = load_tree(session)
    wanted = {path.strip().strip("/").casefold() for path in paths}
    chosen: set[str] = set()
    for node in tree.from_outside():
        upwards = list(tree.upwards(node.id))
        path = "/".join(each.name for each in reversed(upwards)).casefold()
        if path in wanted or any(each.id in chosen for each in upwards):
            chosen.add(node.id)
    return frozenset(
        session.scalars(
            select(CollectionMember.asset_id).where(CollectionMember.collection_id.in_(chosen))
        )
    )


def _candidate(asset: Asset, entries: Entries, protected: bool) -> Candidate:
    filled = {
        name
        for (name, _), each in resolve(entries).items()
        if each.content is not None and each.entry.source in ("human", "embedded")
    }
    extent = float((asset.width or 0) * (asset.height or 0)) or (asset.duration_s or 0.0)
    return Candidate(
        id=asset.id,
        protected=protected,
        licensed=bool(filled & _LICENCE),
        approved=asset.status in _APPROVED,
        facts=len(filled - _NO_FACTS),
        extent=extent,
        quality=quality(asset.media_type, asset.size, extent),
        original=original(asset.media_type),
        since=_since(asset),
        missing=asset.missing_at is not None,
    )


def _since(asset: Asset) -> datetime:
    """When the file was last changed, or came, whichever is earlier."""
    if asset.modified_ns <= 0:
        return asset.created_at
    return min(asset.created_at, datetime.fromtimestamp(asset.modified_ns / 1e9, UTC))
