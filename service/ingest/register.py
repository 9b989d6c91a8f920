"""Taking files in: bytes to the blob store, a record to the catalog, an item to a job."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from pipelines.hashing import sha256_file
from pipelines.sidecars import sidecar_for
from service.access.predicate import seen_assets, unscreened
from service.access.viewer import Viewer
from service.blobs import Blob, BlobStore
from service.catalog.database import Database
from service.catalog.tables import Asset, AssetFile, Job, JobItem, Outbox, now
from service.events.record import Change, record
from service.ids import new_id
from service.ingest.arrivals import TO_READ, Arrival, ArrivalStatus, Incoming, KnownObject
from service.ingest.chunks import chunks
from service.ingest.items import add_items
from service.ingest.presets import IngestPresets
from service.ingest.presetting import apply_presets
from service.ingest.recording import How, added, first_version, record_all
from service.ingest.work import READ, Work

_CHUNK = 32

_FOUND_CHANGED = "magpie"
"""Who changed a file in place is not known; that it changed, Magpie found."""
_LOOKS = 3
"""So often a file is looked at that changes meanwhile; then what was read of it counts."""


class Registrar:
    """Writes arriving files down so that nothing is lost once it is acknowledged."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        *,
        join: bool = True,
        presets: IngestPresets | None = None,
    ) -> None:
        """
        Args:
            join: whether pictures join the raw photos of the same name.
            presets: what new assets are given.
        """
        self._presets = presets or IngestPresets()
        self._database = database
        self._blobs = blobs
        self._join = join

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
        for chunk in chunks(paths, _CHUNK, name=str):
            yield from self._add_chunk(chunk, job_id=job_id, in_place=in_place)

    def known_objects(self, origins: Sequence[str]) -> dict[str, KnownObject]:
        """What is known of files under some origins."""
        found: dict[str, KnownObject] = {}
        with self._database.read() as session:
            for table, asset_id in ((AssetFile, AssetFile.asset_id), (Asset, Asset.id)):
                rows = select(asset_id, table.origin, table.size, table.modified_ns)
                for row in session.execute(rows.where(table.origin.in_(origins))):
                    found[row.origin] = KnownObject(row[0], row.size, row.modified_ns)
        return found

    def add_stored(self, objects: Sequence[Incoming], *, job_id: str) -> list[Arrival]:
        """Take in what lies in the blob store already, in one transaction."""
        with self._database.write() as session:
            return self._record(session, objects, job_id=job_id, in_place=False)

    def add_upload(
        self, stream: BinaryIO, *, name: str, max_bytes: int, viewer: Viewer, preset: str = ""
    ) -> tuple[Arrival, str]:
        """Take in uploaded bytes under a file name; also the id of the job that reads them.

        The same bytes under the same name are the same asset; the same bytes under another
        name are a new one, and the answer says which asset that the viewer may see holds
        them already.
        """
        self.check_preset(preset)
        blob = self._blobs.put(stream, max_bytes=max_bytes)
        with self._database.write() as session:
            self._blobs.require(blob.sha256)
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
            session.add(first_version(asset))
            apply_presets(session, [asset], self._presets, named=preset)
            session.add(JobItem(job_id=job.id, asset_id=asset.id))
            record(session, added(asset, viewer.id))
            return Arrival(name, "new", asset.id, twin.id if twin else None), job.id

    def check_preset(self, name: str) -> None:
        """Raises BadRequest where a preset is named that there is not."""
        if name:
            self._presets.named(name)

    def renew(self, work: Work) -> None:
        """Write down the bytes that a file in place has now, without a new item.

        A file that is gone is left as it was written down.
        """
        looked = self._look([Path(work.in_place_path or "")], in_place=True)[0]
        stored = self._store(looked, in_place=True) if isinstance(looked, Incoming) else looked
        if isinstance(stored, Incoming):
            with self._database.write() as session:
                record_all(session, [stored], How(True, _FOUND_CHANGED, self._join))

    def _look(self, paths: list[Path], *, in_place: bool) -> list[Incoming | Arrival]:
        sound = [str(path) for path in paths if _has_sound_name(path)]
        with self._database.read() as session:
            found = session.scalars(select(Asset).where(Asset.origin.in_(sound)))
            known: dict[str | None, Asset | AssetFile] = {asset.origin: asset for asset in found}
            files = session.scalars(select(AssetFile).where(AssetFile.origin.in_(sound)))
            known = {**{file.origin: file for file in files}, **known}
        return [self._look_at(path, known.get(str(path)), in_place=in_place) for path in paths]

    def _look_at(
        self, path: Path, known: Asset | AssetFile | None, *, in_place: bool
    ) -> Incoming | Arrival:
        if not _has_sound_name(path):
            return _badly_named(path)
        try:
            status = path.stat()
            sidecar = sidecar_for(path)
            sidecar_ns = sidecar.stat().st_mtime_ns if sidecar else 0
        except OSError as error:
            return _unreadable(path, error)
        if not path.is_file():
            return Arrival(path.name, "unreadable", reason=f"{path} is not a file; name a file.")
        asset_id = _asset_id(known)
        if (
            known is not None
            and known.size == status.st_size
            and known.modified_ns == status.st_mtime_ns
            and (isinstance(known, AssetFile) or known.sidecar_ns == sidecar_ns)
            and known.missing_at is None
            # A copy that is asked for now has to be made, however well the file is known.
            and (in_place or not known.in_place)
        ):
            return Arrival(path.name, "unchanged", asset_id, origin=str(path))
        return Incoming(
            origin=str(path),
            name=path.name,
            size=status.st_size,
            modified_ns=status.st_mtime_ns,
            sidecar=sidecar,
            sidecar_ns=sidecar_ns,
            asset_id=asset_id,
        )

    def _add_chunk(
        self, paths: list[Path], *, job_id: str, in_place: bool, looks: int = _LOOKS
    ) -> list[Arrival]:
        stored = [
            self._store(looked, in_place=in_place) if isinstance(looked, Incoming) else looked
            for looked in self._look(paths, in_place=in_place)
        ]
        if not any(isinstance(each, Incoming) for each in stored):
            return [each for each in stored if isinstance(each, Arrival)]
        with self._database.write() as session:
            # Looked at within the transaction: another job may have taken newer bytes in.
            older = [each for each in stored if looks > 1 and _is_older(each)]
            newest = [each for each in stored if each not in older]
            arrivals = self._record(session, newest, job_id=job_id, in_place=in_place)
        if older:
            again = [Path(each.origin) for each in older]
            arrivals += self._add_chunk(again, job_id=job_id, in_place=in_place, looks=looks - 1)
        return arrivals

    def _record(
        self,
        session: Session,
        stored: Sequence[Incoming | Arrival],
        *,
        job_id: str,
        in_place: bool,
    ) -> list[Arrival]:
        job = session.get_one(Job, job_id)
        arrivals = record_all(session, stored, How(in_place, job.started_by, self._join))
        fresh = [each.asset_id for each in arrivals if each.status == "new"]
        assets = session.scalars(select(Asset).where(Asset.id.in_(fresh))).all()
        apply_presets(session, assets, self._presets, named=str(job.request.get("preset", "")))
        taken = [each for each in arrivals if each.status in TO_READ]
        add_items(session, job_id, [(each.asset_id, READ) for each in taken])
        return arrivals

    def _store(self, incoming: Incoming, *, in_place: bool) -> Incoming | Arrival:
        path = Path(incoming.origin)
        try:
            if in_place:
                blob = Blob(sha256_file(path), incoming.size)
            else:
                with path.open("rb") as file:
                    blob = self._blobs.put(file)
        except OSError as error:
            return _unreadable(path, error)
        return replace(incoming, size=blob.size, blob=blob)


