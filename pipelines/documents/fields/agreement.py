"""How sure a chosen value is, by what agrees with it: a logistic model over a few figures.

The chance that a ranker gives is sharpest where candidates differ by their features. Whether
the value is right also shows in how far the runner-up is behind, how often the value stands on
the page, and whether it is a sum of other amounts (compare Guo et al. 2017 on calibration).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

_LEAST = 1e-4
_STEPS, _RIDGE = 50, 1.0
_LEAST_EXAMPLES = 100
"""With fewer, the model would say more about chance than about agreement."""


def agreement(
    values: Sequence[str],
    features: Sequence[Sequence[str]],
    chances: Mapping[str, float],
    margin: float,
) -> tuple[str, list[float]]:
    """The likeliest value, and the figures of what agrees with it.

    Args:
        values: of the candidates of a field.
        features: of each of them.
        chances: by value, at least one.
        margin: score of the best candidate above that of ``none``.
    """
    first, *others = sorted(chances, key=lambda value: -chances[value])
    sure = min(max(chances[first], _LEAST), 1 - _LEAST)
    second = max(chances[others[0]], _LEAST) if others else _LEAST
    own = [set(names) for value, names in zip(values, features, strict=True) if value == first]
    names = set[str]().union(*own)
    return first, [
        math.log(sure / (1 - sure)),
        math.log(sure / second),
        math.log(second),
        min(len(own), 4),
        math.log(len(chances)),
        float("sum" in names),
        float("label:left" in names),
        float(any(name.startswith("label:") for name in names)),
        margin,
    ]


def fit_agreement(figures: Sequence[Sequence[float]], right: Sequence[bool]) -> list[float]:
    """Weights of a logistic regression (Newton steps, ridge), the last one being the constant.

    Returns:
        Nothing where there are too few examples, or only right or only wrong ones.
    """
    import numpy as np

    if len(right) < _LEAST_EXAMPLES or len(set(right)) < 2:
        return []
    table, wanted = np.array(figures, dtype=float), np.array(right, dtype=float)
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    scaled = np.c_[(table - mean) / spread, np.ones(len(table))]
    ridge = np.array([_RIDGE] * table.shape[1] + [1e-6])
    weights = np.zeros(scaled.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(scaled @ weights, -50, 50)))
        slope = scaled.T @ (chance - wanted) + ridge * weights
        curve = (scaled * (chance * (1 - chance))[:, None]).T @ scaled + np.diag(ridge)
        weights -= np.linalg.solve(curve, slope)
    plain = weights[:-1] / spread
    return [round(float(each), 4) for each in (*plain, weights[-1] - plain @ mean)]


def sureness(weights: Sequence[float], figures: Sequence[float]) -> float:
    """The chance that the likeliest value is right."""
    logit = weights[-1] + sum(w * x for w, x in zip(weights[:-1], figures, strict=True))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, logit))))
