"""ROUGE (Lin 2004): words, pairs of words and longest common subsequence, as F1."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Words of a text, case folded; neither stemmed nor stopped."""
    return _WORD.findall(text.casefold())


def rouge_n(found: Sequence[str], wanted: Sequence[str], n: int) -> float:
    """F1 of runs of n words."""
    ours, theirs = _runs(found, n), _runs(wanted, n)
    return _f1((ours & theirs).total(), ours.total(), theirs.total())


def rouge_l(found: Sequence[str], wanted: Sequence[str]) -> float:
    """F1 of the longest common subsequence."""
    before = [0] * (len(wanted) + 1)
    for word in found:
        row = [0]
        for place, other in enumerate(wanted):
            row.append(before[place] + 1 if word == other else max(row[-1], before[place + 1]))
        before = row
    return _f1(before[-1], len(found), len(wanted))


def _runs(text: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(text[at:] for at in range(n)), strict=False))


def _f1(both: int, found: int, wanted: int) -> float:
    return 2 * both / (found + wanted) if found + wanted else 0.0
