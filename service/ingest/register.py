"""Taking files in: bytes to the blob store, a record to the catalog, an item to a job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from pipelines.hashing import sha256_file
from pipelines.sidecars import read_sidecar, sidecar_for
from service.access.predicate import seen_assets, unscreened
from service.access.viewer import Viewer
from service.blobs import Blob, BlobStore
from service.catalog.database import Database
from service.catalog.tables import Asset, Job, JobItem, Outbox, Version, now
from service.catalog.values import replace_asset_values, title_of, values_of
from service.events.record import Change, record
from service.ids import new_id
from service.ingest.items import add_items
from service.ingest.work import READ, Work

_CHUNK = 32

_FOUND_CHANGED = "magpie"
"""Who changed a file in place is not known; that it changed, Magpie found."""
_LOOKS = 3
"""So often a file is looked at that changes meanwhile; then what was read of it counts."""

ArrivalStatus = Literal["new", "changed", "unchanged", "unreadable"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of one file that was handed in.

    Attributes:
        asset_id: the record; empty where the file could not be read at all.
        same_bytes_as: another asset that already holds the same bytes.
        reason: why a file is unreadable, and what to do.
    """

    name: str
    status: ArrivalStatus
    asset_id: str = ""
    same_bytes_as: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Incoming:
    path: Path
    size: int
    modified_ns: int
    sidecar: Path | None
    sidecar_ns: int
    asset: Asset | None
    blob: Blob | None = None


