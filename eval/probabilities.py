"""Measures of probabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BINS = 10


def calibration_error(
    probabilities: NDArray[np.floating], truth: NDArray[np.bool_], least: float = 0.1
) -> float:
    """Expected calibration error over pairs of at least some probability (Naeini et al. 2015).

    Ten bins that hold the same number of pairs.
    """
    import numpy as np

    kept = probabilities >= least
    probability, right = probabilities[kept], truth[kept]
    if not len(probability):
        return 0.0
    bins = np.array_split(np.argsort(probability, kind="stable"), _BINS)
    gaps = [
        abs(probability[rows].mean() - right[rows].mean()) * len(rows) for rows in bins if len(rows)
    ]
    return float(sum(gaps) / len(probability))


def brier_skill(probabilities: NDArray[np.floating], truth: NDArray[np.bool_]) -> float:
    """One less the Brier score by that of always saying the class's share.

    Args:
        probabilities, truth: shape (n, classes).
    """
    share = truth.mean(axis=0)
    plain = float((share * (1 - share)).mean())
    return 1 - float(((probabilities - truth) ** 2).mean()) / plain if plain else 0.0