def _is_under_way(viewer: Viewer) -> ColumnElement[bool]:
    """That an asset, which the access rules have yet to show, was uploaded by a viewer."""
    uploaded = (
        select(JobItem.id)
        .join(Job, Job.id == JobItem.job_id)
        .where(JobItem.asset_id == Asset.id, Job.kind == "upload", Job.started_by == viewer.id)
    )
    return and_(unscreened(), uploaded.exists())


def _uploaded_again(session: Session, asset: Asset, viewer: Viewer) -> Arrival:
    """What is known already is left alone; who uploads it wants it out of the trash."""
    if asset.trashed_at is None:
        return Arrival(asset.name, "unchanged", asset.id)
    asset.trashed_at = None
    session.add(Outbox(asset_id=asset.id, operation="index"))
    record(session, Change(viewer.id, "asset.restored", asset.id))
    return Arrival(asset.name, "changed", asset.id)


def _as_planned(incoming: Incoming) -> Arrival:
    status: ArrivalStatus = "changed" if incoming.asset_id else "new"
    return Arrival(incoming.name, status, incoming.asset_id)


def _asset_id(known: Asset | AssetFile | None) -> str:
    if known is None:
        return ""
    return known.id if isinstance(known, Asset) else known.asset_id


def _is_older(looked: Incoming | Arrival) -> bool:
    """Whether a file has changed since it was looked at."""
    if isinstance(looked, Arrival):
        return False
    try:
        return Path(looked.origin).stat().st_mtime_ns != looked.modified_ns
    except OSError:
        return False


def _has_sound_name(path: Path) -> bool:
    """Whether a path can be written down: names of old disks may be no Unicode at all."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _badly_named(path: Path) -> Arrival:
    shown = os.fsencode(path).decode(errors="replace")
    reason = f"The name of {shown} is not written in UTF-8; rename the file."
    return Arrival(Path(shown).name, "unreadable", reason=reason)


def _unreadable(path: Path, error: OSError) -> Arrival:
    why = error.strerror or type(error).__name__
    reason = f"{path} cannot be read ({why}); check it and try again."
    return Arrival(path.name, "unreadable", reason=reason, origin=str(path))
