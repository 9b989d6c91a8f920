"""The kind of a document: meaning and cues weighed up, with an honest ``other``.

The meaning of a document is the mean of the vectors of its first passages. It is compared with
those of the sentences that describe a label: half their mean, half the nearest. All document
types that Magpie knows compete, also those that were not asked for: what looks most like one of
these is ``other``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import TextEncoder
from pipelines.analysis import Analysis, Vector
from pipelines.documents.pages import View
from pipelines.documents.types.cues import cue_score, shape_of
from pipelines.documents.types.labels import Label

OTHER = "other"

_PASSAGES = 3
_SHARPNESS = 18.0
"""What a cosine counts beside the cues: .1 more is worth as much as a label's title."""

_OTHER_COSINE = 0.16
"""Below it, the cosine of a text and a description says nothing; measured on pairs of BBC
articles and descriptions of other document types."""

_OTHER_SCORE = 0.5
_SAME = 0.8
"""Descriptions that alike are of one kind."""


@dataclass(frozen=True, slots=True)
class Classified:
    """What a document seems to be.

    Attributes:
        label: a name, or ``other``.
        confidence: the chance of it, between 0 and 1.
        chances: of every label asked for and ``other``, the likeliest first.
    """

    label: str
    confidence: float
    chances: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A document as it is classified.

    Attributes:
        meaning: shape (d,), unit length; zeros where it has no text.
        view, media_type, scanned, pages: its text and form.
    """

    meaning: Vector
    view: View
    media_type: str
    scanned: bool = False
    pages: int = 1


def describe(analysis: Analysis, view: View, text: TextEncoder) -> Described:
    """A document, its meaning taken from vectors that it has, else computed."""
    units = [unit for unit in analysis.units if unit.kind == "passage" and unit.text.strip()]
    first = units[:_PASSAGES]
    vectors = [unit.words for unit in first if unit.words is not None]
    if len(vectors) < len(first):
        vectors = list(text.encode([unit.text for unit in first]))
    scanned = bool(units) and all(unit.source_model for unit in units)
    return Described(
        mean_vector(vectors, text.descriptor.dimension),
        view,
        analysis.media_type,
        scanned,
        analysis.pages or 1,
    )


def mean_vector(vectors: Sequence[Vector], dimension: int) -> Vector:
    """The direction of the sum: shape (dimension,), unit length, or zeros."""
    if not len(vectors):
        return np.zeros(dimension, dtype=np.float32)
    summed = np.sum(np.stack(list(vectors)), axis=0)
    return np.asarray(summed / max(float(np.linalg.norm(summed)), 1e-9), dtype=np.float32)


class Classifier:
    """Tells which of some labels a document has.

    Args:
        labels: those asked for.
        text: the encoder of meanings.
        background: all kinds known besides; those that a label asked for means are left out.
        other: whether ``other`` is an answer.
        weights: shape (labels, d) and (labels,), learned from examples (``examples.learn``).
    """

    def __init__(
        self,
        labels: Sequence[Label],
        text: TextEncoder,
        *,
        background: Sequence[Label] = (),
        other: bool = True,
        weights: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    ) -> None:
        asked = {name for label in labels for name in (label.name, *label.also)}
        strangers = [each for each in background if not asked & {each.name, *each.also}]
        own, others = _meanings(labels, text), _meanings(strangers, text)
        if strangers and len(labels):
            new = [index for index, label in enumerate(labels) if not label.words]
            means = [own[index].mean for index in new]
            keep = [i for i, each in enumerate(others) if not _is_one_of(each.mean, means)]
            strangers, others = [strangers[i] for i in keep], [others[i] for i in keep]
        self.labels = (*labels, *strangers)
        self._asked = len(labels)
        self._meanings = [*own, *others]
        self._other = other
        self._weights = weights

    @property
    def asked(self) -> tuple[Label, ...]:
        """The labels asked for."""
        return self.labels[: self._asked]

    def scores(self, document: Described) -> NDArray[np.float64]:
        """A score for each label, background ones last."""
        shape = shape_of(document.view, scanned=document.scanned, pages=document.pages)
        cosines = np.array([each.cosine(document.meaning) for each in self._meanings])
        cues = [
            cue_score(label, document.view, shape, document.media_type) for label in self.labels
        ]
        scores = _SHARPNESS * (cosines - _OTHER_COSINE) + np.array(cues)
        if self._weights is not None:
            directions, offsets = self._weights
            scores[: self._asked] += directions @ document.meaning + offsets
        return np.asarray(scores, dtype=np.float64)

    def classify(self, document: Described) -> Classified:
        """The likeliest label, or ``other``."""
        scores = self.scores(document)
        own, strangers = scores[: self._asked], scores[self._asked :]
        if self._other:
            own = np.append(own, max(_OTHER_SCORE, *strangers) if len(strangers) else _OTHER_SCORE)
        chances = np.exp(own - own.max())
        chances /= chances.sum()
        names = [*(label.name for label in self.asked), OTHER]
        named = [(name, float(chance)) for name, chance in zip(names, chances, strict=False)]
        ordered = tuple(sorted(named, key=lambda each: -each[1]))
        return Classified(ordered[0][0], round(ordered[0][1], 4), ordered)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What the sentences of a label mean: shapes (n, d) and (d,), unit rows."""

    sentences: NDArray[np.float32]
    mean: Vector

    def cosine(self, meaning: Vector) -> float:
        nearest = float((self.sentences @ meaning).max())
        return (nearest + float(self.mean @ meaning)) / 2


def _meanings(labels: Sequence[Label], text: TextEncoder) -> list[_Meaning]:
    vectors = text.encode([sentence for label in labels for sentence in label.describe])
    made, at = [], 0
    for label in labels:
        own = vectors[at : at + len(label.describe)]
        made.append(_Meaning(own, mean_vector(list(own), text.descriptor.dimension)))
        at += len(label.describe)
    return made


def _is_one_of(meaning: Vector, others: Sequence[Vector]) -> bool:
    return any(float(meaning @ other) >= _SAME for other in others)
