"""Duplicates among many texts: copies in other formats, versions, templates, and parts.

Numbers and names decide what is no duplicate: a contract with another party, an invoice with
another amount. They are told as such and never joined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipelines.duplicates.links import Link, LinkKind
from pipelines.duplicates.text_diff import TextDiff, diff
from pipelines.duplicates.text_prints import LEAST_WORDS, MINIMA, TextPrint

_BAND = 4
_MOST_SHARING = 32
_LEAST_SHARED = 6
_LEAST_CONTAINED = 0.12
_VERSION = 0.8
_TEMPLATE = 0.5
_FACTS_OF_TEMPLATE = 3
_TEXTS_KEPT = 64

_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TextEvidence:
    """How two texts resemble each other.

    Attributes:
        likeness: share of all their shingles that both have (Jaccard).
        first_in_second, second_in_first: share of the shingles of one that the other has.
        diff: where they differ; None where no word does.
    """

    likeness: float
    first_in_second: float
    second_in_first: float
    diff: TextDiff | None


TextLink = Link[TextEvidence]


def text_links(
    prints: Sequence[TextPrint], load: Callable[[int], str], *, names: Sequence[str] | None = None
) -> list[TextLink]:
    """All links among texts, whatever order they come in.

    Args:
        prints: of the texts, which are counted from 0.
        load: gives a text; called for pairs that share much.
        names: something of each text that stays when the order changes; decides which of two
            is the first of a link.
    """
    names = names or [f"{item:09d}" for item in range(len(prints))]
    kept = lru_cache(_TEXTS_KEPT)(load)
    found = []
    for pair in sorted(candidates(prints, names)):
        first, second = sorted(pair, key=lambda item: (names[item], item))
        verdict = judge(prints[first], prints[second], partial(kept, first), partial(kept, second))
        if verdict is not None:
            found.append(Link(first, second, *verdict))
    return sorted(found, key=lambda link: (link.first, link.second))


def candidates(prints: Sequence[TextPrint], names: Sequence[str]) -> set[_Pair]:
    """Pairs of texts that may be related: equal ones, alike ones, and parts."""
    by_name = sorted(range(len(prints)), key=lambda item: (names[item], item))
    first: dict[str, int] = {}
    stands_for = {item: first.setdefault(prints[item].exact, item) for item in by_name}
    equal = {_ordered(item, other) for item, other in stands_for.items() if item != other}
    different = [item for item in by_name if stands_for[item] == item]
    long = [item for item in different if prints[item].words >= LEAST_WORDS]
    return equal | _alike(prints, long) | _sharing(prints, long)


def judge(
    first: TextPrint,
    second: TextPrint,
    load_first: Callable[[], str],
    load_second: Callable[[], str],
) -> tuple[LinkKind, float, TextEvidence] | None:
    """What two texts have to do with each other, how surely, and why; None if nothing."""
    if first.exact == second.exact:
        return ("same_text", 1.0, TextEvidence(1.0, 1.0, 1.0, None)) if first.words else None
    if min(first.words, second.words) < LEAST_WORDS:
        return None
    likeness, in_second, in_first = overlap(first, second)
    if max(in_second, in_first) < _LEAST_CONTAINED:
        return None
    found = diff(load_first(), load_second())
    evidence = TextEvidence(likeness, in_second, in_first, found)
    facts = found.counts["number"] + found.counts["name"]
    if found.ratio >= _TEMPLATE and facts >= _FACTS_OF_TEMPLATE and _frame_is_same(found):
        return "same_template", found.ratio, evidence
    if found.ratio >= _VERSION:
        return "near_text", found.ratio, evidence
    return "contained_text", max(in_second, in_first), evidence


def overlap(first: TextPrint, second: TextPrint) -> tuple[float, float, float]:
    """Likeness, share of the first in the second, and of the second in the first.

    Exact for texts of up to ``MOST_SAMPLED`` shingles, else by the shingles that both sample.
    """
    bound = np.uint64(min(first.bound, second.bound))
    one, other = (each.sample[each.sample <= bound] for each in (first, second))
    shared = len(np.intersect1d(one, other, assume_unique=True))
    every = len(one) + len(other) - shared
    likeness, in_second, in_first = (
        round(shared / max(1, size), 4) for size in (every, len(one), len(other))
    )
    return likeness, in_second, in_first


def _frame_is_same(found: TextDiff) -> bool:
    facts = found.counts["number"] + found.counts["name"]
    return found.counts["wording"] <= facts / 2


def _alike(prints: Sequence[TextPrint], items: Sequence[int]) -> set[_Pair]:
    """Pairs whose signatures agree in a band of four: likely from a likeness of 0.4 on."""
    if not items:
        return set()
    signatures = np.stack([prints[item].signature for item in items])
    found: set[_Pair] = set()
    for start in range(0, MINIMA, _BAND):
        band = np.ascontiguousarray(signatures[:, start : start + _BAND])
        keys = band.view(np.dtype((np.void, band.itemsize * _BAND))).ravel()
        _, codes = np.unique(keys, return_inverse=True)
        found.update(_in_runs(codes.astype(np.uint64), np.arange(len(items))))
    return {_ordered(items[one], items[other]) for one, other in found}


def _sharing(prints: Sequence[TextPrint], items: Sequence[int]) -> set[_Pair]:
    """Pairs that share shingles that few texts have."""
    if not items:
        return set()
    hashes = np.concatenate([prints[item].sample for item in items])
    owners = np.repeat(items, [len(prints[item].sample) for item in items])
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    _, starts, sizes = np.unique(hashes, return_index=True, return_counts=True)
    codes = []
    for size in range(2, _MOST_SHARING + 1):
        rows = owners[starts[sizes == size][:, None] + np.arange(size)]
        one, other = np.triu_indices(size, 1)
        codes.append((rows[:, one] * len(prints) + rows[:, other]).ravel())
    pairs, shared = np.unique(np.concatenate(codes), return_counts=True)
    return {
        _ordered(*divmod(code, len(prints))) for code in pairs[shared >= _LEAST_SHARED].tolist()
    }


def _in_runs(keys: NDArray[np.uint64], items: NDArray[np.int64]) -> set[_Pair]:
    """Pairs with equal keys; of many with one key each with the first and with the next."""
    order = np.argsort(keys, kind="stable")
    keys, items = keys[order], items[order]
    _, starts, sizes = np.unique(keys, return_index=True, return_counts=True)
    found: set[_Pair] = set()
    for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        run = items[start : start + size].tolist()
        if size <= _MOST_SHARING:
            found.update(
                (one, other) for place, one in enumerate(run) for other in run[place + 1 :]
            )
        else:
            found.update((run[0], other) for other in run[1:])
            found.update(pairwise(run))
    return found


def _ordered(one: int, other: int) -> _Pair:
    return min(one, other), max(one, other)
