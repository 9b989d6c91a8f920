"""Logistic regression with weights, small enough to need no library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_STEPS = 50


def fit_logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, float]:
    """Slope and offset of the logistic curve over one feature (Platt 1999).

    Maximum likelihood by Newton's method.

    Args:
        x: the feature, shape (n,).
        y: 1 for positives, 0 for negatives, shape (n,).
        weights: what each counts, shape (n,).
    """
    import numpy as np

    design = np.column_stack([x, np.ones_like(x)])
    found = np.zeros(2)
    # A trace of ridge keeps the curve finite where the classes do not overlap.
    ridge = 1e-6 * weights.sum() * np.eye(2)
    for _ in range(_STEPS):
        probability = 1.0 / (1.0 + np.exp(-np.clip(design @ found, -30, 30)))
        gradient = design.T @ (weights * (probability - y)) + ridge @ found
        curvature = (design * (weights * probability * (1 - probability))[:, None]).T @ design
        found = found - np.linalg.solve(curvature + ridge, gradient)
    return float(found[0]), float(found[1])


def balanced(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights by which positives and negatives count the same in sum."""
    import numpy as np

    positives = max(float(y.sum()), 1.0)
    negatives = max(len(y) - positives, 1.0)
    return np.asarray(np.where(y == 1, 0.5 / positives, 0.5 / negatives) * len(y))
