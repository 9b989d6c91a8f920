"""Duplicates among many pictures: candidates, then the proof of each.

Candidates come from perceptual hashes of eight turns and from a given number of nearest
neighbours by vector, so their number grows with the number of pictures, not with its square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipelines.duplicates.hamming import pairs_between
from pipelines.duplicates.links import GROUPED, Link
from pipelines.duplicates.prints import ImagePrint
from pipelines.duplicates.verify import HASH_BITS, ImageEvidence, verify

NEIGHBOURS = 8
"""How many nearest pictures of each are looked at."""

_CHUNK = 500
_MOST_FRIENDS = 24
_ROUNDS = 3
_PICTURES_KEPT = 256

Pair = tuple[int, int]
"""Two different items, the one with the smaller name first."""

ImageLink = Link[ImageEvidence]


class Neighbours(Protocol):
    """Where pictures with nearby ``look`` vectors come from: an index, or an array."""

    def nearest(self, items: Sequence[int], count: int) -> Sequence[Sequence[int]]:
        """For each item the items nearest to it, nearest first, without itself.

        Where it can tell, without copies of the same pixels, which would take the places.
        """
        ...


class ExactNeighbours:
    """Nearest neighbours by comparing with all: for some ten thousand pictures."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        """Unit vectors: shape (n, d)."""
        self._vectors = vectors

    def nearest(self, items: Sequence[int], count: int) -> Sequence[Sequence[int]]:
        """For each item the items nearest to it, nearest first, without itself."""
        rows = np.asarray(items)
        scores = self._vectors[rows] @ self._vectors.T
        scores[np.arange(len(rows)), rows] = -np.inf
        kept = min(count, len(self._vectors) - 1)
        if kept <= 0:
            return [[] for _ in items]
        best = np.argpartition(-scores, kept - 1, axis=1)[:, :kept]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        found: list[list[int]] = np.take_along_axis(best, order, axis=1).tolist()
        return found


def image_links(
    prints: Sequence[ImagePrint],
    neighbours: Neighbours,
    load: Callable[[int], Image.Image],
    *,
    names: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[ImageLink]:
    """All links among pictures, whatever order they come in.

    Args:
        prints: of the pictures, which are counted from 0.
        neighbours: proposes look-alikes.
        load: gives a picture of 400 pixels or more; called for pairs that are nearly proven.
        names: something of each picture that stays when the order changes; by default its
            number. It decides which of two pictures is the first of a link.
        progress: called with the number of pairs that are done and known.

    Raises:
        ModuleNotFoundError: OpenCV is not installed (extra ``duplicates``).
    """
    names = names or [f"{item:09d}" for item in range(len(prints))]
    pairs = candidates(prints, neighbours, names)
    found: list[ImageLink] = []
    seen: set[Pair] = set()
    for _ in range(_ROUNDS):
        fresh = sorted(pairs - seen)
        seen |= pairs
        for done, link in enumerate(verified(fresh, prints, load)):
            if progress is not None:
                progress(len(seen) - len(fresh) + done + 1, len(seen))
            if link is not None:
                found.append(link)
        pairs = friends_of_friends(found, names)
    return sorted(found, key=lambda link: (link.first, link.second))


def candidates(
    prints: Sequence[ImagePrint], neighbours: Neighbours, names: Sequence[str]
) -> set[Pair]:
    """Pairs of pictures that may be duplicates."""
    stands_for = _representatives(prints, names)
    shown = sorted(
        (item for item in set(stands_for) if not prints[item].plain),
        key=lambda item: (names[item], item),
    )
    found = [each for each in enumerate(stands_for) if each[0] != each[1]]
    found += [
        (item, stands_for[other])
        for start in range(0, len(shown), _CHUNK)
        for item, near in _nearest(shown[start : start + _CHUNK], neighbours)
        for other in near
        if stands_for[other] != item and not prints[other].plain
    ]
    found += _near_hashes(prints, shown)
    return {_pair(*each, names) for each in found}


def verified(
    pairs: Iterable[Pair], prints: Sequence[ImagePrint], load: Callable[[int], Image.Image]
) -> Iterator[ImageLink | None]:
    """The link of each pair, None where they are different pictures."""
    kept = lru_cache(_PICTURES_KEPT)(load)
    for first, second in pairs:
        verdict = verify(prints[first], prints[second], partial(kept, first), partial(kept, second))
        if verdict is None:
            yield None
        else:
            yield Link(first, second, verdict.kind, verdict.score, verdict.evidence)


def friends_of_friends(links: Iterable[ImageLink], names: Sequence[str]) -> set[Pair]:
    """Pairs that share a duplicate: an edit of an edit may look like neither's neighbour."""
    friends: dict[int, set[int]] = defaultdict(set)
    for link in links:
        if link.kind in GROUPED:
            friends[link.first].add(link.second)
            friends[link.second].add(link.first)
    return {
        _pair(one, other, names)
        for near in friends.values()
        if len(near) <= _MOST_FRIENDS
        for one in near
        for other in near
        if one < other
    }


def _nearest(items: Sequence[int], neighbours: Neighbours) -> Iterator[tuple[int, Sequence[int]]]:
    yield from zip(items, neighbours.nearest(items, NEIGHBOURS), strict=True)


def _near_hashes(prints: Sequence[ImagePrint], shown: Sequence[int]) -> Iterator[Pair]:
    if not shown:
        return
    hashes = np.stack([prints[item].hashes for item in shown])
    turns = hashes.shape[1]
    near = pairs_between(hashes[:, 0].copy(), hashes.ravel(), HASH_BITS)
    for first, second in zip(near.first.tolist(), (near.second // turns).tolist(), strict=True):
        if first != second:
            yield shown[first], shown[second]


def _representatives(prints: Sequence[ImagePrint], names: Sequence[str]) -> list[int]:
    """For each picture the first one, by name, of the same pixels: itself of most."""
    first: dict[str, int] = {}
    stands_for = list(range(len(prints)))
    for item in sorted(stands_for, key=lambda item: (names[item], item)):
        if prints[item].pixels:
            stands_for[item] = first.setdefault(prints[item].pixels, item)
    return stands_for


def _pair(one: int, other: int, names: Sequence[str]) -> Pair:
    return (one, other) if (names[one], one) < (names[other], other) else (other, one)
