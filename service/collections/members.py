"""Assets in collections: put in, taken out, listed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.refresh import refresh_access
from service.access.viewer import Viewer
from service.catalog.cursors import Cursor
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.collections import schemas
from service.collections.audience import members_of
from service.collections.stored import changing_tree, load_tree, sees
from service.collections.tables import CollectionMember
from service.collections.tree import Tree
from service.errors import BadRequest, NotFound
from service.events.record import Change, record_all
from service.ids import new_id
from service.tags.state import tag_again
from service.vocabularies.tables import VocabularyCollection

_LARGEST_IN = 500


class Members:
    """What is in collections, as one viewer sees it."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._database = database
        self._viewer = viewer

    def change(self, collection_id: str, change: schemas.MemberChange) -> schemas.MemberResult:
        """Put assets in and take assets out, all or none.

        Raises:
            NotFound: the collection, or one of the assets, does not exist.
            BadRequest: an asset is to go both in and out.
            Forbidden: something restricted would become everybody's; admins may.
        """
        self._viewer.require("write")
        adding, removing = sorted(set(change.add)), sorted(set(change.remove))
        if set(adding) & set(removing):
            raise BadRequest("An asset cannot go in and out at once; name it on one side.")
        with changing_tree(self._database) as (session, tree):
            self._check_collection(tree, collection_id)
            check_assets(session, self._viewer, [*adding, *removing])
            here = self._here(session, collection_id, [*adding, *removing])
            added = [each for each in adding if each not in here]
            removed = [each for each in removing if each in here]
            put_in(session, collection_id, added, self._viewer.id)
            take_out(session, collection_id, removed, self._viewer.id)
            refresh_access(session, [*added, *removed], self._viewer)
            # A collection may have vocabularies of its own.
            tag_again(session, [*added, *removed])
        return schemas.MemberResult(added=len(added), removed=len(removed))

    def page(
        self, collection_id: str, *, limit: int, cursor: str | None, inside: bool
    ) -> tuple[list[str], int, str | None]:
        """Ids of the assets in a collection that the viewer sees, newest first.

        Args:
            inside: whether assets of the collections that lie in it count too.

        Returns:
            Up to ``limit`` ids, how many there are in all, and where to go on.

        Raises:
            NotFound: the collection does not exist.
            BadRequest: the cursor is not ours.
        """
        with self._database.read() as session:
            tree = load_tree(session)
            self._check_collection(tree, collection_id)
            among = self._seen_below(tree, collection_id) if inside else [collection_id]
            conditions = [
                Asset.id.in_(
                    select(CollectionMember.asset_id).where(
                        CollectionMember.collection_id.in_(among)
                    )
                ),
                Asset.trashed_at.is_(None),
                *seen_assets(self._viewer),
            ]
            total = session.scalar(select(func.count()).select_from(Asset).where(*conditions))
            if cursor:
                last = Cursor.decode(cursor)
                conditions.append(
                    or_(
                        Asset.created_at < last.created_at,
                        and_(Asset.created_at == last.created_at, Asset.id < last.id),
                    )
                )
            rows = session.execute(
                select(Asset.id, Asset.created_at)
                .where(*conditions)
                .order_by(Asset.created_at.desc(), Asset.id.desc())
                .limit(limit + 1)
            ).all()
        shown = rows[:limit]
        more = len(rows) > limit
        next_cursor = Cursor(shown[-1].created_at, shown[-1].id).encode() if more else None
        return [row.id for row in shown], total or 0, next_cursor

    def _check_collection(self, tree: Tree, collection_id: str) -> None:
        if collection_id not in tree.nodes or not sees(self._viewer, tree.audience(collection_id)):
            raise NotFound(
                f"There is no collection {collection_id}; `magpie collections list` shows the ids."
            )

    def _seen_below(self, tree: Tree, collection_id: str) -> list[str]:
        audiences = tree.audiences()
        return [
            node.id for node in tree.below(collection_id) if sees(self._viewer, audiences[node.id])
        ]

    def _here(self, session: Session, collection_id: str, asset_ids: Sequence[str]) -> set[str]:
        return {
            asset_id
            for chunk in _chunked(asset_ids)
            for asset_id in session.scalars(
                select(CollectionMember.asset_id).where(
                    CollectionMember.collection_id == collection_id,
                    CollectionMember.asset_id.in_(chunk),
                )
            )
        }


def check_assets(session: Session, viewer: Viewer, asset_ids: Sequence[str]) -> None:
    """Raises NotFound where the viewer does not see one of some assets."""
    for chunk in _chunked(asset_ids):
        found = set(
            session.scalars(select(Asset.id).where(Asset.id.in_(chunk), *seen_assets(viewer)))
        )
        for asset_id in chunk:
            if asset_id not in found:
                raise NotFound(f"There is no asset {asset_id}; `magpie list` shows the ids.")


def put_in(session: Session, collection_id: str, asset_ids: Sequence[str], actor: str) -> None:
    """Add assets that are not in it yet, and write it down; access is refreshed apart."""
    if asset_ids:
        session.execute(
            insert(CollectionMember),
            [{"collection_id": collection_id, "asset_id": each} for each in asset_ids],
        )
        _record(session, "collection.added", collection_id, asset_ids, actor)


def take_out(session: Session, collection_id: str, asset_ids: Sequence[str], actor: str) -> None:
    """Remove assets that are in it, and write it down; access is refreshed apart."""
    for chunk in _chunked(asset_ids):
        session.execute(
            delete(CollectionMember).where(
                CollectionMember.collection_id == collection_id,
                CollectionMember.asset_id.in_(chunk),
            )
        )
    if asset_ids:
        _record(session, "collection.removed", collection_id, asset_ids, actor)


def tag_members_again(session: Session, collection_ids: Iterable[str]) -> None:
    """Have assets in some collections tagged again: other vocabularies may be in force there."""
    if session.scalar(select(VocabularyCollection.vocabulary_id).limit(1)) is not None:
        tag_again(session, sorted(members_of(session, collection_ids)))


def _record(
    session: Session, kind: str, collection_id: str, asset_ids: Sequence[str], actor: str
) -> None:
    batch = new_id() if len(asset_ids) > 1 else None
    record_all(
        session,
        (
            Change(actor, kind, each, "collection", collection_id, batch_id=batch)
            for each in asset_ids
        ),
    )


def _chunked(asset_ids: Sequence[str]) -> list[Sequence[str]]:
    return [asset_ids[at : at + _LARGEST_IN] for at in range(0, len(asset_ids), _LARGEST_IN)]
