"""Merges records that are the same, and parts them again.

What people said, and where the others were kept, goes to the record that stays; the others go
to the trash, from where they leave as all else does. A merge never widens who may see something,
nor shortens how long it must be kept: such records are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import delete, select, union
from sqlalchemy.orm import Session

from service.access.predicate import groups_of
from service.access.refresh import refresh_access
from service.access.seen import find_asset
from service.access.status import refuse_held
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset, AssetFile, Outbox, Version, now
from service.collections.members import put_in, take_out
from service.collections.stored import changing_tree
from service.collections.tables import CollectionMember
from service.errors import BadRequest, Conflict, NotFound
from service.events.record import Change, record, record_all
from service.ids import new_id
from service.merging import schemas
from service.merging.aliases import merged_into
from service.merging.field_values import carry_fields, return_fields
from service.merging.tables import Alias, Merge
from service.merging.tags import carry_tags, return_tags
from service.merging.values import disagreements, merged
from service.record.fieldset import FieldSet
from service.records.assembly import entries_for
from service.records.editor import RecordEditor
from service.schemas import MergedRecord

_MOST = 100


class Merges:
    """Merges records for one viewer.

    Args:
        on_change: called when the index has something to take up.
    """

    def __init__(
        self,
        database: Database,
        fields: FieldSet,
        viewer: Viewer,
        *,
        editor: RecordEditor,
        on_change: Callable[[], None],
    ) -> None:
        self._database = database
        self._fields = fields
        self._viewer = viewer
        self._editor = editor
        self._on_change = on_change

    def merge(self, kept_id: str, other_ids: Sequence[str]) -> schemas.Merge:
        """Let some records become part of another, all or none.

        Raises:
            NotFound: the viewer sees one of them not.
            Conflict: they may not be merged; the message says why.
        """
        self._viewer.require("write")
        others = [each for each in dict.fromkeys(other_ids) if each != kept_id]
        if not 0 < len(others) <= _MOST:
            raise BadRequest(f"Name between 1 and {_MOST} other records to merge into this one.")
        merge = Merge(id=new_id(), kept_id=kept_id, actor=self._viewer.id)
        with changing_tree(self._database) as (session, _):
            found = self._together(session, kept_id, others)
            session.add(merge)
            session.flush()
            self._carry_values(session, found, merge)
            carry_tags(session, kept_id, others, merge.id, self._viewer.id)
            carry_fields(session, found, merge.id, self._viewer.id)
            self._carry_memberships(session, found, merge)
            self._let_go(session, found[1:], merge)
            done = _shape(merge, found[1:])
        self._on_change()
        return done

    def check(self, session: Session, kept_id: str, other_ids: Sequence[str]) -> None:
        """Raise what ``merge`` would, and change nothing."""
        self._together(session, kept_id, other_ids)

    def undo(self, merge_id: str) -> schemas.Merge:
        """Part what a merge joined; what people said since stays.

        Raises:
            NotFound: there is no such merge.
            Conflict: it was taken back already, or one of its records was purged or merged on.
        """
        self._viewer.require("write")
        with changing_tree(self._database) as (session, _):
            merge = session.get(Merge, merge_id)
            if merge is None:
                raise _no_merge(merge_id)
            find_asset(session, merge.kept_id, self._viewer, for_update=True)
            if merge.undone_at is not None:
                raise Conflict("This merge was taken back already.")
            others = self._parted(session, merge)
            batch = new_id()
            self._editor.undo_in(session, [merge.kept_id], merge.id, batch)
            return_tags(session, merge.kept_id, merge.id, batch, self._viewer.id)
            return_fields(session, merge.kept_id, merge.id, batch, self._viewer.id)
            for collection_id in _still(session, merge):
                take_out(session, collection_id, [merge.kept_id], self._viewer.id)
            session.execute(delete(Alias).where(Alias.merge_id == merge.id))
            for asset in others:
                self._turn(session, asset, None, "asset.restored", batch)
            # After the others are back: what the kept one shows again may restrict it again.
            refresh_access(session, [merge.kept_id], self._viewer)
            merge.undone_at = now()
            record(session, Change(self._viewer.id, "asset.parted", merge.kept_id, batch_id=batch))
            done = _shape(merge, others)
        self._on_change()
        return done

    def of(self, asset_id: str) -> schemas.MergeList:
        """The merges whose record is an asset, newest first; raises NotFound."""
        with self._database.read() as session:
            asset = find_asset(session, asset_id, self._viewer, follow=True)
            merges = session.scalars(
                select(Merge)
                .where(Merge.kept_id == asset.id, Merge.undone_at.is_(None))
                .order_by(Merge.id.desc())
            ).all()
            aliases = [each for each in merged_into(session, asset.id) if each.asset_id == asset.id]
        return schemas.MergeList(
            merges=[_shape(each, [a for a in aliases if a.merge_id == each.id]) for each in merges]
        )

    def _together(self, session: Session, kept_id: str, other_ids: Sequence[str]) -> list[Asset]:
        """The records, the one that stays first; raises where they may not be merged."""
        # In one order, so that two merges never wait for each other.
        rows = {
            each: find_asset(session, each, self._viewer, for_update=True)
            for each in sorted([kept_id, *other_ids])
        }
        found = [rows[each] for each in [kept_id, *other_ids]]
        if any(asset.trashed_at is not None for asset in found):
            raise Conflict("One of them lies in the trash; take it out first.")
        for asset in found:
            refuse_held(asset)
        if found[0].missing_at is not None:
            raise Conflict(
                "The file of the record that would stay is missing; keep another one, or bring "
                "its file back first."
            )
        _refuse_further_files(session, found)
        groups = groups_of(session, found)
        if len({(tuple(groups[asset.id]), asset.restricted) for asset in found}) > 1:
            raise Conflict(
                "Different people may see them, so that a merge would show something to more "
                "people; put them into collections of the same groups first."
            )
        if len({asset.status for asset in found if asset.status == "withdrawn"} | {""}) > 1 and (
            found[0].status != "withdrawn"
        ):
            raise Conflict("One of them is withdrawn and would come back; keep that one instead.")
        entries = entries_for(session, found, self._fields)
        differing = disagreements([entries[asset.id] for asset in found], self._fields)
        if differing:
            raise Conflict(
                f"They differ in {', '.join(differing)}, and nobody can say which is stricter; "
                "make these alike first."
            )
        return found

    def _carry_values(self, session: Session, found: Sequence[Asset], merge: Merge) -> None:
        entries = entries_for(session, found, self._fields)
        contents = merged([entries[asset.id] for asset in found], self._fields)
        if contents:
            self._editor.say_in(session, {merge.kept_id: contents}, merge.id)

    def _carry_memberships(self, session: Session, found: Sequence[Asset], merge: Merge) -> None:
        rows = session.execute(
            select(CollectionMember.collection_id, CollectionMember.asset_id)
            .where(CollectionMember.asset_id.in_([asset.id for asset in found]))
            .order_by(CollectionMember.collection_id)
        ).all()
        own = {row.collection_id for row in rows if row.asset_id == merge.kept_id}
        merge.memberships = sorted({row.collection_id for row in rows} - own)
        for collection_id in merge.memberships:
            put_in(session, collection_id, [merge.kept_id], self._viewer.id)
        refresh_access(session, [merge.kept_id], self._viewer)

    def _let_go(self, session: Session, others: Sequence[Asset], merge: Merge) -> None:
        for asset in others:
            self._turn(session, asset, now(), "asset.trashed", merge.id)
            session.add(
                Alias(
                    old_id=asset.id,
                    asset_id=merge.kept_id,
                    merge_id=merge.id,
                    name=asset.name,
                    origin=asset.origin,
                )
            )
        record_all(
            session,
            [
                Change(
                    self._viewer.id,
                    "asset.merged",
                    merge.kept_id,
                    batch_id=merge.id,
                    after={"asset_id": asset.id, "name": asset.name, "origin": asset.origin},
                )
                for asset in others
            ],
        )

    def _turn(
        self, session: Session, asset: Asset, trashed_at: object, kind: str, batch_id: str
    ) -> None:
        asset.trashed_at = trashed_at  # type: ignore[assignment]
        asset.updated_at = now()
        session.add(Outbox(asset_id=asset.id, operation="index"))
        record(session, Change(self._viewer.id, kind, asset.id, batch_id=batch_id))

    def _parted(self, session: Session, merge: Merge) -> list[Asset]:
        """The records that a merge let go; raises Conflict where one is not there any more."""
        aliases = session.scalars(select(Alias).where(Alias.merge_id == merge.id)).all()
        ids = [alias.old_id for alias in aliases]
        assets = session.scalars(
            select(Asset).where(Asset.id.in_(ids)).order_by(Asset.id).with_for_update()
        ).all()
        if len(assets) < len(ids):
            raise Conflict("One of its records has left the trash for good; it cannot come back.")
        return list(assets)


def _still(session: Session, merge: Merge) -> Sequence[str]:
    """The collections that the record was put into for a merge, as far as it is still there."""
    return session.scalars(
        select(CollectionMember.collection_id).where(
            CollectionMember.asset_id == merge.kept_id,
            CollectionMember.collection_id.in_(merge.memberships),
        )
    ).all()


def _refuse_further_files(session: Session, found: Sequence[Asset]) -> None:
    """Raise Conflict where another record has bytes that the one that stays lacks.

    Files beside it, and what it was before, are no copies of anything that stays, and would be
    purged with their record.
    """
    ids = [asset.id for asset in found]
    files = session.execute(
        union(
            select(AssetFile.asset_id, AssetFile.sha256).where(AssetFile.asset_id.in_(ids)),
            select(Version.asset_id, Version.sha256).where(Version.asset_id.in_(ids)),
        )
    ).all()
    stays = {found[0].sha256} | {row.sha256 for row in files if row.asset_id == found[0].id}
    for asset in found[1:]:
        # Its present bytes are what was compared.
        own = {row.sha256 for row in files if row.asset_id == asset.id} - {asset.sha256}
        if own - stays:
            raise Conflict(
                f"{asset.name} has further files or earlier versions that the record that would "
                "stay lacks; keep that one instead."
            )


def _no_merge(merge_id: str) -> NotFound:
    return NotFound(f"There is no merge {merge_id[:40]}; the history of a record names them.")


def _shape(merge: Merge, others: Sequence[Asset] | Sequence[Alias]) -> schemas.Merge:
    return schemas.Merge(
        id=merge.id,
        kept_id=merge.kept_id,
        at=merge.at or now(),
        undone_at=merge.undone_at,
        merged=[
            MergedRecord(
                id=each.id if isinstance(each, Asset) else each.old_id,
                name=each.name,
                origin=each.origin,
            )
            for each in others
        ],
    )
