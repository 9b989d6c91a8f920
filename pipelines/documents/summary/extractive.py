"""Extractive summaries: coverage without repetition, with cues of position, title and numbers.

A sentence's worth is a sum of cues (Edmundson 1969), above all of how central it is among the
others (LexRank, Erkan and Radev 2004). Sentences are taken greedily, each losing by what it
repeats (maximal marginal relevance, Carbonell and Goldstein 1998). No model is needed and
nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.stop_words import STOP_WORDS
from pipelines.documents.summary.sentences import Sentence

MOST_SENTENCES = 1_500
"""Sentences that are compared with each other; what stands later in a document is left out."""

ONE_LINE, SHORT, LONG = 25, 80, 250
"""Words of the three summaries, at most; a sentence that alone is longer stands alone."""

_WORD = re.compile(r"[^\W_]+")
_LEAST_WORTH = 0.3
"""Share of the best worth below which a sentence is no filler for words that are left."""

_DAMPING = 0.85
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Weights:
    """What each cue counts beside how central a sentence is, which counts 1.

    Fitted by hand on 130 articles of BBC news, where centrality alone is nearly as good;
    position and title are what other kinds of documents need.
    """

    position: float = 0.05
    title: float = 0.05
    numbers: float = 0.05
    repeats: float = 0.1


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences chosen, in the order of the document."""

    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The sentences one after the other."""
        return " ".join(sentence.text for sentence in self.sentences)


def summarise(
    sentences: Sequence[Sentence],
    *,
    words: int,
    title: str = "",
    language: str = "english",
    weights: Weights | None = None,
) -> Summary:
    """The sentences that say most, together at most that many words (but at least one).

    Args:
        sentences: of a document, in order.
        words: length of the summary.
        title: of the document, whose words count; never part of the summary.
        language: of the stemmer and stop words, as PyStemmer calls it.
        weights: of the cues.
    """
    return summarise_all(
        sentences, words=(words,), title=title, language=language, weights=weights
    )[0]


def summarise_all(
    sentences: Sequence[Sentence],
    *,
    words: Sequence[int],
    title: str = "",
    language: str = "english",
    weights: Weights | None = None,
) -> tuple[Summary, ...]:
    """Summaries of several lengths, which cost hardly more than one; see ``summarise``."""
    weights = weights or Weights()
    pool = [each for each in sentences[:MOST_SENTENCES] if each.text != title.strip()]
    if not pool:
        return tuple(Summary(()) for _ in words)
    terms = [_terms(each.text, language) for each in pool]
    vectors = _vectors(terms)
    similar = vectors @ vectors.T
    worth = _worth(pool, terms, similar, _terms(title, language), weights)
    return tuple(
        Summary(tuple(pool[n] for n in sorted(_choose(pool, worth, similar, most, weights))))
        for most in words
    )


def _terms(text: str, language: str) -> list[str]:
    from Stemmer import Stemmer

    stops = STOP_WORDS.get(language, frozenset())
    plain = [word for word in _WORD.findall(text.lower()) if word not in stops]
    stems: list[str] = Stemmer(language).stemWords(plain)
    return stems


def _vectors(terms: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Words of the sentences with how often they occur: shape (n, terms), unit rows.

    Rare words do not count more, other than in LexRank: within one document, what it repeats
    is what it is about.
    """
    number = {term: place for place, term in enumerate({t: None for own in terms for t in own})}
    made = np.zeros((len(terms), max(1, len(number))))
    for row, own in enumerate(terms):
        for term in own:
            made[row, number[term]] += 1
    return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9))


def _worth(
    pool: Sequence[Sentence],
    terms: Sequence[Sequence[str]],
    similar: NDArray[np.float64],
    title: Sequence[str],
    weights: Weights,
) -> NDArray[np.float64]:
    wanted = set(title)
    position = np.exp(-np.arange(len(pool)) / max(3.0, 0.15 * len(pool)))
    in_title = np.array([len(wanted & set(own)) / max(1, len(wanted)) for own in terms])
    numbers = np.array([float(any(map(str.isdigit, each.text))) for each in pool])
    return np.asarray(
        _central(similar)
        + weights.position * position
        + weights.title * in_title
        + weights.numbers * numbers
    )


def _central(similar: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stationary chances of a walk over similar sentences, the greatest being 1."""
    moves = similar.copy()
    np.fill_diagonal(moves, 0)
    moves /= np.maximum(moves.sum(axis=1, keepdims=True), 1e-9)
    chances = np.full(len(moves), 1 / len(moves))
    for _ in range(_STEPS):
        chances = (1 - _DAMPING) / len(moves) + _DAMPING * moves.T @ chances
    return np.asarray(chances / max(chances.max(), 1e-12))


def _choose(
    pool: Sequence[Sentence],
    worth: NDArray[np.float64],
    similar: NDArray[np.float64],
    words: int,
    weights: Weights,
) -> list[int]:
    """Sentences with the greatest worth less what they repeat, as long as they fit."""
    lengths = np.array([len(each.text.split()) for each in pool])
    left = worth >= _LEAST_WORTH * float(worth.max())
    chosen: list[int] = []
    repeated = np.zeros(len(pool))
    while left.any():
        best = int(np.where(left, worth - weights.repeats * repeated, -np.inf).argmax())
        chosen.append(best)
        words -= int(lengths[best])
        left &= lengths <= words
        left[best] = False
        repeated = np.maximum(repeated, similar[best])
    return chosen
