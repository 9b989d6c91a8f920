"""Purging: a record leaves with everything that was made of it.

The row of an asset goes with its versions, values, memberships and terms. What was found in
its bytes goes where no other asset has or had these bytes, and so do the bytes, their
thumbnails and previews. The index is told by the outbox, in every generation. Who did what
and when stays in the events; what it was about does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from service.access.seen import find_asset
from service.access.status import refuse_held
from service.access.viewer import Viewer
from service.blobs import BlobStore
from service.catalog.database import Database
from service.catalog.tables import (
    Asset,
    AssetFile,
    Content,
    IndexFault,
    Outbox,
    Unit,
    Version,
    now,
)
from service.errors import Conflict
from service.events.record import Change, record, scrub
from service.media.tables import ContentFile
from service.merging.aliases import survivor

_CHUNK = 100


@dataclass(slots=True)
class Purged:
    """What left: records, and bytes on the disk. ``held`` counts those under legal hold."""

    records: int = 0
    bytes: int = 0
    held: int = 0


class Trash:
    """Puts records into the trash, takes them out again, and lets them go for good.

    Args:
        holding: how long records stay in the trash before it is emptied of them.
        forget_previews: removes the larger pictures of some content, by its hash.
        on_change: called when the index has something to take up.
        on_purge: called once something has left for good: the index holds its vectors until
            it is written anew.
    """

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        viewer: Viewer,
        *,
        holding: timedelta,
        forget_previews: Callable[[str], None],
        on_change: Callable[[], None],
        on_purge: Callable[[], None],
    ) -> None:
        self._holding = holding
        self._database = database
        self._blobs = blobs
        self._viewer = viewer
        self._forget_previews = forget_previews
        self._on_change = on_change
        self._on_purge = on_purge

    def put(self, asset_id: str) -> None:
        """Put a record into the trash; harmless when it is there.

        Raises:
            NotFound: there is no such asset.
            Conflict: it is under legal hold.
        """
        self._viewer.require("write")
        with self._database.write() as session:
            asset = find_asset(session, asset_id, self._viewer, for_update=True)
            if asset.trashed_at is None:
                refuse_held(asset)
                asset.trashed_at = now()
                self._changed(session, asset, "asset.trashed")
        self._on_change()

    def restore(self, asset_id: str) -> None:
        """Take a record out of the trash; harmless when it is not there.

        Raises:
            NotFound: there is no such asset.
            Conflict: it was merged into another.
        """
        self._viewer.require("write")
        with self._database.write() as session:
            asset = find_asset(session, asset_id, self._viewer, for_update=True)
            if asset.trashed_at is not None:
                if survivor(session, asset_id) != asset_id:
                    raise Conflict(
                        f"{asset.name} was merged into another record; take the merge back instead."
                    )
                asset.trashed_at = None
                self._changed(session, asset, "asset.restored")
        self._on_change()

    def purge(self, asset_id: str) -> Purged:
        """Let one record in the trash go for good.

        Raises:
            NotFound: there is no such asset.
            Conflict: it is not in the trash, or under legal hold.
        """
        with self._database.read() as session:
            # First of all: what one may not see is like nothing, whatever one may do.
            asset = find_asset(session, asset_id, self._viewer, for_update=True)
            self._viewer.require("admin")
            refuse_held(asset)
            if asset.trashed_at is None:
                raise Conflict("Only what is in the trash is purged; put it there first.")
        done = self._purge([asset_id])
        self._on_purge()
        return done

    def empty(self, *, older_than: timedelta | None = None) -> Purged:
        """Let all records go that have been in the trash for some time, or the holding time."""
        self._viewer.require("admin")
        done = Purged()
        older_than = self._holding if older_than is None else older_than
        with self._database.read() as session:
            old = select(Asset.id, Asset.hold).where(Asset.trashed_at <= now() - older_than)
            rows = session.execute(old.order_by(Asset.id)).all()
        done.held = sum(row.hold for row in rows)
        ids = [row.id for row in rows if not row.hold]
        for start in range(0, len(ids), _CHUNK):
            part = self._purge(ids[start : start + _CHUNK])
            done.records += part.records
            done.bytes += part.bytes
        if done.records:
            self._on_purge()
        return done

    def _changed(self, session: Session, asset: Asset, kind: str) -> None:
        asset.updated_at = now()
        session.add(Outbox(asset_id=asset.id, operation="index"))
        record(session, Change(self._viewer.id, kind, asset.id))

    def _purge(self, asset_ids: Sequence[str]) -> Purged:
        done = Purged()
        with self._database.write() as session:
            assets = list(
                session.scalars(
                    select(Asset)
                    .where(
                        Asset.id.in_(asset_ids),
                        # Looked at again: somebody may have restored or held one meanwhile.
                        Asset.trashed_at.is_not(None),
                        Asset.hold.is_(False),
                    )
                    .with_for_update()
                )
            )
            gone = [asset.id for asset in assets]
            hashes = set(
                session.scalars(select(Version.sha256).where(Version.asset_id.in_(gone)))
            ) | {asset.sha256 for asset in assets}
            hashes |= set(
                session.scalars(select(AssetFile.sha256).where(AssetFile.asset_id.in_(gone)))
            )
            for asset_id in gone:
                scrub(session, asset_id)
                session.add(Outbox(asset_id=asset_id, operation="delete"))
                record(
                    session, Change(actor=self._viewer.id, kind="asset.purged", asset_id=asset_id)
                )
            session.execute(delete(IndexFault).where(IndexFault.asset_id.in_(gone)))
            session.execute(delete(Asset).where(Asset.id.in_(gone)))
            dropped, pictures = _drop_contents(session, hashes)
            unused = _unused(session, hashes | pictures)
        # After the commit: bytes without a record are swept up later, a record without bytes
        # would be a loss. Whoever brings the same bytes meanwhile writes either before this
        # transaction, which then leaves them, or after it, and looks whether they are there.
        with self._database.write() as session:
            for sha256 in _unused(session, set(unused)):
                path = self._blobs.path(sha256)
                if path.is_file():
                    done.bytes += path.stat().st_size
                self._blobs.delete(sha256)
        for sha256 in dropped:
            self._forget_previews(sha256)
        done.records = len(gone)
        self._database.forget_deleted()
        self._on_change()
        return done


def _drop_contents(session: Session, hashes: set[str]) -> tuple[list[str], set[str]]:
    """Drop what was found in bytes that no asset has any more: these, and what was made of them."""
    orphaned = [
        sha256
        for sha256 in hashes
        if not session.scalar(
            select(
                or_(
                    exists(select(Asset.id).where(Asset.sha256 == sha256)),
                    exists(select(Version.id).where(Version.sha256 == sha256)),
                    exists(select(AssetFile.id).where(AssetFile.sha256 == sha256)),
                )
            )
        )
    ]
    pictures = set(
        session.scalars(
            select(Unit.thumbnail).where(Unit.sha256.in_(orphaned), Unit.thumbnail.is_not(None))
        )
    ) | set(
        session.scalars(
            select(Content.thumbnail).where(
                Content.sha256.in_(orphaned), Content.thumbnail.is_not(None)
            )
        )
    )
    files = select(ContentFile.blob).where(ContentFile.sha256.in_(orphaned))
    pictures |= set(session.scalars(files))
    session.execute(delete(Content).where(Content.sha256.in_(orphaned)))
    return orphaned, {picture for picture in pictures if picture is not None}


def _unused(session: Session, hashes: set[str]) -> list[str]:
    """Those among some blobs that nothing in the catalog names."""
    places = (
        Asset.sha256,
        Version.sha256,
        AssetFile.sha256,
        Unit.thumbnail,
        Content.thumbnail,
        ContentFile.blob,
    )
    return [
        sha256
        for sha256 in sorted(hashes)
        if not session.scalar(
            select(or_(*(exists(select(place).where(place == sha256)) for place in places)))
        )
    ]
