"""Raw photos and the pictures that cameras write beside them: one asset.

The raw photo is the asset; a JPEG, HEIC or TIFF of the same name in the same folder is a file
of it. Whichever comes first, there is one record: a raw photo that comes later takes the record
of the picture over, as its next version. Two records that exist already stay two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.sidecars import RAW_EXTENSIONS
from service.catalog.tables import Asset, AssetFile, Version, now
from service.events.record import Change, record
from service.ingest.arrivals import Arrival, Incoming
from service.ingest.moves import is_gone

_PICTURES = (".jpg", ".jpeg", ".jpe", ".heic", ".heif", ".hif", ".tif", ".tiff")
_RAWS = tuple(sorted(RAW_EXTENSIONS))


def is_raw(incoming: Incoming) -> bool:
    """Whether a file is a raw photo by its name."""
    return _suffix(incoming.origin) in RAW_EXTENSIONS


def may_join(incoming: Incoming) -> bool:
    """Whether a file may stand beside a raw photo."""
    return _suffix(incoming.origin) in _PICTURES


def known_files(session: Session, incoming: Sequence[Incoming]) -> dict[str, AssetFile]:
    """The files that have joined others, by origin."""
    origins = [each.origin for each in incoming if may_join(each)]
    if not origins:
        return {}
    found = session.scalars(select(AssetFile).where(AssetFile.origin.in_(origins)))
    return {file.origin: file for file in found}


def raws_of(
    session: Session, pictures: Sequence[Incoming], here: Mapping[str, Asset]
) -> dict[str, Asset]:
    """For pictures, by origin, the record of the raw photo of the same name.

    Args:
        here: records of raw photos that come along, by origin.
    """
    beside = {each.origin: _beside(each.origin, _RAWS) for each in pictures}
    found = {**_assets_at(session, beside.values()), **here}
    return _first_found(beside, found)


def pictures_of(session: Session, raws: Sequence[Incoming]) -> dict[str, Asset]:
    """For raw photos, by origin, the record that a picture of the same name has already."""
    beside = {each.origin: _beside(each.origin, _PICTURES) for each in raws}
    found = _assets_at(session, beside.values())
    return _first_found(beside, {each: a for each, a in found.items() if not a.hold})


def join(
    session: Session, asset: Asset, incoming: Incoming, *, in_place: bool, by: str, told: bool
) -> Arrival:
    """Let a picture be a file of the record of its raw photo.

    Args:
        told: whether the history of the record tells of it.
    """
    blob = incoming.stored
    files = session.scalars(select(AssetFile).where(AssetFile.asset_id == asset.id)).all()
    moved = [each for each in files if each.sha256 == blob.sha256 and is_gone(each.origin)]
    file = moved[0] if moved else AssetFile(asset_id=asset.id, number=_next(files))
    before = file.origin if moved else None
    file.name, file.origin = incoming.name, incoming.origin
    _fill(file, incoming, in_place=in_place)
    session.add(file)
    session.flush()
    if told:
        asset.updated_at = now()
        change = {"file": incoming.name, "origin": incoming.origin}
        kind = "asset.file_moved" if moved else "asset.joined"
        old = {"origin": before} if moved else None
        record(session, Change(by, kind, asset.id, before=old, after=change))
    return Arrival(incoming.name, "joined", asset.id, origin=incoming.origin, moved_from=before)


def join_again(
    session: Session, file: AssetFile, incoming: Incoming, *, in_place: bool, by: str
) -> Arrival:
    """Write down that a file came which has joined a raw photo before."""
    asset_id, before = file.asset_id, file.sha256
    changed = before != incoming.stored.sha256
    _fill(file, incoming, in_place=in_place and (changed or file.in_place))
    if changed:
        record(
            session,
            Change(
                by,
                "asset.file_changed",
                asset_id,
                before={"file": file.name, "sha256": before},
                after={"file": file.name, "sha256": file.sha256},
            ),
        )
    status = "joined" if changed else "unchanged"
    return Arrival(incoming.name, status, asset_id, origin=incoming.origin)  # type: ignore[arg-type]


def take_over(session: Session, asset: Asset, raw: Incoming, *, in_place: bool, by: str) -> None:
    """Let a raw photo take the record of its picture over; the picture becomes a file of it."""
    before = {"name": asset.name, "sha256": asset.sha256, "origin": asset.origin}
    files = session.scalars(select(AssetFile).where(AssetFile.asset_id == asset.id)).all()
    session.add(
        AssetFile(
            asset_id=asset.id,
            number=_next(files),
            name=asset.name,
            origin=asset.origin or "",
            sha256=asset.sha256,
            size=asset.size,
            in_place=asset.in_place,
            modified_ns=asset.modified_ns,
            missing_at=asset.missing_at,
        )
    )
    asset.name, asset.origin = raw.name, raw.origin
    asset.sha256, asset.size = raw.stored.sha256, raw.stored.size
    asset.modified_ns, asset.in_place, asset.missing_at = raw.modified_ns, in_place, None
    asset.state, asset.failure_code, asset.failure_reason = "queued", None, None
    number = session.scalar(select(func.max(Version.number)).where(Version.asset_id == asset.id))
    session.add(
        Version(
            asset_id=asset.id,
            number=(number or 0) + 1,
            sha256=asset.sha256,
            size=asset.size,
            name=asset.name,
        )
    )
    after = {"name": asset.name, "sha256": asset.sha256, "origin": asset.origin}
    record(session, Change(by, "asset.joined", asset.id, before=before, after=after))


def _fill(file: AssetFile, incoming: Incoming, *, in_place: bool) -> None:
    blob = incoming.stored
    file.sha256, file.size, file.in_place = blob.sha256, blob.size, in_place
    file.modified_ns, file.missing_at = incoming.modified_ns, None


def _next(files: Sequence[AssetFile]) -> int:
    return max((file.number for file in files), default=0) + 1


def _suffix(origin: str) -> str:
    name = origin.replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if stem and dot else ""


def _beside(origin: str, suffixes: Iterable[str]) -> list[str]:
    """Where files of the same name with other suffixes would stand."""
    stem = origin.rpartition(".")[0]
    return [stem + each for suffix in suffixes for each in (suffix, suffix.upper())]


def _assets_at(session: Session, places: Iterable[Sequence[str]]) -> dict[str, Asset]:
    origins = [each for some in places for each in some]
    if not origins:
        return {}
    found = session.scalars(
        select(Asset).where(Asset.origin.in_(origins), Asset.trashed_at.is_(None))
    )
    return {asset.origin: asset for asset in found if asset.origin}


def _first_found(
    beside: Mapping[str, Sequence[str]], found: Mapping[str, Asset]
) -> dict[str, Asset]:
    firsts = {
        origin: next((found[each] for each in places if each in found), None)
        for origin, places in beside.items()
    }
    return {origin: asset for origin, asset in firsts.items() if asset is not None}
