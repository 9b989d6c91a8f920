"""The collections that access rules fill: found by path, or made."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.access.rules import Rule
from service.access.tables import Group
from service.access.viewer import OWNER
from service.collections.audience import set_groups, settle
from service.collections.stored import load_tree
from service.collections.tables import Collection
from service.events.record import Change, record
from service.ids import new_id


def room_for(session: Session, rule: Rule) -> str:
    """The collection of a rule, which restricts what is in it.

    What is missing of its path is made; where nobody restricts it (any more), it carries the
    groups of the rule again, so that no rule ever shows what it should hide.
    """
    before = load_tree(session)
    parent_id = room_at(session, rule.collection, f"rule:{rule.name}")
    if not load_tree(session).audience(parent_id):
        for group in rule.groups:
            if session.get(Group, group) is None:
                session.add(Group(name=group))
        session.flush()
        set_groups(session, parent_id, frozenset(rule.groups))
    settle(session, before, OWNER)
    return parent_id


def room_at(session: Session, path: str, actor: str) -> str:
    """The collection of a path, names with ``/`` between them; what is missing is made."""
    parent_id: str | None = None
    for name in path.split("/"):
        here = load_tree(session).children(parent_id)
        known = next((node.id for node in here if node.name.casefold() == name.casefold()), None)
        parent_id = known or _make(session, parent_id, name, actor)
    assert parent_id is not None
    return parent_id


def _make(session: Session, parent_id: str | None, name: str, actor: str) -> str:
    made = Collection(id=new_id(), parent_id=parent_id, name=name)
    session.add(made)
    session.flush()
    record(
        session,
        Change(
            actor,
            "collection.created",
            subject_kind="collection",
            subject_id=made.id,
            after={"name": name, "parent_id": parent_id},
        ),
    )
    return made.id
