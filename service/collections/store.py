"""Collections: made, renamed, moved, removed, and who sees them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from service.access.viewer import Viewer
from service.catalog.database import Database
from service.collections import schemas
from service.collections.audience import members_of, set_groups, settle
from service.collections.members import tag_members_again
from service.collections.stored import changing_tree, sees, shapes
from service.collections.tables import Collection
from service.collections.tree import Node, Tree
from service.errors import BadRequest, Conflict, Forbidden, NotFound
from service.events.record import Change, record
from service.ids import new_id

_MOST = 10_000
_DEEPEST = 32


class Collections:
    """The collections as one viewer sees them; what is hidden does not exist for them."""

    def __init__(self, database: Database, viewer: Viewer) -> None:
        self._database = database
        self._viewer = viewer

    def tree(self) -> schemas.CollectionList:
        """All collections that the viewer sees, each after the one it lies in."""
        with self._database.read() as session:
            found = shapes(session, self._viewer)
        return schemas.CollectionList(collections=list(found.values()))

    def get(self, collection_id: str) -> schemas.Collection:
        """One collection; raises NotFound."""
        with self._database.read() as session:
            return self._shape(session, collection_id)

    def create(self, new: schemas.NewCollection) -> schemas.Collection:
        """Make a collection.

        Raises:
            NotFound: the collection around it does not exist.
            Conflict: one of that name lies there already, or there are too many.
            Forbidden: only an admin says which groups see a collection.
        """
        self._viewer.require("admin" if new.groups else "write")
        with changing_tree(self._database) as (session, tree):
            self._check_place(tree, new.parent_id, new.name)
            node = Node(new_id(), new.parent_id, new.name, frozenset(new.groups))
            if len(tree.nodes) >= _MOST:
                raise Conflict(f"There are {_MOST:,} collections; remove some first.")
            session.add(Collection(id=node.id, parent_id=node.parent_id, name=node.name))
            session.flush()
            set_groups(session, node.id, node.groups)
            self._record(session, "collection.created", None, node)
            settle(session, tree, self._viewer)
            return self._shape(session, node.id)

    def change(self, collection_id: str, change: schemas.CollectionChange) -> schemas.Collection:
        """Rename or move a collection, or say which groups see it.

        Raises:
            NotFound: it, or where it should go, does not exist.
            Conflict: one of that name lies there already.
            BadRequest: it would lie in itself, or too deep.
            Forbidden: other people would see it, and the viewer is no admin.
        """
        wanted = change.model_fields_set
        if "name" in wanted and change.name is None:
            raise BadRequest("A collection needs a name; leave the name out to keep it.")
        self._viewer.require("admin" if change.groups is not None else "write")
        with changing_tree(self._database) as (session, tree):
            old = self._find(tree, collection_id)
            new = replace(
                old,
                name=change.name or old.name,
                parent_id=change.parent_id if "parent_id" in wanted else old.parent_id,
                groups=old.groups if change.groups is None else frozenset(change.groups),
            )
            if (new.parent_id, new.name) != (old.parent_id, old.name):
                self._check_place(tree, new.parent_id, new.name, moved=old)
                session.execute(
                    update(Collection)
                    .where(Collection.id == new.id)
                    .values(parent_id=new.parent_id, name=new.name)
                )
            if new.parent_id != old.parent_id:
                tag_members_again(session, [node.id for node in tree.below(new.id)])
            if new.groups != old.groups:
                set_groups(session, new.id, new.groups)
            if new != old:
                self._record(session, "collection.changed", old, new)
                settle(session, tree, self._viewer)
            return self._shape(session, collection_id)

    def delete(self, collection_id: str, *, recursive: bool = False) -> None:
        """Remove a collection; its assets stay in the catalog.

        What the viewer may not see inside it moves up to where it lay.

        Raises:
            NotFound: it does not exist.
            Conflict: others lie in it, and ``recursive`` is not asked for.
            Forbidden: only an admin removes what restricts assets.
        """
        self._viewer.require("write")
        with changing_tree(self._database) as (session, tree):
            top = self._find(tree, collection_id)
            audiences = tree.audiences()
            below = tree.below(top.id)
            going = [node for node in below if sees(self._viewer, audiences[node.id])]
            if len(going) > 1 and not recursive:
                raise Conflict("Other collections lie in this one; say that they may go too.")
            if not self._viewer.may("admin") and any(audiences[node.id] for node in going):
                raise Forbidden("Only an admin removes a collection that restricts its assets.")
            gone = {node.id for node in going}
            members = members_of(session, gone)
            tag_members_again(session, [node.id for node in below])
            for node in reversed(below):
                if node.id in gone:
                    self._record(session, "collection.deleted", node, None)
                elif node.parent_id in gone:
                    session.execute(
                        update(Collection)
                        .where(Collection.id == node.id)
                        .values(parent_id=top.parent_id)
                    )
            for node in reversed(going):
                session.execute(delete(Collection).where(Collection.id == node.id))
            settle(session, tree, self._viewer, among=members)

    def _find(self, tree: Tree, collection_id: str) -> Node:
        node = tree.nodes.get(collection_id)
        if node is None or not sees(self._viewer, tree.audience(collection_id)):
            raise _unknown(collection_id)
        return node

    def _check_place(
        self, tree: Tree, parent_id: str | None, name: str, *, moved: Node | None = None
    ) -> None:
        if parent_id is not None:
            # Where it lies already, it may stay, seen or not.
            if moved is None or parent_id != moved.parent_id:
                self._find(tree, parent_id)
            around = [node.id for node in tree.upwards(parent_id)]
            if moved is not None and moved.id in around:
                raise BadRequest("A collection cannot lie in itself; choose another place.")
            height = tree.height(moved.id) if moved is not None else 1
            if len(around) + height > _DEEPEST:
                raise BadRequest(f"Collections lie {_DEEPEST} deep at most; choose another place.")
        # A hidden one of this name must not show by a refusal.
        for sibling in tree.children(parent_id):
            other = moved is None or sibling.id != moved.id
            same = sibling.name.casefold() == name.casefold()
            if other and same and sees(self._viewer, tree.audience(sibling.id)):
                raise Conflict(f"A collection {sibling.name} lies there already; name it apart.")

    def _record(self, session: Session, kind: str, old: Node | None, new: Node | None) -> None:
        node = new or old
        assert node is not None
        record(
            session,
            Change(
                self._viewer.id,
                kind,
                subject_kind="collection",
                subject_id=node.id,
                before=_facts(old),
                after=_facts(new),
            ),
        )

    def _shape(self, session: Session, collection_id: str) -> schemas.Collection:
        shape = shapes(session, self._viewer).get(collection_id)
        if shape is None:
            raise _unknown(collection_id)
        return shape


def _unknown(collection_id: str) -> NotFound:
    return NotFound(
        f"There is no collection {collection_id}; `magpie collections list` shows the ids."
    )


def _facts(node: Node | None) -> dict[str, object] | None:
    if node is None:
        return None
    return {"name": node.name, "parent_id": node.parent_id, "groups": sorted(node.groups)}
