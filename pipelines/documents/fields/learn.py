"""Training of rankers on examples: documents whose values are known."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.fields.agreement import agreement, fit_agreement
from pipelines.documents.fields.ranker import PRIOR, Ranker
from pipelines.documents.fields.schema import Field

_STEPS = 150
_RATE = 0.15
_LEAST_DOCUMENTS = 2
_RIDGE = 0.02
_LEAST_WEIGHT = 0.02
_LEAST_CHANCE = 1e-6
_LEAST_THRESHOLD, _MOST_THRESHOLD = 0.2, 0.45
_SLACK = 0.02
"""Bounds of the threshold, and how far it stays below the best one of the examples: clean
examples would ask for more certainty than recognised text can have."""


@dataclass(frozen=True, slots=True)
class Example:
    """The candidates of one field in one document.

    Attributes:
        values: normalised, one a candidate.
        features: one list a candidate.
        right: which candidates have a right value; none where the document has no value.
        missed: whether the document has a value that is no candidate; then nothing can be
            learned about ``none``.
    """

    values: Sequence[str]
    features: Sequence[Sequence[str]]
    right: Sequence[bool]
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """An example and the scores that a ranker gave its candidates and ``none``."""

    example: Example
    scores: Sequence[float]
    none: float


def fit(spec: Field, examples: Sequence[Example], start: Ranker | None = None) -> Ranker:
    """Weights that make the right candidates most likely (Adam, full batches, ridge).

    Args:
        spec: the field; its hints and labels count from the beginning.
        examples: at least one.
        start: weights to go on from; they are also what the ridge pulls back to.
    """
    start = start or Ranker()
    usable = [each for each in examples if each.values and (any(each.right) or not each.missed)]
    names = _names(usable, start, _LEAST_DOCUMENTS if len(usable) >= 20 else 1)
    if not usable or not names:
        return start
    data = _Data(spec, usable, names)
    origin = np.array([start.weights.get(name, 0.0) for name in names] + [start.none])
    found = origin.copy()
    first, second = np.zeros_like(found), np.zeros_like(found)
    ridge = _RIDGE / math.sqrt(len(usable))
    for step in range(1, _STEPS + 1):
        gradient = data.gradient(found, many=spec.many) + ridge * (found - origin)
        first = 0.9 * first + 0.1 * gradient
        second = 0.99 * second + 0.01 * gradient**2
        rate = _RATE * (1 - step / (_STEPS + 1))
        found -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    weights = {
        name: round(float(weight), 3)
        for name, weight in zip(names, found[:-1], strict=True)
        if abs(weight) >= _LEAST_WEIGHT
    }
    kept = {name: weight for name, weight in start.weights.items() if name not in set(names)}
    return replace(start, weights=kept | weights, none=round(float(found[-1]), 3), agreement=[])


def calibrate(spec: Field, ranker: Ranker, unseen: Sequence[Scored]) -> Ranker:
    """A ranker with honest chances and the threshold that gives the best F1.

    Args:
        spec: the field.
        ranker: trained on all examples.
        unseen: examples as rankers scored them that had not seen them.
    """
    best, found = math.inf, 1.0
    for sharpness in np.geomspace(0.2, 2.0, 25):
        loss = sum(_loss(spec, each, float(sharpness)) for each in unseen)
        if loss < best:
            best, found = loss, float(sharpness)
    threshold = _best_threshold(spec, unseen, found)
    return replace(
        ranker,
        sharpness=round(found, 3),
        threshold=round(threshold, 3),
        agreement=[] if spec.many else _agreement(spec, unseen, found),
    )


def _agreement(spec: Field, unseen: Sequence[Scored], sharpness: float) -> list[float]:
    figures, right = [], []
    for scored in unseen:
        chances = _chances(spec, scored, sharpness)
        value, own = agreement(
            scored.example.values,
            scored.example.features,
            chances,
            max(scored.scores) - scored.none,
        )
        figures.append(own)
        right.append(value in _right(scored.example))
    return fit_agreement(figures, right)


def _chances(spec: Field, scored: Scored, sharpness: float) -> dict[str, float]:
    probe = Ranker(none=scored.none, sharpness=sharpness)
    return probe.chances(scored.example.values, scored.scores, spec.many)


def _right(example: Example) -> set[str]:
    return {value for value, right in zip(example.values, example.right, strict=True) if right}


def _loss(spec: Field, scored: Scored, sharpness: float) -> float:
    chances, right = _chances(spec, scored, sharpness), _right(scored.example)
    if spec.many:
        return -sum(
            math.log(max(_LEAST_CHANCE, chance if value in right else 1 - chance))
            for value, chance in chances.items()
        )
    if not right and scored.example.missed:
        return 0.0
    chance = sum(chances[value] for value in right) if right else 1 - sum(chances.values())
    return -math.log(max(_LEAST_CHANCE, chance))


def _best_threshold(spec: Field, unseen: Sequence[Scored], sharpness: float) -> float:
    marks: list[tuple[float, bool]] = []
    wanted = 0
    for scored in unseen:
        right = _right(scored.example)
        wanted += len(right) if spec.many else bool(right) or scored.example.missed
        chances = _chances(spec, scored, sharpness)
        given = chances if spec.many else sorted(chances, key=lambda value: -chances[value])[:1]
        marks += [(chances[value], value in right) for value in given]
    best, found, hits = 0.0, 0.5, 0
    for count, (chance, is_right) in enumerate(sorted(marks, reverse=True), 1):
        hits += is_right
        if 2 * hits / (count + wanted) > best:
            best, found = 2 * hits / (count + wanted), chance
    return min(_MOST_THRESHOLD, max(_LEAST_THRESHOLD, found - _SLACK))


def _names(examples: Sequence[Example], start: Ranker, least: int) -> list[str]:
    """Features that are worth a weight: those of several documents."""
    seen = Counter(
        name for each in examples for name in {name for own in each.features for name in own}
    )
    return sorted(name for name, count in seen.items() if count >= least or name in start.weights)


class _Data:
    """Examples as arrays: entries of candidates, candidates of values, values of documents."""

    def __init__(self, spec: Field, examples: Sequence[Example], names: Sequence[str]) -> None:
        number = {name: place for place, name in enumerate(names)}
        hints = dict(PRIOR)
        for name, weight in (spec.hints or {}).items():
            hints[name] = hints.get(name, 0.0) + weight
        owner: list[int] = []
        column: list[int] = []
        value_of: list[int] = []
        document_of: list[int] = []
        prior: list[float] = []
        right: list[bool] = []
        values = 0
        for place, example in enumerate(examples):
            known: dict[str, int] = {}
            for value, own, good in zip(
                example.values, example.features, example.right, strict=True
            ):
                if value not in known:
                    known[value] = values
                    values += 1
                    document_of.append(place)
                    right.append(False)
                right[known[value]] = right[known[value]] or good
                candidate = len(value_of)
                value_of.append(known[value])
                prior.append(sum(hints.get(name, 0.0) for name in own))
                entries = [number[name] for name in own if name in number]
                owner += [candidate] * len(entries)
                column += entries
        self._owner = np.array(owner, dtype=np.int64)
        self._column = np.array(column, dtype=np.int64)
        self._prior = np.array(prior)
        self._value_of = np.array(value_of, dtype=np.int64)
        self._document_of = np.array(document_of, dtype=np.int64)
        self._right = np.array(right)
        self._has_value = (
            np.bincount(self._document_of, weights=self._right, minlength=len(examples)) > 0
        )
        self._documents = len(examples)
        self._width = len(names)

    def gradient(self, weights: NDArray[np.float64], *, many: bool) -> NDArray[np.float64]:
        """Of the mean negative log-likelihood of a document."""
        scores = self._prior + _sums(weights[self._column], self._owner, len(self._prior))
        logits = _log_sums(scores, self._value_of, len(self._right))
        share = np.exp(scores - logits[self._value_of])
        none = weights[-1]
        if many:
            chance = 1 / (1 + np.exp(-np.clip(logits - none, -50, 50)))
            error = chance - self._right
            of_none = -error.sum()
        else:
            whole = np.logaddexp(_log_sums(logits, self._document_of, self._documents), none)
            chance = np.exp(logits - whole[self._document_of])
            right = _log_sums(
                np.where(self._right, logits, -1e9), self._document_of, self._documents
            )
            wanted = np.exp(np.where(self._right, logits - right[self._document_of], -np.inf))
            error = chance - wanted
            of_none = (np.exp(none - whole) - ~self._has_value).sum()
        pull = (error[self._value_of] * share)[self._owner]
        made = np.bincount(self._column, weights=pull, minlength=self._width)
        return np.append(made, of_none) / self._documents


def _log_sums(
    values: NDArray[np.float64], group: NDArray[np.int64], groups: int
) -> NDArray[np.float64]:
    most = np.full(groups, -1e9)
    np.maximum.at(most, group, values)
    sums = np.bincount(group, weights=np.exp(values - most[group]), minlength=groups)
    return np.asarray(most + np.log(np.maximum(sums, 1e-300)))


def _sums(
    values: NDArray[np.float64], group: NDArray[np.int64], groups: int
) -> NDArray[np.float64]:
    return np.bincount(group, weights=values, minlength=groups).astype(np.float64)
