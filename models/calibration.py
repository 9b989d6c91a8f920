"""From the cosine of a query and a picture to the probability that it answers the query."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache

from models import registry
from models.weights import verified


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over the cosine (Platt 1999).

    Attributes:
        slope, middle: the curve is 1 / (1 + exp(-slope * (cosine - middle))).
        prior: the share of pictures that answer a query where the curve was fitted.
    """

    slope: float
    middle: float
    prior: float

    def relevance(self, cosine: float, prior: float | None = None) -> float:
        """Probability that the picture answers the query, between 0 and 1.

        Args:
            cosine: of query and picture in the space ``visual``.
            prior: the share of pictures that answer a query where it is asked, if it is
                another than where the curve was fitted (Bayes' rule on the odds).
        """
        logit = self.slope * (cosine - self.middle)
        if prior is not None:
            logit += _logit(prior) - _logit(self.prior)
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


@cache
def calibration(name: str = registry.VISUAL_DEFAULT) -> Calibration:
    """The curve that was fitted, on photos held out of training, for a visual model.

    Raises:
        UnknownModelError, WeightsError: see ``models.errors``.
    """
    path = verified(registry.get(name).file("calibration"))
    record = json.loads(path.read_text(encoding="utf-8"))
    return Calibration(record["slope"], record["middle"], record["prior"])


def visual_relevance(cosine: float, prior: float | None = None) -> float:
    """Relevance of a picture to a query in words, from their cosine in the space ``visual``."""
    return calibration().relevance(cosine, prior)
