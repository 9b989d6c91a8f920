"""From cosines to probabilities: that a picture answers a query, that two look alike."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, fields

from models.descriptor import ModelDescriptor
from models.weights import verified

LOOK_SLOPE, LOOK_MIDDLE = 16.0, 0.6875
"""The curve of EfficientNet-Lite2's features.

``python -m eval fit-looks`` on 1,200 photos of Flickr8k's train part sets edits of a photo
against the nearest other one and puts the middle at 0.71 to 0.73; pairs whose captions say the same
put it at 0.70. It stands a little lower, so that half a photo still finds the whole.
"""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic curve over the cosine (Platt 1999).

    Attributes:
        slope, middle: the curve is 1 / (1 + exp(-slope * (cosine - middle))).
        prior: the share of pictures that answer a query where the curve was fitted.
        look_slope, look_middle: the same curve over the cosine of two pictures in ``look``.
        fitted: whether the curves were fitted with this model; else they are an estimate.
    """

    slope: float
    middle: float
    prior: float
    look_slope: float = LOOK_SLOPE
    look_middle: float = LOOK_MIDDLE
    fitted: bool = True

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
        return _logistic(logit)

    def likeness(self, cosine: float) -> float:
        """Probability that two pictures are alike to a person, from their ``look`` vectors."""
        return _logistic(self.look_slope * (cosine - self.look_middle))


def _logistic(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, logit))))


def _logit(share: float) -> float:
    return math.log(share / (1.0 - share))


def calibration(descriptor: ModelDescriptor) -> Calibration:
    """The curves of a visual model: fitted on photos held out of training, or estimated.

    Raises:
        WeightsError: its calibration is missing or changed.
    """
    path = verified(descriptor.file("calibration"))
    record = json.loads(path.read_text(encoding="utf-8"))
    known = {field.name for field in fields(Calibration)}
    return Calibration(**{key: value for key, value in record.items() if key in known})
