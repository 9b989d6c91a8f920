"""Held-out figures and calibration of a visual model, from vectors alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRIOR = 0.02
"""The calibration holds where one picture in fifty answers a query."""

_DOUBTFUL = 0.5
"""A picture whose own captions come this near to a query may well answer it too."""

_SEEN, _ABSENT = 0.5, 0.01
_NEWTON_STEPS = 60
_RIDGE = 1e-6

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Cosines of queries with pictures, and whether the picture answers the query."""

    cosines: NDArray[np.float64]
    relevant: NDArray[np.bool_]

    def joined(self, other: Pairs) -> Pairs:
        """Both, one after the other."""
        return Pairs(
            np.concatenate([self.cosines, other.cosines]),
            np.concatenate([self.relevant, other.relevant]),
        )


def recall(
    queries: Floats, gallery: Floats, answers: NDArray[np.int64], depths: tuple[int, ...]
) -> dict[str, float]:
    """Share of queries whose picture is among the first k, as ``r1``, ``r10`` ...

    Args:
        queries: shape (n, d).
        gallery: shape (m, d).
        answers: shape (n,): row of ``gallery`` that answers each query.
        depths: values of k.
    """
    scores = queries @ gallery.T
    own = scores[np.arange(len(queries)), answers]
    rank = (scores > own[:, None]).sum(axis=1)
    return {f"r{depth}": round(float((rank < depth).mean()), 4) for depth in depths}


def caption_pairs(
    queries: Floats, gallery: Floats, answers: NDArray[np.int64], text: Floats
) -> Pairs:
    """Every caption with its own picture, and with those that surely show something else.

    Args:
        queries: shape (n, d), of the captions.
        gallery: shape (m, d).
        answers: shape (n,): row of ``gallery`` that each caption describes.
        text: shape (n, 384): text vectors of the captions, which tell what pictures share.
    """
    scores = (queries @ gallery.T).astype(np.float64)
    likeness = text @ text.T
    shared = np.stack(
        [likeness[:, answers == picture].max(axis=1) for picture in range(len(gallery))], axis=1
    )
    relevant = np.asarray(answers[:, None] == np.arange(len(gallery)))
    clear = np.asarray(relevant | (shared < _DOUBTFUL))
    return Pairs(scores[clear], relevant[clear])


def name_pairs(queries: Floats, gallery: Floats, probabilities: Floats) -> Pairs:
    """Class names with pictures: those the classifier is sure of, and those it rules out.

    Args:
        queries: shape (classes, d): one name a class.
        gallery: shape (m, d).
        probabilities: shape (m, classes).
    """
    scores = (gallery @ queries.T).astype(np.float64)
    seen = np.asarray(probabilities > _SEEN)
    absent = np.asarray(probabilities < _ABSENT)
    # Classes that no picture shows say nothing on how far apart the two sides are.
    shown = np.asarray(seen.any(axis=0))
    judged = np.asarray((seen | absent) & shown)
    return Pairs(scores[judged], seen[judged])


def fit_logistic(pairs: Pairs, prior: float = PRIOR) -> tuple[float, float]:
    """Slope and middle of P(relevant | cosine) where ``prior`` of the pictures are relevant.

    Logistic regression by Newton's method, the two sides weighted to the prior (Platt 1999).
    """
    positives = pairs.relevant.sum()
    weights = np.where(
        pairs.relevant, prior / positives, (1 - prior) / (len(pairs.relevant) - positives)
    )
    centre, spread = pairs.cosines.mean(), pairs.cosines.std()
    inputs = np.stack([(pairs.cosines - centre) / spread, np.ones_like(pairs.cosines)], axis=1)
    target = pairs.relevant.astype(np.float64)
    solution = np.array([1.0, np.log(prior)])
    for _ in range(_NEWTON_STEPS):
        predicted = 1 / (1 + np.exp(-inputs @ solution))
        gradient = inputs.T @ (weights * (predicted - target)) + _RIDGE * solution
        curvature = weights * predicted * (1 - predicted)
        hessian = (inputs * curvature[:, None]).T @ inputs + _RIDGE * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        solution -= step / max(1.0, float(np.abs(step).max()))
    slope = float(solution[0] / spread)
    return slope, float(centre - solution[1] / slope)
