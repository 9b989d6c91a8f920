"""Merges groups of duplicates into the copies to keep, and takes it back.

What may not be merged stays linked, with the reason; what is only similar is never merged here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipelines.duplicates.links import GROUPED
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.duplicates import schemas
from service.duplicates.candidates import protected_assets
from service.duplicates.groups import Groups, frees
from service.duplicates.regroup import regroup
from service.duplicates.seen import SeenGroup, find_group
from service.duplicates.tables import DuplicateGroup, DuplicateMerge
from service.errors import BadRequest, Conflict, MagpieError, NotFound
from service.ids import new_id
from service.merging.merge import Merges

_MOST = 1000
_MOST_OTHERS = 100
_NO_CLEAN_UP = "There is no such clean-up; `magpie duplicates resolve --apply` tells its id."


@dataclass(frozen=True, slots=True)
class _Plan:
    """What merging a group would do.

    Attributes:
        kept: the record that stays, and ``reason`` why it.
        others: the records that would be merged into it.
        refused: those that would stay linked.
    """

    group: SeenGroup
    kept: Asset
    reason: str
    others: list[Asset]
    refused: list[schemas.Refusal]


class Resolver:
    """Plans, does and undoes merges of groups for one viewer.

    Args:
        protected: paths of collections of which nothing is merged away.
    """

    def __init__(
        self,
        database: Database,
        groups: Groups,
        merges: Merges,
        viewer: Viewer,
        *,
        protected: Sequence[str],
    ) -> None:
        self._database = database
        self._groups = groups
        self._merges = merges
        self._viewer = viewer
        self._protected = protected

    def resolve(self, request: schemas.ResolveRequest) -> schemas.Resolution:
        """Merge groups, or say what merging them would do.

        Raises:
            BadRequest: nothing was asked for, or what is only linked.
            NotFound: there is no such group.
        """
        self._viewer.require("write")
        if bool(request.group_ids) == (request.kind is not None):
            raise BadRequest("Name groups, or a kind of which all are meant; not both.")
        if request.kind is not None and request.kind not in GROUPED:
            raise BadRequest("Only copies are merged; what is merely alike stays as it is.")
        ids, left = self._wanted(request)
        # All are looked at before one is merged: what cannot be told leaves nothing half done.
        plans = [self._planned(id_) for id_ in ids]
        batch = new_id() if request.apply else None
        done = [self._done(plan, batch) for plan in plans]
        return schemas.Resolution(
            batch=batch,
            applied=request.apply,
            groups=done,
            merged=sum(len(each.merged) for each in done),
            refused=sum(len(each.refused) for each in done),
            frees=sum(each.frees for each in done),
            left=left,
        )

    def refused(self, group_id: str) -> list[schemas.Refusal]:
        """What merging a group would leave, and why; raises NotFound."""
        with self._database.read() as session:
            group = find_group(session, group_id, self._viewer)
            if group.row.state != "open" or group.kind not in GROUPED:
                return []
            keep_id = self._groups.keep(session, group)[0]
            return self._plan(session, group, keep_id)[1]

    def undo(self, id_: str) -> schemas.Undone:
        """Take back a clean-up, one merge of it, or a dismissal, by the id of either.

        Raises:
            NotFound: there is none.
            Conflict: nothing of it could be taken back.
        """
        self._viewer.require("write")
        with self._database.read() as session:
            rows = session.scalars(
                select(DuplicateMerge).where(
                    (DuplicateMerge.batch == id_)
                    | (DuplicateMerge.merge_id == id_)
                    | (DuplicateMerge.group_id == id_)
                )
            ).all()
        if rows:
            return self._undo_merges(rows)
        with self._database.read() as session:
            group = session.get(DuplicateGroup, id_)
        if group is not None:
            self._groups.reopen(id_)
            return schemas.Undone(merges=0, reopened=1)
        self._merges.undo(id_)
        return schemas.Undone(merges=1, reopened=0)

    def _wanted(self, request: schemas.ResolveRequest) -> tuple[list[str], int]:
        if request.group_ids:
            return list(dict.fromkeys(request.group_ids)), 0
        found: list[str] = []
        cursor: str | None = None
        assert request.kind is not None
        while len(found) <= _MOST:
            page = self._groups.page(
                schemas.GroupQuery(kinds=[request.kind], limit=schemas.MOST_GROUPS, cursor=cursor)
            )
            found += [group.id for group in page.groups]
            cursor = page.next_cursor
            if cursor is None:
                break
        return found[:_MOST], len(found[_MOST:])

    def _planned(self, group_id: str) -> _Plan:
        with self._database.read() as session:
            group = find_group(session, group_id, self._viewer)
            if group.row.state != "open":
                raise Conflict(f"The group {group_id} is {group.row.state} already.")
            if group.kind not in GROUPED:
                raise BadRequest(
                    f"The group {group_id} is only linked, not merged: merge records of it one "
                    "by one if they are the same."
                )
            keep_id, reason, _ = self._groups.keep(session, group)
            others, refused = self._plan(session, group, keep_id)
            kept = next(asset for asset in group.assets if asset.id == keep_id)
        return _Plan(group, kept, reason, others, refused)

    def _done(self, plan: _Plan, batch: str | None) -> schemas.Merged:
        """Merge as planned; without a batch only say what would be merged."""
        kept, others, refused = plan.kept, plan.others, plan.refused
        merge_id = None
        if batch is not None and others:
            try:
                merge_id = self._merges.merge(kept.id, [asset.id for asset in others]).id
            except MagpieError as error:
                # It changed since the plan was made.
                refused = [*refused, *(_refusal(asset, error.message) for asset in others)]
                others = []
            else:
                freed = frees(kept, others)
                self._note(plan.group, merge_id, batch, freed, whole=not refused)
        return schemas.Merged(
            group_id=plan.group.row.id,
            kind=plan.group.kind,
            keep_id=kept.id,
            keep_name=kept.name,
            keep_reason=plan.reason,
            merged=[_refusal(asset, "") for asset in others],
            refused=refused,
            frees=frees(kept, others),
            merge_id=merge_id,
        )

    def _plan(
        self, session: Session, group: SeenGroup, keep_id: str
    ) -> tuple[list[Asset], list[schemas.Refusal]]:
        """The records that may be merged together into the kept one, and the others with why."""
        protected = protected_assets(session, self._protected)
        free: list[Asset] = []
        refused: list[schemas.Refusal] = []
        for asset in group.assets:
            if asset.id == keep_id or asset.trashed_at is not None:
                continue
            if asset.id in protected:
                refused.append(_refusal(asset, "It lies in a protected collection."))
            elif len(free) == _MOST_OTHERS:
                refused.append(_refusal(asset, "The group is large: resolve it again to go on."))
            else:
                free.append(asset)
        # Mostly all go together, which one look tells; else one by one shows which do not.
        if free and self._refusal_of(session, keep_id, free) is None:
            return free, refused
        merged: list[Asset] = []
        for asset in free:
            reason = self._refusal_of(session, keep_id, [*merged, asset])
            if reason is None:
                merged.append(asset)
            else:
                refused.append(_refusal(asset, reason))
        return merged, refused

    def _refusal_of(self, session: Session, keep_id: str, others: Sequence[Asset]) -> str | None:
        """Why some records may not be merged into one; None where they may."""
        try:
            self._merges.check(session, keep_id, [asset.id for asset in others])
        except (Conflict, NotFound) as error:
            return error.message
        return None

    def _note(
        self, group: SeenGroup, merge_id: str, batch: str, freed: int, *, whole: bool
    ) -> None:
        with self._database.write() as session:
            session.add(
                DuplicateMerge(merge_id=merge_id, group_id=group.row.id, batch=batch, frees=freed)
            )
            row = session.get(DuplicateGroup, group.row.id)
            if row is not None and whole:
                row.state = "resolved"

    def _undo_merges(self, rows: Sequence[DuplicateMerge]) -> schemas.Undone:
        undone, refused = [], []
        for row in sorted(rows, key=lambda each: each.merge_id, reverse=True):
            try:
                self._merges.undo(row.merge_id)
            except NotFound:
                refused.append(_NO_CLEAN_UP)
            except MagpieError as error:
                refused.append(error.message)
            else:
                undone.append(row)
        if not undone:
            raise _not_undone(refused)
        with self._database.write() as session:
            ids = {row.group_id for row in undone}
            session.execute(
                delete(DuplicateMerge).where(
                    DuplicateMerge.merge_id.in_([row.merge_id for row in undone])
                )
            )
            groups = session.scalars(select(DuplicateGroup).where(DuplicateGroup.id.in_(ids))).all()
            for group in groups:
                group.state = "open"
            session.flush()
            if groups:
                regroup(session, groups[0].run_id)
        return schemas.Undone(merges=len(undone), reopened=len(groups), refused=refused)


def _not_undone(refused: Sequence[str]) -> MagpieError:
    told = [each for each in refused if each != _NO_CLEAN_UP]
    return Conflict(told[0]) if told else NotFound(_NO_CLEAN_UP)


def _refusal(asset: Asset, reason: str) -> schemas.Refusal:
    return schemas.Refusal(asset_id=asset.id, name=asset.name, reason=reason)
