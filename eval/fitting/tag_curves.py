"""Fits the curves of ``pipelines/tagging/fitted.py`` to photos and what captions mention.

A mention is a weak label: captions leave much unsaid, and say words that mean something else.
All terms count as if equally frequent, so that the curve learns what likeness means and not
what the photos happen to show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Truth = NDArray[np.bool_]

PRIOR = 0.04
"""Share of photos that show a term: as often as the 263 most mentioned terms of Flickr8k are
mentioned on average."""

LEAST_MENTIONS = 15

_NEGATIVES = 0.2
_RIDGE = 1e-4
_PEOPLE_RIDGE = 0.2
_AXES = 64
_STEPS = 60


def reference(visual: Floats, scene: int) -> tuple[Floats, Floats, Floats]:
    """Mean, main axes and the rest of the spread of vectors (see ``Fitted``)."""
    import numpy as np

    mean = visual.mean(axis=0)
    _, sizes, directions = np.linalg.svd(visual - mean, full_matrices=False)
    axes = directions[:_AXES] * (sizes[:_AXES, None] / np.sqrt(len(visual)))
    left = visual.var(axis=0) - (axes**2).sum(axis=0)
    rest = np.array([left[:scene].mean(), left[scene:].mean()])
    return mean, axes, np.maximum(rest, 0)


def fit_curve(
    features: Callable[[NDArray[np.int64]], Floats],
    truth: Truth,
    parts: Sequence[NDArray[np.int64]],
) -> tuple[Floats, float]:
    """Weights and bias of the curve from likeness to probability.

    Args:
        features: of some photos: shape (photos, terms, features).
        truth: shape (photos, terms).
        parts: rows of ``truth``, so many at a time as memory holds.
    """
    import numpy as np

    random = np.random.default_rng(0)
    counts = truth.sum(axis=0)
    used = np.flatnonzero(counts >= LEAST_MENTIONS)
    positive = PRIOR / counts[used] * np.sqrt(counts[used])
    negative = (1 - PRIOR) / (len(truth) - counts[used]) * np.sqrt(counts[used])
    rows, answers, weights = [], [], []
    for part in parts:
        said = truth[part][:, used]
        kept = said | (random.random(said.shape) < _NEGATIVES)
        rows.append(features(part)[:, used][kept])
        answers.append(said[kept])
        weights.append(np.where(said, positive, negative / _NEGATIVES)[kept])
    return logistic(np.concatenate(rows), np.concatenate(answers), np.concatenate(weights), _RIDGE)


def fit_people(look: Floats, people: Truth, animals: Truth) -> tuple[Floats, float]:
    """Weights and bias for whether people are to be seen, from the space ``look``.

    Direction and probability are fitted apart. The probability comes from photos that were
    held out, with animals and without counting the same: photos without people mostly show
    dogs there, and elsewhere they do not.
    """
    import numpy as np

    part = np.arange(len(look)) % 3
    even = np.where(people, 0.5 / people.sum(), 0.5 / (~people).sum())
    held_out = np.zeros(len(look))
    for number in range(3):
        seen = part != number
        weights, bias = logistic(look[seen], people[seen], even[seen], _PEOPLE_RIDGE)
        held_out[~seen] = look[~seen] @ weights + bias
    group = people * 2 + animals
    level = (0.25 / np.bincount(group, minlength=4).clip(1))[group]
    slope, offset = logistic(held_out[:, None], people, level, 0.0)
    weights, bias = logistic(look, people, even, _PEOPLE_RIDGE)
    return weights * slope[0], float(bias * slope[0] + offset)


def logistic(rows: Floats, answers: Truth, weights: Floats, ridge: float) -> tuple[Floats, float]:
    """Ridge logistic regression on standardised columns by Newton's method."""
    import numpy as np

    share = np.asarray(weights, dtype=np.float64) / weights.sum()
    centre, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    design = np.column_stack([(rows - centre) / spread, np.ones(len(rows))]).astype(np.float64)
    penalty = np.append(np.full(rows.shape[1], 2 * ridge), 0.0) + 1e-9
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        predicted = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        gradient = design.T @ (share * (predicted - answers)) + penalty * found
        curved = design * (share * predicted * (1 - predicted))[:, None]
        step = np.linalg.solve(design.T @ curved + np.diag(penalty), gradient)
        found -= step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-6:
            break
    scaled = found[:-1] / spread
    return scaled, float(found[-1] - (scaled * centre).sum())