class Registrar:
    """Writes arriving files down so that nothing is lost once it is acknowledged."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    def plan(self, paths: Iterable[Path], *, in_place: bool) -> Iterator[Arrival]:
        """What ``add_paths`` would do, judged by path, size and time alone; nothing changes."""
        for path in paths:
            looked = self._look([path], in_place=in_place)[0]
            yield looked if isinstance(looked, Arrival) else _as_planned(looked)

    def add_paths(self, paths: Iterable[Path], *, job_id: str, in_place: bool) -> Iterator[Arrival]:
        """Take in files by path, some at a time, each some in one transaction.

        A file known under its path with the same size and time is left alone without
        opening it.
        """
        chunk: list[Path] = []
        for path in paths:
            chunk.append(path)
            if len(chunk) == _CHUNK:
                yield from self._add_chunk(chunk, job_id=job_id, in_place=in_place)
                chunk = []
        if chunk:
            yield from self._add_chunk(chunk, job_id=job_id, in_place=in_place)

    def add_upload(
        self, stream: BinaryIO, *, name: str, max_bytes: int, viewer: Viewer
    ) -> tuple[Arrival, str]:
        """Take in uploaded bytes under a file name; also the id of the job that reads them.

        The same bytes under the same name are the same asset; the same bytes under another
        name are a new one, and the answer says which asset that the viewer may see holds
        them already.
        """
        blob = self._blobs.put(stream, max_bytes=max_bytes)
        with self._database.write() as session:
            job = Job(id=new_id(), kind="upload", state="running", started_by=viewer.id)
            session.add(job)
            same = select(Asset).where(Asset.sha256 == blob.sha256).limit(1)
            seen = and_(True, *seen_assets(viewer))
            twin = session.scalar(same.where(seen, Asset.trashed_at.is_(None)))
            known = session.scalar(
                same.where(
                    or_(seen, _is_under_way(viewer)), Asset.name == name, Asset.origin.is_(None)
                )
            )
            if known is not None:
                arrival = _uploaded_again(session, known, viewer)
                job.state, job.finished_at = "done", now()
                job.arrivals = {arrival.status: 1}
                return arrival, job.id
            job.arrivals = {"new": 1}
            asset = Asset(id=new_id(), name=name, sha256=blob.sha256, size=blob.size)
            session.add(asset)
            session.flush()
            session.add(_version(asset, name, number=1))
            session.add(JobItem(job_id=job.id, asset_id=asset.id))
            record(session, _added(asset, viewer.id))
            return Arrival(name, "new", asset.id, twin.id if twin else None), job.id

    def renew(self, work: Work) -> None:
        """Write down the bytes that a file in place has now, without a new item.

        A file that is gone is left as it was written down.
        """
        looked = self._look([Path(work.in_place_path or "")], in_place=True)[0]
        stored = self._store(looked, in_place=True) if isinstance(looked, _Incoming) else looked
        if isinstance(stored, _Incoming):
            with self._database.write() as session:
                _record_all(session, [stored], in_place=True, by=_FOUND_CHANGED)

    def _look(self, paths: list[Path], *, in_place: bool) -> list[_Incoming | Arrival]:
        with self._database.read() as session:
            found = session.scalars(
                select(Asset).where(Asset.origin.in_([str(path) for path in paths]))
            )
            known = {asset.origin: asset for asset in found}
        return [self._look_at(path, known.get(str(path)), in_place=in_place) for path in paths]

    def _look_at(self, path: Path, asset: Asset | None, *, in_place: bool) -> _Incoming | Arrival:
        try:
            status = path.stat()
            sidecar = sidecar_for(path)
            sidecar_ns = sidecar.stat().st_mtime_ns if sidecar else 0
        except OSError as error:
            return _unreadable(path, error)
        if not path.is_file():
            return Arrival(path.name, "unreadable", reason=f"{path} is not a file; name a file.")
        if (
            asset is not None
            and asset.size == status.st_size
            and asset.modified_ns == status.st_mtime_ns
            and asset.sidecar_ns == sidecar_ns
            # A copy that is asked for now has to be made, however well the file is known.
            and (in_place or not asset.in_place)
        ):
            return Arrival(path.name, "unchanged", asset.id)
        return _Incoming(path, status.st_size, status.st_mtime_ns, sidecar, sidecar_ns, asset)

    def _add_chunk(
        self, paths: list[Path], *, job_id: str, in_place: bool, looks: int = _LOOKS
    ) -> list[Arrival]:
        stored = [
            self._store(looked, in_place=in_place) if isinstance(looked, _Incoming) else looked
            for looked in self._look(paths, in_place=in_place)
        ]
        if not any(isinstance(each, _Incoming) for each in stored):
            return [each for each in stored if isinstance(each, Arrival)]
        with self._database.write() as session:
            # Looked at within the transaction: another job may have taken newer bytes in.
            older = [each for each in stored if looks > 1 and _is_older(each)]
            newest = [each for each in stored if each not in older]
            by = session.get_one(Job, job_id).started_by
            arrivals = _record_all(session, newest, in_place=in_place, by=by)
            taken = [each for each in arrivals if each.status in {"new", "changed"}]
            add_items(session, job_id, [(each.asset_id, READ) for each in taken])
        if older:
            again = [each.path for each in older if isinstance(each, _Incoming)]
            arrivals += self._add_chunk(again, job_id=job_id, in_place=in_place, looks=looks - 1)
        return arrivals

    def _store(self, incoming: _Incoming, *, in_place: bool) -> _Incoming | Arrival:
        try:
            if in_place:
                blob = Blob(sha256_file(incoming.path), incoming.size)
            else:
                with incoming.path.open("rb") as file:
                    blob = self._blobs.put(file)
        except OSError as error:
            return _unreadable(incoming.path, error)
        return replace(incoming, size=blob.size, blob=blob)


def _is_under_way(viewer: Viewer) -> ColumnElement[bool]:
    """That an asset, which the access rules have yet to show, was uploaded by a viewer."""
    uploaded = (
        select(JobItem.id)
        .join(Job, Job.id == JobItem.job_id)
        .where(JobItem.asset_id == Asset.id, Job.kind == "upload", Job.started_by == viewer.id)
    )
    return and_(unscreened(), uploaded.exists())


def _added(asset: Asset, by: str) -> Change:
    return Change(by, "asset.added", asset.id, after={"name": asset.name, "sha256": asset.sha256})


def _uploaded_again(session: Session, asset: Asset, viewer: Viewer) -> Arrival:
    """What is known already is left alone; who uploads it wants it out of the trash."""
    if asset.trashed_at is None:
        return Arrival(asset.name, "unchanged", asset.id)
    asset.trashed_at = None
    session.add(Outbox(asset_id=asset.id, operation="index"))
    record(session, Change(viewer.id, "asset.restored", asset.id))
    return Arrival(asset.name, "changed", asset.id)


def _record_all(
    session: Session, stored: Sequence[_Incoming | Arrival], *, in_place: bool, by: str
) -> list[Arrival]:
    """Write down a chunk of files that somebody brings; new records go in together, which is
    much faster."""
    incoming = [each for each in stored if isinstance(each, _Incoming)]
    holders = _holders(session, incoming)
    known = _known(session, incoming)
    before = {asset.id: asset.sha256 for asset in known.values()}
    fresh = {
        each.path: _new_asset(each, in_place=in_place)
        for each in incoming
        if each.path not in known
    }
    session.add_all(fresh.values())
    session.flush()
    arrivals = []
    for each in stored:
        if isinstance(each, Arrival):
            arrival = each
        elif each.path in known:
            arrival = _take_again(session, known[each.path], each, holders, in_place=in_place)
        else:
            arrival = _take_new(session, fresh[each.path], each, holders)
        arrivals.append(arrival)
    record(session, *(_added(asset, by) for asset in fresh.values()))
    record(session, *_versions(known.values(), before, by))
    return arrivals


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


def _take_new(
    session: Session, asset: Asset, incoming: _Incoming, holders: dict[str, str]
) -> Arrival:
    session.add(_version(asset, asset.name, number=1))
    _take_sidecar(session, asset, incoming)
    twin = holders.setdefault(asset.sha256, asset.id)
    return Arrival(asset.name, "new", asset.id, None if twin == asset.id else twin)


def _take_again(
    session: Session,
    asset: Asset,
    incoming: _Incoming,
    holders: Mapping[str, str],
    *,
    in_place: bool,
) -> Arrival:
    """Write down that a file came whose path is known."""
    blob, name = _blob(incoming), incoming.path.name
    asset.modified_ns = incoming.modified_ns
    same_bytes = asset.sha256 == blob.sha256
    stored_now = asset.in_place and not in_place
    asset.in_place = asset.in_place and in_place
    if same_bytes and asset.sidecar_ns == incoming.sidecar_ns:
        return Arrival(name, "changed" if stored_now else "unchanged", asset.id)
    _take_sidecar(session, asset, incoming)
    asset.state = "queued"
    if same_bytes:
        return Arrival(name, "changed", asset.id)
    number = session.scalar(select(func.max(Version.number)).where(Version.asset_id == asset.id))
    asset.sha256, asset.size = blob.sha256, blob.size
    asset.in_place = in_place
    session.add(_version(asset, name, number=(number or 0) + 1))
    return Arrival(name, "changed", asset.id, holders.get(blob.sha256))


def _known(session: Session, incoming: Sequence[_Incoming]) -> dict[Path, Asset]:
    """The records of those files whose path is known."""
    # Looked up anew: another job may have taken the same file in meanwhile.
    paths = [str(each.path) for each in incoming]
    found = session.scalars(select(Asset).where(Asset.origin.in_(paths)))
    return {Path(asset.origin or ""): asset for asset in found}


def _holders(session: Session, incoming: Sequence[_Incoming]) -> dict[str, str]:
    """For each hash that is known already, an asset with those bytes."""
    found = session.execute(
        select(Asset.sha256, func.min(Asset.id))
        .where(
            Asset.sha256.in_([_blob(each).sha256 for each in incoming]),
            Asset.trashed_at.is_(None),
        )
        .group_by(Asset.sha256)
    )
    return {row.sha256: row[1] for row in found}


def _blob(incoming: _Incoming) -> Blob:
    assert incoming.blob is not None
    return incoming.blob


def _take_sidecar(session: Session, asset: Asset, incoming: _Incoming) -> None:
    values = read_sidecar(incoming.sidecar) if incoming.sidecar else ()
    if not values and not asset.sidecar_ns:
        asset.sidecar_ns = incoming.sidecar_ns
        return
    replace_asset_values(session, asset.id, values)
    asset.sidecar_ns = incoming.sidecar_ns
    asset.title = title_of(values_of(session, asset))


def _new_asset(incoming: _Incoming, *, in_place: bool) -> Asset:
    blob = _blob(incoming)
    return Asset(
        id=new_id(),
        name=incoming.path.name,
        sha256=blob.sha256,
        size=blob.size,
        origin=str(incoming.path),
        in_place=in_place,
        modified_ns=incoming.modified_ns,
        state="queued",
        sidecar_ns=0,
    )


def _version(asset: Asset, name: str, *, number: int) -> Version:
    return Version(
        asset_id=asset.id, number=number, sha256=asset.sha256, size=asset.size, name=name
    )


def _as_planned(incoming: _Incoming) -> Arrival:
    if incoming.asset is None:
        return Arrival(incoming.path.name, "new")
    return Arrival(incoming.path.name, "changed", incoming.asset.id)


def _is_older(looked: _Incoming | Arrival) -> bool:
    """Whether a file has changed since it was looked at."""
    if isinstance(looked, Arrival):
        return False
    try:
        return looked.path.stat().st_mtime_ns != looked.modified_ns
    except OSError:
        return False


def _unreadable(path: Path, error: OSError) -> Arrival:
    why = error.strerror or type(error).__name__
    return Arrival(
        path.name, "unreadable", reason=f"{path} cannot be read ({why}); check it and try again."
    )
