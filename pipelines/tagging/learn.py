"""A term's own classifier, from a handful of pictures that people accepted or rejected.

Pictures of the house that carry no decision stand in as counter-examples, but for those that
look most like the accepted ones: people judge a few and mean all of the kind. The classifier is
used only where cross-validation ranks held-out examples better than the term's words do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Truth = NDArray[np.bool_]

LEAST_EXAMPLES = 5
"""Accepted pictures from which on it is worth trying."""

PRIOR = 0.04
"""Share of pictures that show a term, as for the curves (``Fitted.prior``)."""

_FOLDS = 5
_ROUNDS = 2
_AS_EXAMPLES = 0.25
"""An unjudged picture that is ranked above this share of the held-out examples may be one."""

_MOST_DOUBTFUL = 0.5
"""Where more of the unjudged pictures are so, the examples have nothing in common."""

_LEAST_RANKED = 0.15
"""Average precision that chance does not reach."""

_RIDGE = 0.3
_STEPS = 40
_GAIN = 0.01
_LOOK_WEIGHT = 4.0
"""``look`` tells products apart better than ``visual``, whose half is about scenes."""


@dataclass(frozen=True, slots=True)
class TermClassifier:
    """Logistic regression over both vectors of a picture.

    Attributes:
        weights: shape (d + look dimension,).
        bias: added to the product.
    """

    weights: Floats
    bias: float

    def probabilities(self, visual: Floats, look: Floats) -> Floats:
        """Probability that each picture shows the term: shape (n,)."""
        logits = joined(visual, look) @ self.weights + self.bias
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning a term.

    Attributes:
        classifier: None where the words of the term do as well, or examples are too few.
        examples: accepted pictures.
        before: average precision of the term's words on the examples.
        after: average precision of the classifier on examples that it did not see.
        reason: one sentence for people.
    """

    classifier: TermClassifier | None
    examples: int
    before: float
    after: float
    reason: str


def joined(visual: Floats, look: Floats) -> Floats:
    """Both vectors as one: shape (n, d + look dimension)."""
    return np.concatenate([visual, _LOOK_WEIGHT * look], axis=1)


def learn(
    visual: Floats,
    look: Floats,
    shows: Truth,
    by_words: Floats,
    unjudged: Truth | None = None,
) -> Lesson:
    """Learn one term.

    Args:
        visual: shape (n, d), of accepted and of all other pictures. Leave out those that
            their owner reserved from data mining.
        look: shape (n, look dimension).
        shows: shape (n,): whether the term was accepted.
        by_words: shape (n,): probability by the term's words alone.
        unjudged: shape (n,): pictures that nobody judged; they count as not showing it when
            ``before`` and ``after`` are measured, which both fall short then. None for none.
    """
    examples, others = int(shows.sum()), int((~shows).sum())
    before = average_precision(by_words, shows) if examples else 0.0
    if examples < LEAST_EXAMPLES or others < LEAST_EXAMPLES:
        reason = f"At least {LEAST_EXAMPLES} pictures with the term and without are needed."
        return Lesson(None, examples, before, before, reason)
    rows = joined(visual, look)
    held_out = _held_out(rows, shows)
    after = average_precision(held_out, shows)
    if after < before + _GAIN:
        return Lesson(None, examples, before, after, "The words of the term do as well.")
    if after < _LEAST_RANKED:
        reason = "The examples have too little in common; accept more, or reject look-alikes."
        return Lesson(None, examples, before, after, reason)
    if unjudged is not None:
        rows, shows, held_out = _without_doubtful(rows, shows, unjudged, held_out)
    reason = f"Better than the words of the term: {before:.2f} before, {after:.2f} now."
    slope, offset = _curve(held_out, shows)
    plain = _fit(rows, shows)
    classifier = TermClassifier(plain.weights * np.float32(slope), plain.bias * slope + offset)
    return Lesson(classifier, examples, before, after, reason)


def _without_doubtful(
    rows: Floats, shows: Truth, unjudged: Truth, held_out: Floats
) -> tuple[Floats, Truth, Floats]:
    """Leave out unjudged pictures that may show the term (two-step learning from positive and
    unlabelled examples; Liu et al. 2002); what is left, with its held-out logits."""
    kept = np.ones(len(rows), dtype=np.bool_)
    for _ in range(_ROUNDS):
        bar = np.quantile(held_out[shows], _AS_EXAMPLES)
        doubtful = unjudged & (held_out >= bar)
        if doubtful.sum() > _MOST_DOUBTFUL * unjudged.sum() or (doubtful == ~kept).all():
            break
        kept = ~doubtful
        held_out = np.empty(len(rows), dtype=np.float32)
        held_out[kept] = _held_out(rows[kept], shows[kept])
        fit = _fit(rows[kept], shows[kept])
        held_out[~kept] = rows[~kept] @ fit.weights + fit.bias
    return rows[kept], shows[kept], held_out[kept]


