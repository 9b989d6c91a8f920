"""Looks whether catalog, stored bytes and index say the same, and can put right what does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from pipelines.hashing import sha256_file
from service.blobs import BlobStore
from service.catalog.database import Database
from service.catalog.tables import (
    Asset,
    AssetFile,
    Backlog,
    Content,
    ContentStage,
    Job,
    JobItem,
    Outbox,
    Unit,
    Version,
)
from service.home import Home
from service.ids import point_id
from service.index.base import Filter, VectorIndex
from service.media.tables import ContentFile

_SETTLED_S = 3600.0
"""Files younger than this may belong to an upload that is under way."""

_AT_ONCE = 500
_PAGE = 5000
_SHOWN = 3

Read = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``detail`` says what was seen, or what to do.

    ``repaired`` says that it was put right, or that putting it right has begun.
    """

    check: str
    sound: bool
    detail: str
    repaired: bool = False


@dataclass(slots=True)
class Faults:
    """What does not fit together; names are hashes, ids and paths.

    Attributes:
        damaged: what the database says of itself.
        orphans: stored bytes that no record knows.
        missing: hashes of originals that are not stored; ``pictures`` of small pictures.
        wrong: hashes of stored bytes that are not what their name says.
        unread: assets that are ready and have no content.
        stuck: jobs that are running and have nothing left to do.
        partial: files that a killed process left half written.
        unindexed: assets of which points are missing or too many.
        strays: points of assets that do not exist.
    """

    damaged: list[str] = field(default_factory=list)
    orphans: list[Path] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    partial: list[Path] = field(default_factory=list)
    unindexed: list[str] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)


def look(read: Read, home: Home, index: VectorIndex | None = None, *, deep: bool = False) -> Faults:
    """Look at everything; nothing changes.

    Args:
        read: gives a session on the catalog.
        index: None where it cannot be opened without a change.
        deep: whether all stored bytes are hashed, which takes as long as reading them.
    """
    faults = Faults(partial=_partial(home))
    with read() as session:
        if session.get_bind().dialect.name == "sqlite":
            said = session.scalars(text("PRAGMA integrity_check(20)")).all()
            faults.damaged = [each for each in said if each != "ok"]
        if faults.damaged:
            return faults
        _look_at_bytes(session, home, faults, deep=deep)
        faults.unread = list(
            session.scalars(
                select(Asset.id)
                .outerjoin(Content, Content.sha256 == Asset.sha256)
                .where(Asset.state == "ready", Content.sha256.is_(None))
            )
        )
        open_items = select(JobItem.job_id).where(
            JobItem.state.in_(("queued", "running", "paused"))
        )
        faults.stuck = list(
            session.scalars(
                select(Job.id).where(
                    Job.state == "running", ~Job.taking_in, Job.id.not_in(open_items)
                )
            )
        )
    if index is not None:
        _look_at_points(read, index, faults)
    return faults


def repair(faults: Faults, database: Database, blobs: BlobStore, home: Home) -> None:
    """Put right what can be; the worker and the indexer do the rest from the catalog.

    Bytes that nobody knows, or that are not what they should be, are set aside and not deleted.
    """
    for path in faults.partial:
        path.unlink(missing_ok=True)
    for path in faults.orphans:
        _set_aside(path, home)
    for sha256 in faults.wrong:
        _set_aside(blobs.path(sha256), home)
    gone = [*faults.missing, *faults.wrong]
    lost = [each for each in gone if not _found_again(each, database, blobs)]
    with database.write() as session:
        for some in _slices(lost):
            session.execute(
                update(Asset)
                .where(Asset.sha256.in_(some), ~Asset.in_place)
                .values(
                    state="failed",
                    failure_code="bytes_lost",
                    failure_reason="The stored bytes are gone or damaged; upload the file again.",
                )
            )
        for some in _slices(faults.pictures):
            # Under no key, so that they are read again.
            holders = select(Unit.sha256).where(Unit.thumbnail.in_(some))
            made = select(ContentFile.sha256).where(ContentFile.blob.in_(some))
            session.execute(
                update(ContentStage).where(ContentStage.sha256.in_(made)).values(key="")
            )
            session.execute(
                update(Content)
                .where(Content.thumbnail.in_(some) | Content.sha256.in_(holders))
                .values(stage_key="")
            )
        for some in _slices(faults.unread):
            session.execute(update(Asset).where(Asset.id.in_(some)).values(state="queued"))
        for some in _slices(faults.stuck):
            session.execute(update(Job).where(Job.id.in_(some)).values(state="done"))
        again = dict.fromkeys([*faults.unindexed, *faults.strays])
        for some in _slices(list(again)):
            session.execute(
                insert(Outbox), [{"asset_id": each, "operation": "index"} for each in some]
            )


