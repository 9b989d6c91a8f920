"""Writing arriving files down in the catalog, a chunk in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.sidecars import read_sidecar
from service.catalog.tables import Asset, AssetFile, Version
from service.catalog.values import replace_asset_values, title_of, values_of
from service.events.record import Change, record
from service.ids import new_id
from service.ingest.arrivals import Arrival, Incoming
from service.ingest.companions import (
    is_raw,
    join,
    join_again,
    known_files,
    may_join,
    pictures_of,
    raws_of,
    take_over,
)
from service.ingest.moves import find_moved, relocate


@dataclass(frozen=True, slots=True)
class How:
    """How files are taken in: left where they are or not, by whom, and whether pictures join
    the raw photos of the same name."""

    in_place: bool
    by: str
    join: bool = True


@dataclass(slots=True)
class _Sorted:
    """What each of some files turns out to be, by origin."""

    known: dict[str, Asset]
    files: dict[str, AssetFile]
    moved: dict[str, Asset]
    partners: dict[str, Asset]
    owners: dict[str, Asset]
    fresh: dict[str, Asset]

    def turn(self, each: Incoming) -> int:
        """When a file is written down: after those that it is joined to."""
        return 2 if each.origin in self.owners else int(each.origin in self.partners)


def record_all(session: Session, stored: Sequence[Incoming | Arrival], how: How) -> list[Arrival]:
    """Write down a chunk of files that somebody brings; new records go in together, which is
    much faster."""
    incoming = [each for each in stored if isinstance(each, Incoming)]
    holders = _holders(session, incoming)
    found = _sort(session, incoming, how)
    before = {asset.id: asset.sha256 for asset in found.known.values()}
    session.add_all(found.fresh.values())
    session.flush()
    arrivals = {
        each.origin: _write(session, each, found, holders, how)
        for each in sorted(incoming, key=found.turn)
    }
    record(session, *(added(asset, how.by) for asset in found.fresh.values()))
    record(session, *_versions(found.known.values(), before, how.by))
    return [each if isinstance(each, Arrival) else arrivals[each.origin] for each in stored]


def added(asset: Asset, by: str) -> Change:
    """That somebody has brought a new asset."""
    return Change(by, "asset.added", asset.id, after={"name": asset.name, "sha256": asset.sha256})


def first_version(asset: Asset) -> Version:
    """The version that an asset begins with."""
    return _version(asset, asset.name, number=1)


def _sort(session: Session, incoming: Sequence[Incoming], how: How) -> _Sorted:
    known = _known(session, incoming)
    files = known_files(session, [each for each in incoming if each.origin not in known])
    left = [each for each in incoming if each.origin not in known and each.origin not in files]
    moved = find_moved(session, left) if how.in_place else {}
    for each in left:
        if each.origin in moved:
            relocate(session, moved[each.origin], each, how.by)
    left = [each for each in left if each.origin not in moved]
    partners = _partners(session, left) if how.join else {}
    left = [each for each in left if each.origin not in partners]
    pictures = [each for each in left if how.join and may_join(each)]
    fresh = {
        each.origin: _new_asset(each, in_place=how.in_place)
        for each in left
        if each not in pictures
    }
    here = {**known, **moved, **partners, **fresh}
    raws = {each.origin: here[each.origin] for each in incoming if is_raw(each)}
    owners = raws_of(session, pictures, raws) if pictures else {}
    for each in pictures:
        if each.origin not in owners:
            fresh[each.origin] = _new_asset(each, in_place=how.in_place)
    return _Sorted(known, files, moved, partners, owners, fresh)


def _partners(session: Session, left: Sequence[Incoming]) -> dict[str, Asset]:
    """Records of pictures that raw photos take over, each once."""
    raws = [each for each in left if is_raw(each)]
    if not raws:
        return {}
    taken: set[str] = set()
    partners = {}
    for origin, asset in pictures_of(session, raws).items():
        if asset.id not in taken:
            taken.add(asset.id)
            partners[origin] = asset
    return partners


def _write(
    session: Session, each: Incoming, found: _Sorted, holders: dict[str, str], how: How
) -> Arrival:
    origin = each.origin
    if origin in found.files:
        file = found.files[origin]
        arrival = join_again(session, file, each, in_place=how.in_place, by=how.by)
    elif origin in found.owners:
        owner = found.owners[origin]
        is_new = owner.id in {asset.id for asset in found.fresh.values()}
        arrival = join(session, owner, each, in_place=how.in_place, by=how.by, told=not is_new)
    elif origin in found.partners:
        asset = found.partners[origin]
        take_over(session, asset, each, in_place=how.in_place, by=how.by)
        _take_sidecar(session, asset, each)
        arrival = Arrival(asset.name, "changed", asset.id)
    elif origin in found.moved:
        arrival = _take_moved(session, found.moved[origin], each, holders, how)
    elif origin in found.known:
        arrival = _take_again(session, found.known[origin], each, holders, how)
    else:
        arrival = _take_new(session, found.fresh[origin], each, holders)
    return replace(arrival, origin=origin)


def _take_new(
    session: Session, asset: Asset, incoming: Incoming, holders: dict[str, str]
) -> Arrival:
    session.add(first_version(asset))
    _take_sidecar(session, asset, incoming)
    twin = holders.setdefault(asset.sha256, asset.id)
    return Arrival(asset.name, "new", asset.id, None if twin == asset.id else twin)


def _take_moved(
    session: Session, asset: Asset, incoming: Incoming, holders: Mapping[str, str], how: How
) -> Arrival:
    """Write down what else is to be said of a file that has moved."""
    arrival = _take_again(session, asset, incoming, holders, how)
    if arrival.status == "unchanged":
        arrival = replace(arrival, status="changed" if _is_unread(asset) else "moved")
    return arrival


def _take_again(
    session: Session, asset: Asset, incoming: Incoming, holders: Mapping[str, str], how: How
) -> Arrival:
    """Write down that a file came whose path is known."""
    blob, name = incoming.stored, incoming.name
    untouched = asset.modified_ns == incoming.modified_ns
    asset.modified_ns = incoming.modified_ns
    # A file that nobody touched is an earlier version, where people gave a newer one since.
    same_bytes = asset.sha256 == blob.sha256 or (untouched and _was(session, asset, blob.sha256))
    stored_now = asset.in_place and not how.in_place
    asset.in_place = asset.in_place and how.in_place
    was_missing = asset.missing_at is not None
    if was_missing:
        asset.missing_at = None
        record(session, Change(how.by, "asset.back", asset.id))
    if same_bytes and asset.sidecar_ns == incoming.sidecar_ns:
        if stored_now or (was_missing and _is_unread(asset)):
            return Arrival(name, "changed", asset.id)
        return Arrival(name, "back" if was_missing else "unchanged", asset.id)
    _take_sidecar(session, asset, incoming)
    asset.state = "queued"
    if same_bytes:
        return Arrival(name, "changed", asset.id)
    number = session.scalar(select(func.max(Version.number)).where(Version.asset_id == asset.id))
    asset.sha256, asset.size = blob.sha256, blob.size
    asset.in_place = how.in_place
    session.add(_version(asset, name, number=(number or 0) + 1))
    return Arrival(name, "changed", asset.id, holders.get(blob.sha256))


def _was(session: Session, asset: Asset, sha256: str) -> bool:
    """Whether some bytes are a version of an asset."""
    version = select(Version.id).where(Version.asset_id == asset.id, Version.sha256 == sha256)
    return session.scalar(version.limit(1)) is not None


def _is_unread(asset: Asset) -> bool:
    """Whether what could not be read while the file was not there is to be read now."""
    return asset.state in {"queued", "failed"}


def _versions(assets: Iterable[Asset], before: Mapping[str, str], by: str) -> Iterator[Change]:
    for asset in assets:
        old = before[asset.id]
        if asset.sha256 != old:
            yield Change(
                by,
                "asset.version",
                asset.id,
                before={"sha256": old},
                after={"sha256": asset.sha256},
            )


def _known(session: Session, incoming: Sequence[Incoming]) -> dict[str, Asset]:
    """The records of those files whose origin is known."""
    # Looked up anew: another job may have taken the same file in meanwhile.
    origins = [each.origin for each in incoming]
    found = session.scalars(select(Asset).where(Asset.origin.in_(origins)))
    return {asset.origin: asset for asset in found if asset.origin is not None}


def _holders(session: Session, incoming: Sequence[Incoming]) -> dict[str, str]:
    """For each hash that is known already, an asset with those bytes."""
    found = session.execute(
        select(Asset.sha256, func.min(Asset.id))
        .where(
            Asset.sha256.in_([each.stored.sha256 for each in incoming]),
            Asset.trashed_at.is_(None),
        )
        .group_by(Asset.sha256)
    )
    return {row.sha256: row[1] for row in found}


def _take_sidecar(session: Session, asset: Asset, incoming: Incoming) -> None:
    values = read_sidecar(incoming.sidecar) if incoming.sidecar else ()
    if not values and not asset.sidecar_ns:
        asset.sidecar_ns = incoming.sidecar_ns
        return
    replace_asset_values(session, asset.id, values)
    asset.sidecar_ns = incoming.sidecar_ns
    asset.title = title_of(values_of(session, asset))


def _new_asset(incoming: Incoming, *, in_place: bool) -> Asset:
    blob = incoming.stored
    return Asset(
        id=new_id(),
        name=incoming.name,
        sha256=blob.sha256,
        size=blob.size,
        origin=incoming.origin,
        in_place=in_place,
        modified_ns=incoming.modified_ns,
        state="queued",
        sidecar_ns=0,
    )


def _version(asset: Asset, name: str, *, number: int) -> Version:
    return Version(
        asset_id=asset.id, number=number, sha256=asset.sha256, size=asset.size, name=name
    )