def average_precision(scores: Floats, shows: Truth) -> float:
    """Mean precision at the rank of each picture that shows the term; ties count against it."""
    ranked = shows[np.lexsort((shows, -scores))]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked].mean()) if ranked.any() else 0.0


def _held_out(rows: Floats, shows: Truth) -> Floats:
    """Logits of each picture by a classifier that did not see it."""
    random = np.random.default_rng(0)
    fold = np.empty(len(rows), dtype=np.int64)
    for side in (shows, ~shows):
        places = random.permutation(np.flatnonzero(side))
        fold[places] = np.arange(len(places)) % _FOLDS
    found = np.zeros(len(rows), dtype=np.float32)
    for number in range(_FOLDS):
        seen = fold != number
        classifier = _fit(rows[seen], shows[seen])
        found[~seen] = rows[~seen] @ classifier.weights + classifier.bias
    return found


def _fit(rows: Floats, shows: Truth) -> TermClassifier:
    """Ridge logistic regression; pictures with the term and without count the same in sum.

    Solved by reweighted least squares in the space of the pictures, which are fewer than
    columns: give it at most some thousand.
    """
    centre = rows.mean(axis=0)
    kernel = ((rows - centre) @ (rows - centre).T).astype(np.float64)
    share = np.where(shows, 0.5 / shows.sum(), 0.5 / (~shows).sum()) * min(len(rows), 200)
    alpha, bias = np.zeros(len(rows)), 0.0
    for _ in range(_STEPS):
        predicted = 1 / (1 + np.exp(-np.clip(kernel @ alpha + bias, -30, 30)))
        curve = np.maximum(share * predicted * (1 - predicted), 1e-9)
        target = kernel @ alpha + bias + share * (shows - predicted) / curve
        system = np.block(
            [
                [kernel + np.diag(_RIDGE / curve), np.ones((len(rows), 1))],
                [np.ones((1, len(rows))), np.zeros((1, 1))],
            ]
        )
        solved = np.linalg.solve(system, np.append(target, 0.0))
        moved = np.abs(solved[:-1] - alpha).max()
        alpha, bias = solved[:-1], float(solved[-1])
        if moved < 1e-6:
            break
    weights = (rows - centre).T @ alpha
    return TermClassifier(np.asarray(weights, np.float32), float(bias - centre @ weights))


def _curve(logits: Floats, shows: Truth) -> tuple[float, float]:
    """Slope and offset from held-out logits to probabilities where ``PRIOR`` show the term.

    Logistic with Platt's smoothed targets (1999), which keep few examples from claiming
    certainty.
    """
    positives, negatives = shows.sum(), (~shows).sum()
    target = np.where(shows, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    weight = np.where(shows, PRIOR / positives, (1 - PRIOR) / negatives)
    spread = float(logits.std()) or 1.0
    design = np.column_stack([logits / spread, np.ones(len(logits))])
    found = np.array([1.0, float(np.log(PRIOR / (1 - PRIOR)))])
    for _ in range(_STEPS):
        predicted = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        gradient = design.T @ (weight * (predicted - target)) + 1e-4 * found
        curved = design * (weight * predicted * (1 - predicted))[:, None]
        step = np.linalg.solve(design.T @ curved + 1e-4 * np.eye(2), gradient)
        found -= step / max(1.0, float(np.abs(step).max()))
    return max(float(found[0]) / spread, 0.0), float(found[1])


def ranked_by_examples(rows: Floats, kinds: NDArray[np.int64], asked: Floats) -> Floats:
    """Logits of a classifier a kind, each learned against all others: shape (asked, kinds).

    Args:
        rows: shape (n, d), of the examples (see ``joined``).
        kinds: shape (n,): which kind each is; columns come in their order.
        asked: shape (m, d).
    """
    fits = [_fit(rows, kinds == kind) for kind in np.unique(kinds)]
    return np.stack([asked @ each.weights + np.float32(each.bias) for each in fits], axis=1)