def findings(faults: Faults, *, index: bool, repaired: bool) -> list[Finding]:
    """What was found, in sentences; the database first."""
    told = [
        _told("database", faults.damaged, "{} damages; restore a backup of the home", False),
        _told("orphan files", faults.orphans, "{} stored files belong to no record", repaired),
        _told("missing files", faults.missing, "the bytes of {} records are gone", repaired),
        _told("missing pictures", faults.pictures, "{} small pictures are gone", repaired),
        _told("damaged files", faults.wrong, "{} stored files are not what they were", repaired),
        _told("records", faults.unread, "{} records were never read", repaired),
        _told("jobs", faults.stuck, "{} jobs have nothing left to do and go on", repaired),
        _told("partial files", faults.partial, "{} files were left half written", repaired),
    ]
    if not index:
        said = "not compared; start `magpie serve`, or repair, to compare it with the catalog"
        return [*told, Finding("index", True, said)]
    return [
        *told,
        _told("index", faults.unindexed, "{} records are not in it as they should be", repaired),
        _told("stray points", faults.strays, "points of {} records that do not exist", repaired),
    ]


def _told(check: str, found: Sequence[object], sentence: str, repaired: bool) -> Finding:
    if not found:
        return Finding(check, True, "nothing wrong")
    names = ", ".join(str(each) for each in found[:_SHOWN])
    more = " …" if len(found) > _SHOWN else ""
    detail = f"{sentence.format(f'{len(found):,}')}: {names}{more}"
    if not repaired and check != "database":
        detail += "; `magpie doctor --repair` puts it right"
    return Finding(check, False, detail, repaired=repaired)


def _look_at_bytes(session: Session, home: Home, faults: Faults, *, deep: bool) -> None:
    stored = {path.name: path for path in home.blobs.glob("??/??/*") if path.is_file()}
    originals = {
        *session.scalars(select(Asset.sha256).where(~Asset.in_place)),
        *session.scalars(select(AssetFile.sha256).where(~AssetFile.in_place)),
    }
    pictures = {
        *session.scalars(select(Content.thumbnail).where(Content.thumbnail.is_not(None))),
        *session.scalars(select(Unit.thumbnail).where(Unit.thumbnail.is_not(None))),
        *session.scalars(select(ContentFile.blob)),
    }
    known = originals | pictures | set(session.scalars(select(Version.sha256)))
    faults.missing = sorted(originals - stored.keys())
    faults.pictures = sorted(each for each in pictures - stored.keys() if each)
    faults.orphans = [stored[name] for name in sorted(stored.keys() - known) if _old(stored[name])]
    if deep:
        faults.wrong = [name for name in sorted(stored) if sha256_file(stored[name]) != name]


def _look_at_points(read: Read, index: VectorIndex, faults: Faults) -> None:
    """Compare the ids of points with those that the catalog would make.

    What still stands in the outbox is on its way, and is left out.
    """
    there = {str(each) for each in _all_points(index)}
    expected: dict[str, str] = {}
    with read() as session:
        on_the_way = {
            *session.scalars(select(Outbox.asset_id)),
            *session.scalars(select(Backlog.asset_id)),
        }
        assets = session.execute(
            select(Asset.id, Asset.sha256, Asset.state).where(Asset.trashed_at.is_(None))
        ).all()
        holders: dict[str, list[str]] = {}
        for asset_id, sha256, state in assets:
            holders.setdefault(sha256, []).append(asset_id)
            if state != "queued":
                expected[str(point_id(asset_id, "record"))] = asset_id
        for sha256, key in session.execute(select(Unit.sha256, Unit.key)):
            for asset_id in holders.get(sha256, ()):
                expected[str(point_id(asset_id, key))] = asset_id
    known = {asset_id for asset_id, _, _ in assets}
    wrong = {owner for point, owner in expected.items() if point not in there}
    for owner in _owners(index, [UUID(each) for each in there - expected.keys()]):
        wrong.add(owner)
    faults.unindexed = sorted(wrong & known - on_the_way)
    faults.strays = sorted(wrong - known - on_the_way)


def _all_points(index: VectorIndex) -> Iterator[UUID]:
    last: UUID | None = None
    while page := index.scroll(Filter(), limit=_PAGE, after=last):
        yield from page
        last = page[-1]


def _owners(index: VectorIndex, points: Sequence[UUID]) -> set[str]:
    return {str(point.payload["asset_id"]) for point in index.retrieve(points)}


def _partial(home: Home) -> list[Path]:
    places = (
        home.blobs.glob("incoming/*"),
        home.previews.glob("*/*.partial"),
        home.root.glob("*.partial"),
        home.root.glob("*.tmp"),
    )
    return sorted(path for place in places for path in place if path.is_file() and _old(path))


def _old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _SETTLED_S
    except FileNotFoundError:
        return False


def _set_aside(path: Path, home: Home) -> None:
    if path.exists():
        (home.root / "set-aside").mkdir(exist_ok=True)
        path.replace(home.root / "set-aside" / path.name)


def _found_again(sha256: str, database: Database, blobs: BlobStore) -> bool:
    """Store lost bytes anew where a file that they came from still holds them."""
    with database.read() as session:
        origins = [
            *session.scalars(
                select(Asset.origin).where(Asset.sha256 == sha256, Asset.origin.is_not(None))
            ),
            *session.scalars(select(AssetFile.origin).where(AssetFile.sha256 == sha256)),
        ]
    for origin in origins:
        path = Path(origin or "")
        if path.is_file() and sha256_file(path) == sha256:
            with path.open("rb") as file:
                blobs.put(file)
            return True
    return False


def _slices(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
