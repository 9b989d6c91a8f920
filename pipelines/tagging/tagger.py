"""From everything known about pictures to their tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from pipelines.tagging.bank import Queries, TermBank
from pipelines.tagging.clips import together
from pipelines.tagging.fitted import fitted
from pipelines.tagging.learn import TermClassifier
from pipelines.tagging.rules import SUGGEST, Rules, decide
from pipelines.tagging.signals import Evidence, Signals, Tag
from pipelines.tagging.words import named
from pipelines.vocabulary.terms import Vocabulary

OPERATING = 0.6
"""Probability from which a tag is given where no curves were fitted to the model.

A wrong tag costs as much as one and a half that are missing."""

PERSON = "person"

_EVIDENCE_FROM = 0.02
_CHUNK = 64

Floats = NDArray[np.float32]


class Tagger:
    """Gives pictures terms of one vocabulary.

    Args:
        vocabulary: without problems.
        bank: its terms in the space of the visual model; None where words alone must do.
        encoder: the visual model of ``bank``.
        learned: classifiers that learned from corrections, by term id (see ``learn``).
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        bank: TermBank | None = None,
        encoder: Queries | None = None,
        learned: Mapping[str, TermClassifier] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.learned = dict(learned or {})
        self._bank = bank
        self._places = {id_: row for row, id_ in enumerate(bank.ids)} if bank is not None else {}
        self._fitted = fitted(encoder.descriptor) if encoder is not None else None
        self._rules = Rules.of(vocabulary, bank)
        person = vocabulary.find(PERSON)
        self._person = person.id if person is not None else None

    def having_learned(self, learned: Mapping[str, TermClassifier]) -> Tagger:
        """This tagger with other classifiers."""
        other = copy(self)
        other.learned = dict(learned)
        return other

    @property
    def operating(self) -> float:
        """Probability from which a tag is given."""
        return self._fitted.operating if self._fitted is not None else OPERATING

    def probabilities(self, visual: Floats, look: Floats) -> Floats:
        """Probability by picture and row of the bank, from the pictures alone: shape (n, terms).

        Args:
            visual: shape (n, d).
            look: shape (n, look dimension).
        """
        found = self.by_words(visual, look)
        for id_, shares in self._learned(visual, look).items():
            if self._bank is not None and found.shape[1] and id_ in self._bank.ids:
                found[:, self._bank.ids.index(id_)] = shares
        return found

    def by_words(self, visual: Floats, look: Floats) -> Floats:
        """The same by the words of the terms, as if nothing had been learned."""
        if self._bank is None or self._fitted is None:
            return np.zeros((len(visual), 0), dtype=np.float32)
        parts = [
            self._fitted.probabilities(visual[start : start + _CHUNK], self._bank)
            for start in range(0, len(visual), _CHUNK)
        ]
        found = np.concatenate(parts) if parts else np.zeros((0, len(self._bank.ids)), np.float32)
        if self._person in self._bank.ids:
            found[:, self._bank.ids.index(self._person)] = self._fitted.shows_people(look)
        return found

    def by_words_of(self, id_: str, visual: Floats, look: Floats) -> Floats:
        """The same of one term: shape (n,); zeros where its words say nothing about pictures."""
        found = self.by_words(visual, look)
        if self._bank is None or not found.shape[1] or id_ not in self._bank.ids:
            return np.zeros(len(visual), dtype=np.float32)
        return found[:, self._bank.ids.index(id_)]

    def tags(self, pictures: Sequence[Signals]) -> list[tuple[Tag, ...]]:
        """Tags and suggestions of each picture, the most probable first."""
        return self.tags_of([[picture] for picture in pictures])

    def tags_of(self, files: Sequence[Sequence[Signals]]) -> list[tuple[Tag, ...]]:
        """Tags and suggestions of files with one or many pictures, such as scenes of a clip.

        Args:
            files: what is known about each picture of each file. What is known about a file
                as a whole stands with one of them, or in ``Signals`` of its own.
        """
        evidence, people = self._evidence(files)
        answers, start = [], 0
        for pictures in files:
            end = start + len(pictures)
            found = evidence[start] if len(pictures) == 1 else together(evidence[start:end])
            answers.append(
                decide(
                    found,
                    self._rules,
                    frozenset().union(*(each.rejected for each in pictures)),
                    # What nobody has seen may show people.
                    max((each for each in people[start:end] if each is not None), default=1.0),
                    self.operating,
                    frozenset().union(*(each.accepted for each in pictures)),
                )
            )
            start = end
        return answers

    def _evidence(
        self, files: Sequence[Sequence[Signals]]
    ) -> tuple[list[dict[str, list[Evidence]]], list[float | None]]:
        """Evidence by term of each picture, and the probability that it shows people."""
        pictures = [each for file in files for each in file]
        evidence = [self._told(picture) for picture in pictures]
        helped = _helped(files, evidence)
        people: list[float | None] = [None] * len(pictures)
        vectors = [
            (place, each.visual, each.look)
            for place, each in enumerate(pictures)
            if each.visual is not None and each.look is not None
        ]
        if not vectors:
            return evidence, people
        visual = np.stack([each for _, each, _ in vectors])
        look = np.stack([each for _, _, each in vectors])
        shows = self._fitted.shows_people(look) if self._fitted is not None else None
        rows, learned = self.by_words(visual, look), self._learned(visual, look)
        ids = self._bank.ids if self._bank is not None else ()
        for number, (place, _, _) in enumerate(vectors):
            if shows is not None:
                people[place] = float(shows[number])
            second = pictures[place].second
            for id_, shares in learned.items():
                _add(evidence[place], id_, Evidence("examples", float(shares[number]), "", second))
            others = helped[place]
            least = _EVIDENCE_FROM if others is None else SUGGEST
            strong = np.flatnonzero(rows[number] >= least)
            for index in sorted({*strong.tolist(), *self._rows_of(others or ())}):
                id_ = ids[index]
                if id_ not in learned:
                    seen = Evidence("picture", float(rows[number, index]), "", second)
                    _add(evidence[place], id_, seen)
        return evidence, people

    def _rows_of(self, ids: Iterable[str]) -> Iterator[int]:
        """Where some terms stand in the bank, as far as they do."""
        return (self._places[id_] for id_ in ids if id_ in self._places)

    def _learned(self, visual: Floats, look: Floats) -> dict[str, Floats]:
        return {
            id_: classifier.probabilities(visual, look) for id_, classifier in self.learned.items()
        }

    def _told(self, picture: Signals) -> dict[str, list[Evidence]]:
        """What words and measures say, without looking at the picture."""
        found = named(picture, self.vocabulary)
        for id_, probability in picture.measured.items():
            if id_ in self.vocabulary.by_id:
                found.setdefault(id_, []).append(
                    Evidence("pixels", probability, second=picture.second)
                )
        return found


def _helped(
    files: Sequence[Sequence[Signals]], told: Sequence[dict[str, list[Evidence]]]
) -> list[frozenset[str] | None]:
    """Of each picture that is the only one of its file, the terms that something else speaks for.

    What such a picture says weakly of any other term comes to nothing. None for pictures beside
    others: there, weak reasons add up.
    """
    found: list[frozenset[str] | None] = []
    for file in files:
        seen = sum(each.visual is not None for each in file)
        start = len(found)
        terms = frozenset(id_ for each in told[start : start + len(file)] for id_ in each)
        found += [terms if seen == 1 else None] * len(file)
    return found


def _add(found: dict[str, list[Evidence]], id_: str, evidence: Evidence) -> None:
    if evidence.probability >= _EVIDENCE_FROM:
        found.setdefault(id_, []).append(evidence)
