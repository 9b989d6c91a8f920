"""The learned ranker: a conditional logit over the candidates of a field and ``none``.

A candidate's score is the sum of the weights of its features; candidates of one value share
their chances (McFadden 1974 for the logit; marginal likelihood over mentions as in Clark and
Gardner 2018). Fields with many values judge every value by itself. What is not trained rests
on the schema: its labels and hints.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.documents.fields.schema import Field

PRIOR: Mapping[str, float] = {
    "label:left": 5.0,
    "label:above": 3.5,
    "label:row": 1.5,
    "label:prev": 1.0,
    "avoid:left": -4.0,
    "avoid:above": -2.5,
    "avoid:row": -1.0,
}
"""What a label of the schema counts before anything was learned, set by hand."""

NONE_SCORE = 3.0
"""What a candidate has to beat before anything was learned: a label above, or a label's row
and hints."""


@dataclass(slots=True)
class Ranker:
    """Weights of one field.

    Attributes:
        weights: by feature, on top of ``PRIOR`` and the hints of the schema.
        none: score of "the document has no such value".
        sharpness: factor on scores that makes chances honest, fitted on unseen documents.
        threshold: least chance at which a value is given at all.
        agreement: weights of how sure a value is (see ``agreement``); none: its chance is.
        known: words of the examples' values, to put recognised text right (see ``spelling``).
    """

    weights: dict[str, float] = field(default_factory=dict)
    none: float = NONE_SCORE
    sharpness: float = 1.0
    threshold: float = 0.5
    known: dict[str, int] = field(default_factory=dict)
    agreement: list[float] = field(default_factory=list)

    def scores(self, spec: Field, features: Sequence[Iterable[str]]) -> list[float]:
        """A score for each candidate."""
        hints = spec.hints or {}
        return [
            sum(
                self.weights.get(each, 0.0) + PRIOR.get(each, 0.0) + hints.get(each, 0.0)
                for each in own
            )
            for own in features
        ]

    def chances(
        self, values: Sequence[str], scores: Sequence[float], many: bool
    ) -> dict[str, float]:
        """The chance of each value; of a field with one value they and ``none`` add up to 1."""
        sums: dict[str, list[float]] = {}
        for value, score in zip(values, scores, strict=True):
            sums.setdefault(value, []).append(score)
        logits = {value: log_sum(own) for value, own in sums.items()}
        if many:
            return {
                value: 1 / (1 + math.exp(min(50.0, self.sharpness * (self.none - logit))))
                for value, logit in logits.items()
            }
        if not logits:
            return {}
        scaled = {value: self.sharpness * logit for value, logit in logits.items()}
        whole = log_sum([*scaled.values(), self.sharpness * self.none])
        return {value: math.exp(logit - whole) for value, logit in scaled.items()}


def log_sum(values: Sequence[float]) -> float:
    """The logarithm of the sum of exponentials."""
    most = max(values)
    return most + math.log(sum(math.exp(value - most) for value in values))
