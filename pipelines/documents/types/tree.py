"""Which label of a tree a document has: first among the top ones, then among their kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import TextEncoder
from pipelines.documents.types.classify import OTHER, Classified, Classifier, Described
from pipelines.documents.types.labels import Label

Weights = tuple[NDArray[np.float64], NDArray[np.float64]]

_LEAST_WORDS = 6
_FEW_WORDS = 0.5
"""How sure it is that a document with fewer words is of no kind; set by hand."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a document seems to be.

    Attributes:
        label: a name of the tree, as deep as it is sure, or ``other``.
        confidence: the chance of it, between 0 and 1.
        options: what else it may be, the likeliest first, each with its chance; none of those
            that stand above or below the answer.
    """

    label: str
    confidence: float
    options: tuple[tuple[str, float], ...] = ()


class TreeClassifier:
    """Classifies by a tree of labels.

    Args:
        tree: labels, those above before or after those under them.
        text: the encoder of meanings.
        weights: learned from examples, by the label above (empty at the top), for its labels in
            the order of the tree.
    """

    def __init__(
        self,
        tree: Sequence[Label],
        text: TextEncoder,
        weights: Mapping[str, Weights] | None = None,
    ) -> None:
        learned = weights or {}
        by_above: dict[str, list[Label]] = {}
        for label in tree:
            by_above.setdefault(label.under, []).append(label)
        self.levels: Mapping[str, Classifier] = {
            above: Classifier(labels, text, weights=learned.get(above))
            for above, labels in by_above.items()
        }

    def classify(self, document: Described) -> Answer:
        """The likeliest label: a kind of another where that is likelier than none of its kinds."""
        found = self.levels[""].classify(document)
        if len(document.view.text.split()) < _LEAST_WORDS and not self._by_file(document):
            return Answer(OTHER, _FEW_WORDS, _options(found))
        label, confidence = found.label, found.confidence
        while label in self.levels:
            below = self.levels[label].classify(document)
            if below.label == OTHER:
                break
            label, confidence = below.label, confidence * below.confidence
        return Answer(label, round(confidence, 4), _options(found))

    def _by_file(self, document: Described) -> bool:
        """Whether the type of the file says what a document with hardly a word is."""
        return any(
            document.media_type.startswith(media)
            for label in self.levels[""].asked
            if label.only_media
            for media in label.media
        )


def _options(found: Classified) -> tuple[tuple[str, float], ...]:
    return tuple((name, round(chance, 4)) for name, chance in found.chances[1:4] if chance >= 0.01)


def above(tree: Sequence[Label]) -> dict[str, tuple[str, ...]]:
    """For each label those above it, the nearest first."""
    under = {label.name: label.under for label in tree}
    made: dict[str, tuple[str, ...]] = {}
    for name in under:
        chain = [name]
        while (over := under.get(chain[-1], "")) and over not in chain:
            chain.append(over)
        made[name] = tuple(chain[1:])
    return made
