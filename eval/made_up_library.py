"""A library of made-up points for measuring the index, and its questions with true answers."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.index.base import Condition, Filter, Point, Schema, SparseVector
from service.search.retrieve import Probe

Floats = NDArray[np.float32]

DIMENSIONS = {"visual": 640, "text": 384}
"""Of the default models."""

SCHEMA = Schema(
    dense=DIMENSIONS,
    sparse=("bm25",),
    payload={
        "asset_id": "keyword",
        "unit": "keyword",
        "unit_kind": "keyword",
        "kind": "keyword",
        "groups": "keyword",
    },
)

EVERYTHING = Filter(must=(Condition("groups", any_of=["everyone"]),))
"""The filter that every question of a person has."""

ONE_KIND = Filter(must=(*EVERYTHING.must, Condition("kind", any_of=["image"])))

_KINDS = ("image", "document", "video")
_UNITS_PER_ASSET = 3
_BATCH = 1024

_GROUPS, _TOPICS = 40, 2000
_DECAY = 0.6
"""The k-th direction counts k ** -0.6: most of the variance lies in a few dozen of them."""

_TERMS, _TERMS_A_UNIT, _TERMS_A_QUESTION = 50_000, 60, 5


class _Space:
    """Vectors in topics within groups of topics; topics differ in size, and all share a mean."""

    def __init__(self, dimension: int, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        scale = np.arange(1, dimension + 1, dtype=np.float32) ** -_DECAY
        self._scale = scale / np.linalg.norm(scale)
        turn = np.linalg.qr(self._random.standard_normal((dimension, dimension)))[0]
        self._turn = turn.astype(np.float32)
        groups = self._draw(_GROUPS)
        chosen = self._random.integers(0, _GROUPS, _TOPICS)
        self._topics = 0.6 * groups[chosen] + 0.8 * self._draw(_TOPICS)
        self._mean = 0.35 * self._draw(1)
        sizes = np.arange(1, _TOPICS + 1) ** -0.8
        self._sizes = sizes / sizes.sum()

    def vectors(self, count: int) -> Floats:
        """Unit vectors, shape (count, dimension)."""
        topics = self._topics[self._random.choice(_TOPICS, count, p=self._sizes)]
        vectors = self._mean + 0.6 * topics + 0.8 * self._draw(count)
        unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit

    def _draw(self, count: int) -> Floats:
        shape = (count, len(self._scale))
        normal = self._random.standard_normal(shape, dtype=np.float32)
        drawn: Floats = (normal * self._scale) @ self._turn
        return drawn


class MadeUpLibrary:
    """Points with all three vectors, three to an asset, and questions; the same in every run.

    Attributes:
        size: how many points there are.
        questions: how many questions there are.
    """

    def __init__(self, size: int, questions: int) -> None:
        self.size, self.questions = size, questions
        spaces = {
            name: _Space(length, seed) for seed, (name, length) in enumerate(DIMENSIONS.items())
        }
        self._stored = {name: space.vectors(size) for name, space in spaces.items()}
        self._asked = {name: space.vectors(questions) for name, space in spaces.items()}
        self._random = np.random.default_rng(7)
        frequency = np.arange(1, _TERMS + 1) ** -1.05
        self._cumulative = np.cumsum(frequency / frequency.sum())
        self._words = [self._sparse(_TERMS_A_UNIT) for _ in range(size)]
        terms = np.concatenate([words.indices for words in self._words])
        rows = np.repeat(np.arange(size), [len(words.indices) for words in self._words])
        order = np.argsort(terms, kind="stable")
        self._terms, self._rows = terms[order], rows[order]
        self._weights = np.concatenate([words.values for words in self._words])[order]
        self._asked_words = [self._sparse(_TERMS_A_QUESTION) for _ in range(questions)]

    def points(self) -> Iterator[list[Point]]:
        """All points, some at a time."""
        for start in range(0, self.size, _BATCH):
            rows = range(start, min(start + _BATCH, self.size))
            yield [self._point(row) for row in rows]

    def probe(self, question: int) -> Probe:
        """What a question looks for."""
        dense = {name: vectors[question] for name, vectors in self._asked.items()}
        return Probe(dense, self._asked_words[question])

    def true_scores(self, leg: str, question: int, *, one_kind: bool) -> Floats:
        """The score of every point in a leg, shape (size,); -1 where ``ONE_KIND`` leaves it out."""
        if leg == "bm25":
            scores = self._true_words(self._asked_words[question])
        else:
            scores = self._stored[leg] @ self._asked[leg][question]
        if one_kind:
            scores[(np.arange(self.size) // _UNITS_PER_ASSET) % len(_KINDS) != 0] = -1.0
        return scores

    def _true_words(self, words: SparseVector) -> Floats:
        """BM25 as the index computes it, with an IDF over all points."""
        scores = np.zeros(self.size, dtype=np.float32)
        for term, weight in zip(words.indices, words.values, strict=True):
            start, end = np.searchsorted(self._terms, [term, term + 1])
            rarity = np.log(1 + (self.size - (end - start) + 0.5) / (end - start + 0.5))
            scores[self._rows[start:end]] += rarity * weight * self._weights[start:end]
        return scores

    def _point(self, row: int) -> Point:
        asset = row // _UNITS_PER_ASSET
        return Point(
            id=UUID(int=row),
            dense={name: vectors[row] for name, vectors in self._stored.items()},
            sparse={"bm25": self._words[row]},
            payload={
                "asset_id": str(UUID(int=asset)),
                "unit": f"passage:{row % _UNITS_PER_ASSET}",
                "unit_kind": "passage",
                "kind": _KINDS[asset % len(_KINDS)],
                "groups": ["everyone"],
            },
        )

    def _sparse(self, terms: int) -> SparseVector:
        drawn = np.searchsorted(self._cumulative, self._random.random(terms))
        indices = np.unique(np.minimum(drawn, _TERMS - 1)).astype(np.uint32)
        weights = self._random.uniform(1.0, 2.0, len(indices)).astype(np.float32)
        return SparseVector(indices, weights)
