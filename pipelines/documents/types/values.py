"""Values that examples give documents, such as a department: learned, and tried on examples.

A value has no description, only its name; what tells it are the meanings of its examples (as in
``examples``) and the words that most of these hold and other documents lack. A document that is
further from all values than nearly all examples are from their own is ``other``: meanings are
compared as they differ from the library's mean, which on BBC news told five from ten examples a
topic apart from topics without any with an AUROC of .98 (.90 to .93 without the difference).
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.base import TextEncoder
from models.stop_words import STOP_WORDS
from pipelines.documents.types.classify import OTHER, Classifier, Described
from pipelines.documents.types.cues import cues_found
from pipelines.documents.types.examples import Weights, learn
from pipelines.documents.types.labels import Label

_FOLDS = 5
_MOST_WORDS = 8
_WORD_WEIGHT = 0.75
_OFTEN, _SELDOM = 0.6, 0.2
"""Shares of a value's examples that hold a word of it, and of other documents that may."""

_FAR = 0.1
"""Share of the examples that may be further from the rest of their value than a document."""

_READ = 20_000
_WORD = re.compile(r"[^\W\d_]{4,30}")
_COMMON = frozenset().union(*STOP_WORDS.values())

Example = tuple[Described, str]
"""A document and the value that a person gave it."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What examples teach of one field.

    Attributes:
        labels: a label for each value.
        weights: in the order of the labels.
        middle: the mean of what the library means, shape (d,).
        centres: what the examples of each value mean beside it, shape (labels, d), unit rows.
        least: cosine with the nearest centre below which a document is of no value.
        trust: factor on chances; the ``trust`` of a trial.
    """

    labels: tuple[Label, ...]
    weights: Weights
    middle: NDArray[np.float64]
    centres: NDArray[np.float64]
    least: float
    trust: float = 1.0


@dataclass(frozen=True, slots=True)
class Trial:
    """How well examples are told by what the other examples teach.

    Attributes:
        usual: share of the examples with the commonest value, what guessing would get right.
        right: share told rightly; where nothing is told, that is not right.
        trust: share told rightly of those of which a value was told; 0 where of none.
    """

    usual: float
    right: float
    trust: float


class ValueTeller:
    """Tells which value a document has."""

    def __init__(self, taught: Taught, text: TextEncoder) -> None:
        self._taught = taught
        self._labels = {label.name: label for label in taught.labels}
        self._classifier = Classifier(taught.labels, text, weights=taught.weights)

    def tell(self, document: Described) -> tuple[str, float]:
        """The likeliest value and how sure that is, or ``other``."""
        beside = _beside(document.meaning[None], self._taught.middle)
        if float((beside @ self._taught.centres.T).max()) < self._taught.least:
            return OTHER, 0.0
        found = self._classifier.classify(document)
        return found.label, round(found.confidence * self._taught.trust, 4)

    def words(self, name: str, document: Described) -> tuple[str, ...]:
        """Words of a document that speak for a value."""
        return cues_found(self._labels[name], document.view)


def teach(examples: Sequence[Example], others: Sequence[Described], text: TextEncoder) -> Taught:
    """Learn values from documents.

    Args:
        others: documents to which nobody gave a value.
    """
    words = [_words_of(document) for document, _ in examples]
    elsewhere = [_words_of(document) for document in others]
    names = sorted({name for _, name in examples})
    labels = tuple(
        Label(
            name,
            describe=(name,),
            words=_typical(
                [found for found, (_, each) in zip(words, examples, strict=True) if each == name],
                [found for found, (_, each) in zip(words, examples, strict=True) if each != name]
                + elsewhere,
            ),
        )
        for name in names
    )
    plain = Classifier(labels, text)
    numbers = np.array([names.index(name) for _, name in examples])
    weights = learn(
        plain, [(each, int(at)) for (each, _), at in zip(examples, numbers, strict=True)], others
    )
    return Taught(labels, weights, *_places([each for each, _ in examples], numbers, others))


def tried(examples: Sequence[Example], others: Sequence[Described], text: TextEncoder) -> Trial:
    """Tell every example by what the examples of other folds teach."""
    counts = Counter(name for _, name in examples)
    ordered = sorted(examples, key=lambda each: each[1])  # Each fold gets some of every value.
    right = told = 0
    for fold in range(_FOLDS):
        asked = ordered[fold::_FOLDS]
        rest = [each for number, each in enumerate(ordered) if number % _FOLDS != fold]
        if not asked or not rest:
            continue
        unseen = [*others, *(document for document, _ in asked)]
        teller = ValueTeller(teach(rest, unseen, text), text)
        answers = [(teller.tell(document)[0], name) for document, name in asked]
        right += sum(answer == name for answer, name in answers)
        told += sum(answer != OTHER for answer, _ in answers)
    usual = max(counts.values()) / len(examples)
    return Trial(usual, right / len(examples), right / told if told else 0.0)


def packed(taught: Taught) -> bytes:
    """What was taught as an npz archive without pickles."""
    file = io.BytesIO()
    labels = [{"name": each.name, "words": dict(each.words)} for each in taught.labels]
    directions, offsets = taught.weights
    np.savez_compressed(
        file,
        labels=np.array(json.dumps(labels)),
        directions=directions,
        offsets=offsets,
        middle=taught.middle,
        centres=taught.centres,
        numbers=np.array([taught.least, taught.trust]),
    )
    return file.getvalue()


def unpacked(data: bytes) -> Taught:
    """What ``packed`` made an archive of."""
    with np.load(io.BytesIO(data), allow_pickle=False) as file:
        labels = tuple(
            Label(each["name"], describe=(each["name"],), words=each["words"])
            for each in json.loads(str(file["labels"]))
        )
        weights = (file["directions"], file["offsets"])
        return Taught(labels, weights, file["middle"], file["centres"], *file["numbers"].tolist())


def _places(
    documents: Sequence[Described], numbers: NDArray[np.int_], others: Sequence[Described]
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """The ``middle``, ``centres`` and ``least`` of ``Taught``."""
    own = np.stack([each.meaning for each in documents]).astype(np.float64)
    around = np.stack([each.meaning for each in others]) if others else own
    middle = np.asarray(around.mean(axis=0), dtype=np.float64)
    beside = _beside(own, middle)
    sums = np.stack([beside[numbers == at].sum(axis=0) for at in range(numbers.max() + 1)])
    # Each example is compared with the centre of the others of its value.
    without = _unit(sums[numbers] - beside)
    several = np.bincount(numbers)[numbers] > 1
    near = (without * beside).sum(axis=1)[several]
    return middle, _unit(sums), float(np.quantile(near, _FAR)) if len(near) else -1.0


def _beside(meanings: NDArray[np.floating], middle: NDArray[np.float64]) -> NDArray[np.float64]:
    return _unit(meanings - middle)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _typical(own: Sequence[set[str]], others: Sequence[set[str]]) -> dict[str, float]:
    """Words that most of a value's documents hold and few others."""
    if len(own) < 2:
        return {}
    inside, outside = Counter(w for ws in own for w in ws), Counter(w for ws in others for w in ws)
    found = []
    for word, count in inside.items():
        often, seldom = count / len(own), outside[word] / max(1, len(others))
        if count >= 2 and often >= _OFTEN and seldom <= _SELDOM:
            found.append((often - seldom, word))
    best = sorted(found, key=lambda each: (-each[0], each[1]))[:_MOST_WORDS]
    return {word: _WORD_WEIGHT for _, word in best}


def _words_of(document: Described) -> set[str]:
    return set(_WORD.findall(document.view.text[:_READ].lower())) - _COMMON
