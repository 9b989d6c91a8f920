"""Measures of a ranking."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set


def ndcg(ranked: Sequence[str], relevant: Set[str], k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first k (Jarvelin and Kekalainen 2002).

    Gains are binary: a ranked id is relevant or not.
    """
    gain = sum(1 / math.log2(rank + 2) for rank, id_ in enumerate(ranked[:k]) if id_ in relevant)
    best = sum(1 / math.log2(rank + 2) for rank in range(min(k, len(relevant))))
    return gain / best if best else 0.0


def reciprocal_rank(ranked: Sequence[str], relevant: Set[str], k: int = 10) -> float:
    """One by the rank of the first relevant id among the first k; 0 where there is none."""
    return next((1 / (rank + 1) for rank, id_ in enumerate(ranked[:k]) if id_ in relevant), 0.0)
