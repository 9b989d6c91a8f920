"""Learning from corrections: what examples add to the descriptions of labels.

Every label gets a prototype: the mean of the meanings of its examples, and of the documents
without a label by the chance that they belong to it (expectation maximisation as in Nigam et
al. 2000). Descriptions keep their say, so few examples change little.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.types.classify import Classifier, Described

_ROUNDS = 4
_SOFT = 1 / 3
"""Factor on scores for the chances of documents without a label: less sure than an answer."""

_PROTOTYPE = 30.0
"""What the cosine with a prototype counts, beside 18 of that with a description; chosen among
three ratios on draws of ten examples a topic of BBC news."""

Weights = tuple[NDArray[np.float64], NDArray[np.float64]]


def learn(
    classifier: Classifier,
    examples: Sequence[tuple[Described, int]],
    others: Sequence[Described] = (),
) -> Weights:
    """What to add to the scores of the labels asked for.

    Args:
        classifier: zero-shot.
        examples: at least one; documents and the numbers of their labels, by the order of the
            labels.
        others: documents without a label, such as a sample of the library.

    Returns:
        Directions, shape (labels, d), and offsets, shape (labels,), for ``Classifier``.
    """
    count = len(classifier.asked)
    documents = [*(document for document, _ in examples), *others]
    meanings = np.stack([document.meaning for document in documents]).astype(np.float64)
    start = np.stack([classifier.scores(document)[:count] for document in documents])
    given = np.eye(count)[[label for _, label in examples]]
    has_example = np.asarray(given.sum(axis=0) > 0)
    middle, usual = meanings.mean(axis=0), start.mean(axis=0)
    directions, offsets = np.zeros((count, meanings.shape[1])), np.zeros(count)
    for _ in range(_ROUNDS if len(others) else 1):
        scores = _SOFT * (start + meanings @ directions.T + offsets)
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        chances[: len(examples)] = given
        sums = chances.T @ meanings
        norms = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        directions = np.where(has_example[:, None], _PROTOTYPE * sums / norms, 0.0)
        offsets = np.where(has_example, -directions @ middle - (usual - usual.mean()), 0.0)
    return directions, offsets
