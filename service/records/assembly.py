"""A record put together: what its bytes say, and what is said of the asset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.tables import Asset, Content
from service.catalog.values import values_of_all
from service.record.entries import Entries, Entry, Key
from service.record.field import Content as FieldContent
from service.record.fieldset import FieldSet
from service.record.from_reading import aspect, entries_of
from service.record.resolve import in_language, resolve, shown
from service.records.tables import RecordEntry
from service.variants.inherited import originals_of, with_rights

_AT_ONCE = 400


def said_of(
    session: Session, asset_ids: Sequence[str], *, with_ended: bool = False
) -> dict[str, list[RecordEntry]]:
    """What persons, rules and models say of some assets, in the order in which they said it."""
    found: dict[str, list[RecordEntry]] = {}
    for start in range(0, len(asset_ids), _AT_ONCE):
        rows = (
            select(RecordEntry)
            .where(RecordEntry.asset_id.in_(asset_ids[start : start + _AT_ONCE]))
            .order_by(RecordEntry.id)
        )
        if not with_ended:
            rows = rows.where(RecordEntry.until.is_(None))
        for row in session.scalars(rows):
            found.setdefault(row.asset_id, []).append(row)
    return found


def entries_for(
    session: Session, assets: Sequence[Asset], fields: FieldSet, *, with_ended: bool = False
) -> dict[str, Entries]:
    """All entries of some records by their ids; those of the bytes count from their reading."""
    values = values_of_all(session, assets)
    rows = session.execute(
        select(Content.sha256, Content.read_at).where(
            Content.sha256.in_({asset.sha256 for asset in assets})
        )
    )
    read_at = dict(iter(rows))
    said = said_of(session, [asset.id for asset in assets], with_ended=with_ended)
    found = {}
    for asset in assets:
        at = read_at.get(asset.sha256, asset.created_at)
        own = entries_of(values[asset.id], fields, at=at)
        found[asset.id] = (*own, *(entry_of(row) for row in said.get(asset.id, ())))
    return _with_rights_of_originals(session, found, fields)


def _with_rights_of_originals(
    session: Session, found: dict[str, Entries], fields: FieldSet
) -> dict[str, Entries]:
    originals = originals_of(session, [*found])
    if not originals:
        return found
    above = session.scalars(select(Asset).where(Asset.id.in_({*originals.values()}))).all()
    return with_rights(found, originals, entries_for(session, above, fields))


def entry_of(row: RecordEntry) -> Entry:
    """A stored entry."""
    return Entry(
        name=row.name,
        content=_content(row.content),
        source=row.source,  # type: ignore[arg-type]
        since=row.since,
        until=row.until,
        language=row.language,
        model=row.model,
        confidence=row.confidence,
        evidence=row.evidence,
        state=row.state,  # type: ignore[arg-type]
        actor=row.actor,
        place=row.place,
    )


def shown_of(asset: Asset, entries: Iterable[Entry]) -> dict[Key, FieldContent]:
    """What a record shows, with what follows from its size."""
    contents = shown(resolve(entries))
    if asset.width and asset.height:
        contents[("aspect", "")] = aspect(asset.width, asset.height)
    return contents


def title_in(contents: Mapping[Key, FieldContent]) -> str | None:
    """The title that lists show."""
    return cast("str | None", in_language(contents, "title", "en"))


def _content(stored: object) -> FieldContent | None:
    if isinstance(stored, list):
        return tuple(stored)
    return cast("FieldContent | None", stored)
