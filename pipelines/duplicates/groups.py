"""Groups of duplicates from verified links.

A group is a star: every member has a verified link to its medoid, the member with the strongest
links. So chains of look-alikes, each a little different from the one before, never become one
group. What a group leaves out forms groups of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.duplicates.links import GROUPED, Link


@dataclass(frozen=True, slots=True)
class Group:
    """Files that are duplicates of each other.

    Attributes:
        medoid: the member that all others have a verified link to.
        members: all items, the medoid too, in ascending order; at least two.
    """

    medoid: int
    members: tuple[int, ...]


def groups(links: Iterable[Link[object]], names: Sequence[str] | None = None) -> list[Group]:
    """Group the items that links of ``GROUPED`` kinds join, in order of their medoids.

    Args:
        links: verified; others than ``GROUPED`` are passed over.
        names: what decides between equally strong items, by item (content hashes, say), so
            that the groups do not depend on the order of the items; by default their numbers.

    Returns:
        Groups without common members.
    """
    strength: dict[int, dict[int, float]] = defaultdict(dict)
    for link in links:
        if link.kind in GROUPED and link.first != link.second:
            best = max(link.score, strength[link.first].get(link.second, 0.0))
            strength[link.first][link.second] = strength[link.second][link.first] = best
    rank = {item: _rank(item, strength[item].values(), names) for item in strength}
    taken: set[int] = set()
    found = []
    for item in sorted(rank, key=lambda each: rank[each]):
        free = [other for other in strength[item] if other not in taken]
        if item in taken or not free:
            continue
        taken.update(free, (item,))
        found.append(Group(item, tuple(sorted((item, *free)))))
    return sorted(found, key=lambda group: group.medoid)


def _rank(
    item: int, scores: Iterable[float], names: Sequence[str] | None
) -> tuple[float, str, int]:
    # Rounded: the order in which scores are added must not decide.
    return -round(sum(scores), 6), names[item] if names is not None else "", item
