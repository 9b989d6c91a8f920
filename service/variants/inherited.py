"""Rights that follow from an original to what was made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.record.builtin_rights import RIGHTS
from service.record.entries import Entries, Entry
from service.record.resolve import resolve
from service.variants.tables import Variant

INHERITED = frozenset({field.name for field in RIGHTS} - {"digital_source_type"}) | {
    "expiry_date",
    "legal_classification",
}
"""Fields that a variant has from its original where nothing else is known of them."""

MODEL = "original"
"""What entries that come from an original name as their rule."""

_EVIDENCE = "The record of its original says so."


def originals_of(session: Session, asset_ids: Sequence[str]) -> dict[str, str]:
    """The originals of those assets that have one, by their ids."""
    rows = session.execute(
        select(Variant.variant_id, Variant.original_id).where(Variant.variant_id.in_(asset_ids))
    )
    return {row.variant_id: row.original_id for row in rows}


def variants_of(session: Session, asset_ids: Iterable[str]) -> list[str]:
    """Ids of what was made of some assets, directly or by way of another, without themselves."""
    seen = set(asset_ids)
    front, found = list(seen), []
    while front:
        rows = session.scalars(select(Variant.variant_id).where(Variant.original_id.in_(front)))
        front = [each for each in rows if each not in seen]
        seen.update(front)
        found += front
    return found


def inherited(original: Entries) -> Iterator[Entry]:
    """What a variant says by its original, which may itself say so by its own."""
    for (name, _), each in resolve(original).items():
        if name in INHERITED and each.content is not None:
            yield replace(
                each.entry,
                source="rule",
                model=MODEL,
                confidence=1.0,
                evidence=_EVIDENCE,
                actor="",
                state="accepted",
                place=0,
            )


def with_rights(
    entries: Mapping[str, Entries],
    originals: Mapping[str, str],
    of_originals: Mapping[str, Entries],
) -> dict[str, Entries]:
    """Entries by asset, with those that follow from their originals."""
    return {
        asset_id: (*own, *inherited(of_originals[originals[asset_id]]))
        if originals.get(asset_id) in of_originals
        else own
        for asset_id, own in entries.items()
    }
