"""How many letters must be changed to turn one text into another."""

from __future__ import annotations

import numpy as np


def similarity(ours: str, theirs: str) -> float:
    """1 - edit distance / length of the longer text; 1 for two empty texts."""
    longest = max(len(ours), len(theirs))
    return 1.0 - distance(ours, theirs) / longest if longest else 1.0


def distance(ours: str, theirs: str) -> int:
    """Letters to insert, delete or replace (Levenshtein 1966)."""
    across = np.array([ord(letter) for letter in theirs], dtype=np.int32)
    steps = np.arange(len(theirs) + 1, dtype=np.int32)
    row = steps.copy()
    for number, letter in enumerate(ours, start=1):
        best = np.empty_like(row)
        best[0] = number
        best[1:] = np.minimum(row[:-1] + (across != ord(letter)), row[1:] + 1)
        # Insertions run along the row: the least of all cheaper starts plus the way from there.
        row = np.minimum.accumulate(best - steps) + steps
    return int(row[-1])
