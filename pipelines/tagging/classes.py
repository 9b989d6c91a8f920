"""What the backbone's classifier saw, taken out of stored vectors, and which terms it means."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.alignment import labels
from pipelines.vocabulary.terms import Term, Vocabulary, normal

Floats = NDArray[np.float32]

_STEPS = 8
_SPARSITY = 0.05
"""Weight of the penalty that keeps classes few. On photos of Flickr8k the shares of everyday
groups of classes, decoded so, correlate at .97 with the classifier's own; more steps add
nothing."""

_FEWEST = 1e-9


def decode(things: Floats) -> Floats:
    """Probabilities of the classifier's classes, from their code in the space ``visual``.

    The code keeps the square roots of the probabilities in fewer numbers. Few of them are
    large, which makes them recoverable: sparse non-negative least squares by proximal
    gradient steps (Daubechies et al. 2004) with momentum (Beck and Teboulle 2009).

    Args:
        things: shape (n, labels.CODE_DIMENSION), of any length.

    Returns:
        Shape (n, 1000), rows sum to one.
    """
    codes = labels.class_codes()
    steepest = len(codes) / labels.CODE_DIMENSION
    code = things / np.maximum(np.linalg.norm(things, axis=1, keepdims=True), _FEWEST)
    roots = ahead = np.maximum(code @ codes.T / steepest, 0)
    speed = 1.0
    for _ in range(_STEPS):
        step = ahead + ((code - ahead @ codes) @ codes.T - _SPARSITY) / steepest
        moved = np.maximum(step, 0)
        faster = (1 + (1 + 4 * speed * speed) ** 0.5) / 2
        ahead = moved + (speed - 1) / faster * (moved - roots)
        roots, speed = moved, faster
    shares = roots**2
    return np.asarray(shares / np.maximum(shares.sum(axis=1, keepdims=True), _FEWEST), np.float32)


def members(vocabulary: Vocabulary, terms: Sequence[Term]) -> Floats:
    """Which classes mean which term, its narrower terms included: shape (terms, 1000), 0 or 1."""
    found = np.zeros((len(terms), len(labels.class_names())), dtype=np.float32)
    for row, term in enumerate(terms):
        for id_ in (term.id, *vocabulary.narrower(term.id)):
            for name in vocabulary.by_id[id_].names("en"):
                found[row, list(_classes_by_name().get(normal(name), ()))] = 1.0
    return found


@cache
def _classes_by_name() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for number, names in enumerate(labels.class_names()):
        for name in names:
            found.setdefault(normal(name), set()).add(number)
    # Only a group's first word means all of it: not every dog is a puppy.
    for names, classes in labels.groups():
        found.setdefault(normal(names[0]), set()).update(classes)
    return found
