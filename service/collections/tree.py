"""The tree of collections as plain data: what lies where, and which groups each carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A collection; ``groups`` are its own."""

    id: str
    parent_id: str | None
    name: str
    groups: frozenset[str] = frozenset()


class Tree:
    """All collections at one moment."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes: Mapping[str, Node] = {node.id: node for node in nodes}
        self._children: dict[str | None, list[Node]] = {}
        for node in self.nodes.values():
            self._children.setdefault(node.parent_id, []).append(node)

    def children(self, collection_id: str | None) -> list[Node]:
        """What lies directly in a collection, or at the top (None)."""
        return self._children.get(collection_id, [])

    def upwards(self, collection_id: str | None) -> Iterator[Node]:
        """A collection and those around it, from the inside."""
        while collection_id is not None:
            node = self.nodes[collection_id]
            yield node
            collection_id = node.parent_id

    def below(self, collection_id: str) -> list[Node]:
        """A collection and everything inside it, from the outside."""
        found = [self.nodes[collection_id]]
        for node in found:
            found.extend(self.children(node.id))
        return found

    def from_outside(self) -> list[Node]:
        """All collections, each after the one it lies in."""
        return [node for top in self.children(None) for node in self.below(top.id)]

    def audience(self, collection_id: str) -> frozenset[str]:
        """The groups a collection carries: its own, else those of the nearest one around it
        that has any; none means everybody."""
        return next((n.groups for n in self.upwards(collection_id) if n.groups), frozenset())

    def audiences(self) -> dict[str, frozenset[str]]:
        """The audience of every collection."""
        found: dict[str, frozenset[str]] = {}
        for node in self.from_outside():
            around = found[node.parent_id] if node.parent_id is not None else frozenset()
            found[node.id] = node.groups or around
        return found

    def height(self, collection_id: str) -> int:
        """How many collections lie inside each other, this one counted."""
        return 1 + max((self.height(child.id) for child in self.children(collection_id)), default=0)
