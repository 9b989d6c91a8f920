"""From everything known about pictures to their tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.base import VisualEncoder
from pipelines.tagging.bank import TermBank
from pipelines.tagging.fitted import fitted
from pipelines.tagging.learn import TermClassifier
from pipelines.tagging.rules import Rules, decide
from pipelines.tagging.signals import Evidence, Signal, Signals, Tag
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
        encoder: VisualEncoder | None = None,
        learned: Mapping[str, TermClassifier] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.learned = dict(learned or {})
        self._bank = bank
        self._fitted = fitted(encoder.descriptor) if encoder is not None else None
        self._rules = Rules.of(vocabulary, bank)
        person = vocabulary.find(PERSON)
        self._person = person.id if person is not None else None

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
        if self._bank is None or self._fitted is None:
            return np.zeros((len(visual), 0), dtype=np.float32)
        parts = [
            self._fitted.probabilities(visual[start : start + _CHUNK], self._bank)
            for start in range(0, len(visual), _CHUNK)
        ]
        found = np.concatenate(parts) if parts else np.zeros((0, len(self._bank.ids)), np.float32)
        if self._person in self._bank.ids:
            found[:, self._bank.ids.index(self._person)] = self._fitted.shows_people(look)
        for id_, classifier in self.learned.items():
            if id_ in self._bank.ids:
                found[:, self._bank.ids.index(id_)] = classifier.probabilities(visual, look)
        return found

    def tags(self, pictures: Sequence[Signals]) -> list[tuple[Tag, ...]]:
        """Tags and suggestions of each picture, the most probable first."""
        seen = [each for each in pictures if each.visual is not None and each.look is not None]
        from_network = iter(())
        people = iter(())
        if seen and self._fitted is not None:
            visual = np.stack([each.visual for each in seen if each.visual is not None])
            look = np.stack([each.look for each in seen if each.look is not None])
            from_network = iter(self.probabilities(visual, look))
            people = iter(self._fitted.shows_people(look))
        answers = []
        for picture in pictures:
            has_vectors = picture.visual is not None and picture.look is not None
            row = next(from_network, None) if has_vectors else None
            shows = float(next(people, 1.0)) if has_vectors else 1.0
            evidence = self._evidence(picture, row)
            answers.append(decide(evidence, self._rules, picture.rejected, shows, self.operating))
        return answers

    def _evidence(self, picture: Signals, row: Floats | None) -> dict[str, list[Evidence]]:
        found = named(picture, self.vocabulary)
        for id_, probability in picture.measured.items():
            if id_ in self.vocabulary.by_id:
                found.setdefault(id_, []).append(
                    Evidence("pixels", probability, second=picture.second)
                )
        if row is not None and self._bank is not None:
            for index in np.flatnonzero(row >= _EVIDENCE_FROM):
                id_ = self._bank.ids[index]
                signal: Signal = "examples" if id_ in self.learned else "picture"
                found.setdefault(id_, []).append(
                    Evidence(signal, float(row[index]), second=picture.second)
                )
        return found
