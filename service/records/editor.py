"""Editing records: one, many, and back again."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.seen import no_asset
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset, Outbox, now
from service.documents.waiting import note_again
from service.errors import BadRequest, NotFound
from service.events.record import Change, record_all
from service.ids import new_id
from service.record.edits import Edit, apply_edits, reset_keys
from service.record.entries import Key
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.records.assembly import entries_for, said_of, shown_of
from service.records.refresh import refresh_records
from service.records.tables import RecordEntry
from service.selection.conditions import selected
from service.selection.language import parse_selection

_CHUNK = 250
_EXAMPLES = 10


@dataclass(slots=True)
class Edited:
    """What an edit of many records did, or would do.

    Attributes:
        batch_id: names the work, for undoing it; empty for a dry run.
        total: records that were meant.
        matched: those of them that were looked at so far.
        changed: records that show or say something else now.
        examples: of the first few, names with what each shows before and after.
        kept: for an undo, records in which somebody said something else since.
    """

    batch_id: str = ""
    total: int = 0
    matched: int = 0
    changed: int = 0
    kept: int = 0
    examples: list[tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)


class Unsaid:
    """A person says nothing of a field: what files and machines say shows."""


_UNSAID = Unsaid()

_Sayings = Callable[[str, Mapping[Key, Content]], Mapping[Key, Content | Unsaid | None]]
"""What to say of an asset, given its id and what it shows."""


class RecordEditor:
    """Edits records for one viewer.

    Args:
        screen: applies the access rules to changed records: what they say decides who sees them.
    """

    def __init__(
        self,
        database: Database,
        fields: FieldSet,
        viewer: Viewer,
        *,
        screen: Callable[[Session, Sequence[str]], None] | None = None,
    ) -> None:
        self._database = database
        self._fields = fields
        self._viewer = viewer
        self._screen = screen

    def edit(self, asset_id: str, edits: Sequence[Edit]) -> Edited:
        """Edit one record; raises NotFound."""
        done = self.edit_all([asset_id], edits)
        if not done.matched:
            raise no_asset(asset_id)
        return done

    def select(self, where: str) -> list[str]:
        """Ids of the records that some words select, oldest first; see ``service.selection``.

        Raises:
            InvalidSelection: they cannot be understood.
        """
        tests = selected(parse_selection(where), self._fields)
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(Asset.id)
                    .where(Asset.trashed_at.is_(None), *seen_assets(self._viewer), *tests)
                    .order_by(Asset.id)
                )
            )

    def edit_all(
        self, asset_ids: Sequence[str], edits: Sequence[Edit], *, dry_run: bool = False
    ) -> Edited:
        """Edit many records and wait; see ``edit_steps``."""
        return _last(self.edit_steps(asset_ids, edits, dry_run=dry_run))

    def edit_steps(
        self, asset_ids: Sequence[str], edits: Sequence[Edit], *, dry_run: bool = False
    ) -> Iterator[Edited]:
        """Edit many records, some hundred in one transaction; what is done stays done.

        Tells before the first and after each of these transactions how far it is. Records
        that the viewer may not see, or that are gone, are left out.

        Raises:
            BadRequest: an edit does not fit; nothing was changed.
        """
        self._viewer.require("write")
        if not edits:
            raise BadRequest("Say what to change, such as campaign=Spring.")
        # What does not fit is refused before the first record changes.
        self._sayings({}, edits)
        return self._steps(asset_ids, lambda _, shown: self._sayings(shown, edits), dry_run=dry_run)

    def say_steps(
        self, contents: Mapping[str, Mapping[Key, Content | None]], *, dry_run: bool = False
    ) -> Iterator[Edited]:
        """Let the viewer say something of each of some records; as ``edit_steps``.

        Args:
            contents: what to say, by the id of the asset; checked, None for nothing at all.
        """
        self._viewer.require("write")
        return self._steps(
            [*contents],
            lambda asset_id, shown: {
                key: content
                for key, content in contents[asset_id].items()
                if content != shown.get(key)
            },
            dry_run=dry_run,
        )

    def _steps(
        self, asset_ids: Sequence[str], sayings: _Sayings, *, dry_run: bool
    ) -> Iterator[Edited]:
        done = Edited(batch_id="" if dry_run else new_id(), total=len(asset_ids))
        yield done
        for start in range(0, len(asset_ids), _CHUNK):
            chunk = asset_ids[start : start + _CHUNK]
            with self._database.read() if dry_run else self._database.write() as session:
                self._edit_chunk(session, chunk, sayings, done)
            yield done

    def undo(self, batch_id: str) -> Edited:
        """Take an edit of many records back and wait; see ``undo_steps``."""
        return _last(self.undo_steps(batch_id))

    def undo_steps(self, batch_id: str) -> Iterator[Edited]:
        """Take an edit of many records back; what somebody said since stays.

        Tells how far it is, as ``edit_steps`` does.

        Raises:
            NotFound: the viewer sees no record that this work changed.
        """
        self._viewer.require("write")
        with self._database.read() as session:
            asset_ids = list(
                session.scalars(
                    select(Asset.id)
                    .where(
                        Asset.id.in_(
                            select(RecordEntry.asset_id).where(
                                (RecordEntry.batch_id == batch_id)
                                | (RecordEntry.ended_by == batch_id)
                            )
                        ),
                        *seen_assets(self._viewer),
                    )
                    .order_by(Asset.id)
                )
            )
        if not asset_ids:
            raise NotFound(f"There is no edit {batch_id[:40]} to undo; see the events of an asset.")
        return self._undo_all(asset_ids, batch_id)

    def say_in(
        self,
        session: Session,
        contents: Mapping[str, Mapping[Key, Content | None]],
        batch_id: str,
    ) -> Edited:
        """Let the viewer say something of some records within a transaction of the caller.

        Args:
            contents: as for ``say_steps``.
            batch_id: names the work that it is part of.
        """
        done = Edited(batch_id=batch_id, total=len(contents))
        self._edit_chunk(session, [*contents], lambda asset_id, _: contents[asset_id], done)
        return done

    def undo_in(
        self, session: Session, asset_ids: Sequence[str], batch_id: str, as_batch: str
    ) -> Edited:
        """Take work on some records back within a transaction of the caller; see ``undo``.

        Args:
            as_batch: names the work that taking it back is part of.
        """
        done = Edited(batch_id=as_batch, total=len(asset_ids))
        self._undo_chunk(session, asset_ids, batch_id, done)
        return done

    def _undo_all(self, asset_ids: Sequence[str], batch_id: str) -> Iterator[Edited]:
        done = Edited(batch_id=new_id(), total=len(asset_ids))
        yield done
        for start in range(0, len(asset_ids), _CHUNK):
            with self._database.write() as session:
                self._undo_chunk(session, asset_ids[start : start + _CHUNK], batch_id, done)
            yield done

    def _assets(self, session: Session, asset_ids: Sequence[str]) -> list[Asset]:
        rows = select(Asset).where(Asset.id.in_(asset_ids), *seen_assets(self._viewer))
        return list(session.scalars(rows.order_by(Asset.id)))

    def _edit_chunk(
        self, session: Session, asset_ids: Sequence[str], sayings: _Sayings, done: Edited
    ) -> None:
        assets = self._assets(session, asset_ids)
        said = said_of(session, asset_ids)
        entries = entries_for(session, assets, self._fields)
        before = {asset.id: shown_of(asset, entries[asset.id]) for asset in assets}
        changes: list[_Saying] = []
        for asset in assets:
            said_now = {row.key: row for row in _human(said.get(asset.id, ()))}
            for key, wanted in sayings(asset.id, before[asset.id]).items():
                old = said_now.get(key)
                if not _says(old, wanted):
                    changes.append(_Saying(asset.id, key, old, wanted))
            done.matched += 1
        if not done.batch_id:
            _foresee(done, assets, before, changes)
            return
        self._write(session, assets, changes, before, done)

    def _sayings(
        self, shown: Mapping[Key, Content], edits: Sequence[Edit]
    ) -> dict[Key, Content | Unsaid | None]:
        """What a person says in the end, by key."""
        said: dict[Key, Content | Unsaid | None] = dict(apply_edits(shown, edits, self._fields))
        return said | dict.fromkeys(reset_keys(edits, self._fields), _UNSAID)

    def _undo_chunk(
        self, session: Session, asset_ids: Sequence[str], batch_id: str, done: Edited
    ) -> None:
        assets = self._assets(session, asset_ids)
        entries = entries_for(session, assets, self._fields)
        before = {asset.id: shown_of(asset, entries[asset.id]) for asset in assets}
        changes = []
        for asset_id, rows in said_of(session, asset_ids, with_ended=True).items():
            by_key: dict[Key, list[RecordEntry]] = {}
            for row in _human(rows):
                by_key.setdefault(row.key, []).append(row)
            kept = False
            for key, history in by_key.items():
                touched = [row for row in history if batch_id in {row.batch_id, row.ended_by}]
                if not touched:
                    continue
                now_said = next((row for row in history if row.until is None), None)
                made = next((row for row in touched if row.batch_id == batch_id), None)
                if now_said is not made or (made is not None and made.until is not None):
                    kept = True
                    continue
                earlier = next((row for row in touched if row.ended_by == batch_id), None)
                wanted = _content(earlier) if earlier is not None else _UNSAID
                changes.append(_Saying(asset_id, key, now_said, wanted))
            done.matched += 1
            done.kept += kept
        self._write(session, assets, changes, before, done)

    def _write(
        self,
        session: Session,
        assets: Sequence[Asset],
        changes: Sequence[_Saying],
        before: Mapping[str, Mapping[Key, Content]],
        done: Edited,
    ) -> None:
        at = now()
        ended = [saying.old.id for saying in changes if saying.old is not None]
        if ended:
            session.execute(
                update(RecordEntry)
                .where(RecordEntry.id.in_(ended))
                .values(until=at, ended_by=done.batch_id)
                .execution_options(synchronize_session=False)
            )
        made = [saying.row(at, self._viewer.id, done.batch_id) for saying in changes]
        if new := [row for row in made if row is not None]:
            session.execute(insert(RecordEntry), new)
        touched = {saying.asset_id for saying in changes}
        changed = [asset for asset in assets if asset.id in touched]
        if not changed:
            return
        session.expire_all()
        after = refresh_records(session, changed, self._fields)
        session.execute(
            update(Asset)
            .where(Asset.id.in_(touched))
            .values(updated_at=at)
            .execution_options(synchronize_session=False)
        )
        session.execute(
            insert(Outbox), [{"asset_id": asset.id, "operation": "index"} for asset in changed]
        )
        record_all(session, self._events(changed, before, after, done))
        note_again(session, [asset.id for asset in changed])
        if self._screen is not None:
            self._screen(session, [asset.id for asset in changed])

    def _events(
        self,
        assets: Iterable[Asset],
        before: Mapping[str, Mapping[Key, Content]],
        after: Mapping[str, Mapping[Key, Content]],
        done: Edited,
    ) -> Iterator[Change]:
        for asset in assets:
            old, new = _difference(before[asset.id], after[asset.id])
            done.changed += 1
            if len(done.examples) < _EXAMPLES:
                done.examples.append((asset.name, old, new))
            yield Change(
                actor=self._viewer.id,
                kind="asset.edited",
                asset_id=asset.id,
                batch_id=done.batch_id,
                before=old,
                after=new,
            )


@dataclass(frozen=True, slots=True)
class _Saying:
    """A person says something else of a field: ``old`` ends, ``wanted`` is said."""

    asset_id: str
    key: Key
    old: RecordEntry | None
    wanted: Content | Unsaid | None

    def row(self, at: Any, actor: str, batch_id: str) -> dict[str, Any] | None:
        if isinstance(self.wanted, Unsaid):
            return None
        return {
            "asset_id": self.asset_id,
            "name": self.key[0],
            "language": self.key[1],
            "content": self.wanted,
            "source": "human",
            "actor": actor,
            "since": at,
            "batch_id": batch_id,
        }


def _last(steps: Iterable[Edited]) -> Edited:
    return deque(steps, maxlen=1).pop()


def _human(rows: Iterable[RecordEntry]) -> Iterator[RecordEntry]:
    return (row for row in rows if row.source == "human")


def _content(row: RecordEntry) -> Content | None:
    found = row.content
    return tuple(found) if isinstance(found, list) else found


def _says(row: RecordEntry | None, wanted: Content | Unsaid | None) -> bool:
    if isinstance(wanted, Unsaid):
        return row is None
    return row is not None and _content(row) == wanted


def _foresee(
    done: Edited,
    assets: Iterable[Asset],
    before: Mapping[str, Mapping[Key, Content]],
    changes: Iterable[_Saying],
) -> None:
    by_asset: dict[str, list[_Saying]] = {}
    for saying in changes:
        by_asset.setdefault(saying.asset_id, []).append(saying)
    for asset in assets:
        sayings = by_asset.get(asset.id)
        if not sayings:
            continue
        done.changed += 1
        if len(done.examples) < _EXAMPLES:
            after = dict(before[asset.id])
            for saying in sayings:
                after.pop(saying.key, None)
                if saying.wanted is not None and not isinstance(saying.wanted, Unsaid):
                    after[saying.key] = saying.wanted
            done.examples.append((asset.name, *_difference(before[asset.id], after)))


def _difference(
    before: Mapping[Key, Content], after: Mapping[Key, Content]
) -> tuple[dict[str, Any], dict[str, Any]]:
    keys = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    return _named(before, keys), _named(after, keys)


def _named(contents: Mapping[Key, Content], keys: Iterable[Key]) -> dict[str, Any]:
    return {
        f"{name}@{language}" if language else name: contents[name, language]
        for name, language in keys
        if (name, language) in contents
    }
