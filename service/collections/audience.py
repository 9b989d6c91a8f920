"""Which groups collections carry, and what follows for those around and inside them."""

from __future__ import annotations

from collections.abc import Iterable, Set

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from service.access.refresh import refresh_access
from service.access.tables import Group
from service.access.viewer import Viewer
from service.collections.stored import load_tree
from service.collections.tables import CollectionAudience, CollectionGroup, CollectionMember
from service.collections.tree import Tree
from service.errors import BadRequest, Forbidden


def set_groups(session: Session, collection_id: str, groups: Set[str]) -> None:
    """Let a collection carry these groups of its own; raises BadRequest on an unknown one."""
    known = set(session.scalars(select(Group.name).where(Group.name.in_(groups))))
    if unknown := groups - known:
        raise BadRequest(f"There is no group {min(unknown)}; `magpie groups add` makes it.")
    session.execute(delete(CollectionGroup).where(CollectionGroup.collection_id == collection_id))
    if groups:
        session.execute(
            insert(CollectionGroup),
            [{"collection_id": collection_id, "group_name": name} for name in sorted(groups)],
        )


def settle(session: Session, before: Tree, viewer: Viewer, among: Iterable[str] = ()) -> None:
    """Let audiences and assets follow a changed tree; ``among`` are assets to see to anyway.

    Raises:
        Forbidden: other people would see a collection, and the viewer is no admin.
    """
    session.flush()
    old, new = before.audiences(), load_tree(session).audiences()
    changed = {id_ for id_, groups in new.items() if old.get(id_, frozenset()) != groups}
    if changed & old.keys() and not viewer.may("admin"):
        raise Forbidden("Other people would see this collection; ask an admin to move it.")
    for collection_id in changed:
        session.execute(
            delete(CollectionAudience).where(CollectionAudience.collection_id == collection_id)
        )
    rows = [
        {"collection_id": id_, "group_name": group} for id_ in changed for group in sorted(new[id_])
    ]
    if rows:
        session.execute(insert(CollectionAudience), rows)
    refresh_access(session, sorted({*among, *members_of(session, changed)}), viewer)


def members_of(session: Session, collection_ids: Iterable[str]) -> set[str]:
    """The assets directly in some collections."""
    found: set[str] = set()
    for collection_id in collection_ids:
        found.update(
            session.scalars(
                select(CollectionMember.asset_id).where(
                    CollectionMember.collection_id == collection_id
                )
            )
        )
    return found
