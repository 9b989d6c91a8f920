"""Channels: where something is published, as a tree; a channel stands for all below it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

ALL = "all"

_TREE: Mapping[str, tuple[str, ...]] = {
    ALL: ("print", "digital", "broadcast", "out_of_home", "point_of_sale", "internal"),
    "print": ("newspaper", "magazine", "catalogue", "brochure", "packaging", "book"),
    "digital": ("web", "shop", "email", "app", "display_ads", "social"),
    "social": ("facebook", "instagram", "linkedin", "pinterest", "tiktok", "x", "youtube"),
    "broadcast": ("tv", "radio", "cinema", "streaming"),
    "out_of_home": ("poster", "billboard", "trade_fair"),
    "internal": ("intranet", "presentation", "training"),
}

Channels = int
"""A set of channels that have none below them: the bit of each is set."""


class UnknownChannel(ValueError):
    """A word is no channel."""


@cache
def _leaves() -> Mapping[str, int]:
    below = {name for names in _TREE.values() for name in names}
    return {name: 1 << place for place, name in enumerate(sorted(below - _TREE.keys()))}


@cache
def channel(word: str) -> Channels:
    """The channels that a word stands for; raises UnknownChannel."""
    name = "_".join(word.strip().lower().replace("-", " ").replace("_", " ").split())
    if name in _leaves():
        return _leaves()[name]
    if name in _TREE:
        return channels(_TREE[name])
    raise UnknownChannel(
        f"{word[:40]} is no channel; use one of {', '.join(sorted({*_TREE, *_leaves()}))}."
    )


def channels(words: Iterable[str]) -> Channels:
    """The channels that some words stand for together; raises UnknownChannel."""
    found = 0
    for word in words:
        found |= channel(word)
    return found


def names(found: Channels) -> Iterator[str]:
    """The names of a set of channels, in alphabetical order."""
    return (name for name, bit in _leaves().items() if found & bit)


def single(found: Channels) -> Iterator[Channels]:
    """Each channel of a set by itself."""
    while found:
        lowest = found & -found
        yield lowest
        found ^= lowest


@lru_cache(4096)
def said(found: Channels) -> str:
    """A set of channels in as few words as stand for it."""
    left, words = found, []
    for name in (ALL, *sorted(_TREE.keys() - {ALL}, key=lambda each: -channel(each).bit_count())):
        group = channel(name)
        if group & left == group:
            words.append(name)
            left &= ~group
    return ", ".join([*words, *names(left)]) or "nowhere"
