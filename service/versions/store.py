"""Adding versions to an asset, and bringing earlier ones back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipelines.hashing import sha256_file
from service.access.seen import find_asset
from service.access.viewer import Viewer
from service.blobs import Blob, BlobStore
from service.catalog.database import Database
from service.catalog.tables import Asset, AssetFile, Job, JobItem, Version, now
from service.errors import Conflict, NotFound
from service.events.record import Change, record
from service.ids import new_id


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version; ``number`` counts from 1, and the highest one is the latest."""

    number: int
    name: str
    size: int
    sha256: str
    created_at: datetime
    latest: bool


class Versions:
    """The versions of assets, for one viewer. A version is never changed once written.

    Args:
        on_work: called when there is something new to read.
    """

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        viewer: Viewer,
        *,
        max_bytes: int,
        on_work: Callable[[], None],
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._viewer = viewer
        self._max_bytes = max_bytes
        self._on_work = on_work

    def of(self, asset_id: str) -> list[VersionInfo]:
        """All versions of an asset, newest first; raises NotFound."""
        with self._database.read() as session:
            find_asset(session, asset_id, self._viewer)
            rows = _versions(session, asset_id)
        return [
            VersionInfo(
                row.number, row.name, row.size, row.sha256, row.created_at, latest=place == 0
            )
            for place, row in enumerate(rows)
        ]

    def add(self, asset_id: str, stream: BinaryIO, name: str) -> tuple[int, str]:
        """Let an asset have new bytes; its id, record and addresses stay.

        Returns:
            The number of the version, and the id of the job that reads it. Bytes that are the
            latest version already make no new one; the job has nothing to do then.

        Raises:
            NotFound: there is no such asset.
            Conflict: it is under legal hold.
            TooLarge, StorageFull: nothing is kept.
        """
        self._viewer.require("write")
        with self._database.read() as session:
            self._changeable(session, asset_id)
        blob = self._blobs.put(stream, max_bytes=self._max_bytes)
        return self._write(asset_id, blob, name, "asset.version_added")

    def restore(self, asset_id: str, number: int) -> tuple[int, str]:
        """Let an earlier version be the latest again, as a new version of the same bytes.

        Raises:
            NotFound: there is no such version, or its bytes lie nowhere any more.
            Conflict: the asset is under legal hold.
        """
        self._viewer.require("write")
        path, row = self.bytes_of(asset_id, number)
        if self._blobs.path(row.sha256).is_file():
            blob = Blob(row.sha256, row.size)
        else:
            with path.open("rb") as file:
                blob = self._blobs.put(file)
        return self._write(asset_id, blob, row.name, "asset.version_restored")

    def bytes_of(self, asset_id: str, number: int) -> tuple[Path, Version]:
        """Where the bytes of a version lie, and its row; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer)
            row = session.scalar(
                select(Version).where(Version.asset_id == asset_id, Version.number == number)
            )
        if row is None:
            raise NotFound(f"This asset has no version {number}.")
        stored = self._blobs.path(row.sha256)
        if stored.is_file():
            return stored, row
        # Of files that are read in place no copy was made: they are there until they change.
        with self._database.read() as session:
            beside = session.scalars(
                select(AssetFile.origin).where(
                    AssetFile.asset_id == asset_id, AssetFile.sha256 == row.sha256
                )
            )
            places = [Path(each) for each in (asset.origin, *beside) if each]
        for here in places:
            if here.is_file() and sha256_file(here) == row.sha256:
                return here, row
        raise NotFound(
            f"The bytes of version {number} are gone: the file was read in place and has changed "
            "since."
        )

    def _write(self, asset_id: str, blob: Blob, name: str, kind: str) -> tuple[int, str]:
        with self._database.write() as session:
            asset = self._changeable(session, asset_id)
            self._blobs.require(blob.sha256)
            number = (
                session.scalar(select(func.max(Version.number)).where(Version.asset_id == asset_id))
                or 0
            )
            job = Job(id=new_id(), kind="upload", state="running", started_by=self._viewer.id)
            session.add(job)
            if asset.sha256 == blob.sha256:
                job.state, job.finished_at, job.arrivals = "done", now(), {"unchanged": 1}
                return number, job.id
            job.arrivals = {"changed": 1}
            before = {"version": number, "sha256": asset.sha256, "name": asset.name}
            asset.sha256, asset.size, asset.name = blob.sha256, blob.size, name
            asset.in_place, asset.state = False, "queued"
            asset.failure_code = asset.failure_reason = None
            session.flush()
            session.add(
                Version(
                    asset_id=asset_id,
                    number=number + 1,
                    sha256=blob.sha256,
                    size=blob.size,
                    name=name,
                )
            )
            session.add(JobItem(job_id=job.id, asset_id=asset_id))
            record(
                session,
                Change(
                    actor=self._viewer.id,
                    kind=kind,
                    asset_id=asset_id,
                    before=before,
                    after={"version": number + 1, "sha256": blob.sha256, "name": name},
                ),
            )
            job_id = job.id
        self._on_work()
        return number + 1, job_id

    def _changeable(self, session: Session, asset_id: str) -> Asset:
        asset = find_asset(session, asset_id, self._viewer)
        if asset.hold:
            raise Conflict("This asset is under legal hold; an admin must release it first.")
        return asset


def _versions(session: Session, asset_id: str) -> list[Version]:
    rows = select(Version).where(Version.asset_id == asset_id).order_by(Version.number.desc())
    return list(session.scalars(rows))
