"""The tree of collections in the catalog: loaded, kept from changing twice at once, shown."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.collections import schemas
from service.collections.tables import Collection, CollectionGroup, CollectionMember
from service.collections.tree import Node, Tree


def load_tree(session: Session) -> Tree:
    """The tree of all collections, by name."""
    groups: dict[str, set[str]] = {}
    for own in session.execute(select(CollectionGroup.collection_id, CollectionGroup.group_name)):
        groups.setdefault(own.collection_id, set()).add(own.group_name)
    rows = session.execute(
        select(Collection.id, Collection.parent_id, Collection.name).order_by(Collection.name)
    )
    return Tree(
        Node(row.id, row.parent_id, row.name, frozenset(groups.get(row.id, ()))) for row in rows
    )


@contextlib.contextmanager
def changing_tree(database: Database) -> Iterator[tuple[Session, Tree]]:
    """A writing transaction that alone changes collections, and the tree before."""
    with database.write() as session:
        lock_tree(session)
        yield session, load_tree(session)


def lock_tree(session: Session) -> None:
    """Let nobody else change collections, or what they hold, until the transaction ends."""
    # SQLite has one writer anyway.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE collection IN SHARE ROW EXCLUSIVE MODE"))


def sees(viewer: Viewer, audience: frozenset[str]) -> bool:
    """Whether a viewer sees a collection that carries these groups."""
    return viewer.sees_all or not audience or bool(audience & viewer.groups)


def shapes(session: Session, viewer: Viewer) -> dict[str, schemas.Collection]:
    """The collections that a viewer sees by id, each after the one it lies in.

    What lies in something hidden shows in the nearest thing around it that is seen.
    """
    tree = load_tree(session)
    counts = _counts(session, viewer)
    audiences = tree.audiences()
    shown: dict[str, schemas.Collection] = {}
    for node in tree.from_outside():
        if not sees(viewer, audiences[node.id]):
            continue
        around = next((shown[n.id] for n in tree.upwards(node.parent_id) if n.id in shown), None)
        shown[node.id] = schemas.Collection(
            id=node.id,
            parent_id=around.id if around else None,
            name=node.name,
            path=f"{around.path}/{node.name}" if around else node.name,
            assets=counts.get(node.id, 0),
            restricted=bool(audiences[node.id]),
            groups=sorted(node.groups) if viewer.sees_all else [],
        )
    return shown


def _counts(session: Session, viewer: Viewer) -> dict[str, int]:
    rows = session.execute(
        select(CollectionMember.collection_id, func.count())
        .join(Asset, Asset.id == CollectionMember.asset_id)
        .where(Asset.trashed_at.is_(None), *seen_assets(viewer))
        .group_by(CollectionMember.collection_id)
    )
    return {row[0]: row[1] for row in rows}
