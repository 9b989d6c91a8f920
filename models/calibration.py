"""From the cosine of a query and a picture to the probability that it answers the query."""

from __future__ import annotations

import math


def visual_relevance(cosine: float) -> float:
    """Logistic curve over the cosine in the space ``visual``."""
    return 1.0 / (1.0 + math.exp(-(30.0 * (cosine - 0.3))))
