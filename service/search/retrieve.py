"""Retrieval: a question becomes legs, and legs become candidates with all their scores."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.index.base import Filter, Hit, Leg, SparseVector, VectorIndex
from service.search.candidates import Candidate, Side, gather

_LEAST = 100
_MOST = 3200
_MOST_LOOKED_UP = 51_200
_MOST_TERMS = 24

_PICTURES = frozenset({"image", "embedded_image", "page", "scene", "frame"})
_WORDS = frozenset({"passage", "transcript"})
_KINDS: Mapping[str, Set[str]] = {
    "visual": _PICTURES,
    "look": _PICTURES,
    "text": _WORDS,
    "gist": _WORDS,
}
"""Which kinds of units each dense leg can find."""

_SPACES: Mapping[str, str] = {"gist": "text"}
"""The space of a dense leg that is not named like it: a question in words and a document as
its example both look into ``text``."""


@dataclass(frozen=True, slots=True)
class Probe:
    """The vectors to look for.

    Attributes:
        dense: a unit vector for each leg: ``visual`` and ``text`` of the words, ``look`` or
            ``gist`` of the example.
        terms: the sparse query, or None.
    """

    dense: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    terms: SparseVector | None = None

    @property
    def sides(self) -> frozenset[Side]:
        """What is asked: by words, by an example, or by both."""
        example = {"look", "gist"} & self.dense.keys()
        words = self.terms is not None or bool(self.dense.keys() - example)
        asked: list[tuple[Side, bool]] = [("words", words), ("example", bool(example))]
        return frozenset(side for side, wanted in asked if wanted)


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Candidates, and what is needed to judge them.

    Attributes:
        attainable_bm25: the score that a unit with every term at its best would have.
        sides: what was asked.
    """

    candidates: Sequence[Candidate]
    attainable_bm25: float
    sides: frozenset[Side]


def retrieve(
    index: VectorIndex,
    probe: Probe,
    filter_: Filter,
    *,
    within: Filter,
    assets: int,
    keep: Callable[[Collection[str]], set[str]] | None = None,
) -> Retrieved:
    """Find units until ``assets`` different assets are among them, or no more exist.

    Every candidate is scored by every dense leg that it has a vector for, also those
    that another leg found.

    Args:
        filter_: what may be found.
        within: what scores are compared with: all that the asker may see.
        keep: of the ids of some assets, those that may be found; None for all.
    """
    limit = max(_LEAST, 4 * assets)
    most = _MOST if keep is None else _MOST_LOOKED_UP
    while True:
        legs, singles = _legs(probe, filter_, within, limit)
        answers = index.search([*legs, *singles])
        names = [*probe.dense, "bm25"][: len(legs)]
        hits = dict(zip(names, answers, strict=False))
        candidates = _kept(gather(hits), keep)
        exhausted = all(len(found) < limit for found in hits.values())
        found_assets = len({each.asset_id for each in candidates.values()})
        if exhausted or found_assets >= assets or limit >= most:
            break
        limit *= 4
    _complete(index, probe, candidates)
    attainable = _attainable(index, probe, answers[len(legs) :], within)
    return Retrieved(list(candidates.values()), attainable, probe.sides)


def _kept(
    found: dict[UUID, Candidate], keep: Callable[[Collection[str]], set[str]] | None
) -> dict[UUID, Candidate]:
    if keep is None:
        return found
    kept = keep({each.asset_id for each in found.values()})
    return {key: each for key, each in found.items() if each.asset_id in kept}


def _legs(probe: Probe, filter_: Filter, within: Filter, limit: int) -> tuple[list[Leg], list[Leg]]:
    legs = [
        Leg(_SPACES.get(name, name), vector, limit, filter_) for name, vector in probe.dense.items()
    ]
    if probe.terms is None:
        return legs, []
    legs.append(Leg("bm25", probe.terms, limit, filter_))
    singles = [
        Leg(
            "bm25",
            SparseVector(probe.terms.indices[i : i + 1], probe.terms.values[i : i + 1]),
            1,
            within,
        )
        for i in range(min(len(probe.terms.indices), _MOST_TERMS))
    ]
    return legs, singles


def _attainable(
    index: VectorIndex, probe: Probe, singles: Sequence[Sequence[Hit]], within: Filter
) -> float:
    """Sum over the terms of the best score that the term alone reaches anywhere.

    A term that occurs nowhere counts as the rarest possible one does (BM25's IDF at
    document frequency 0), so that a question about unknown things is covered badly.
    """
    if probe.terms is None or not singles:
        return 0.0
    weights = probe.terms.values
    unknown: float | None = None
    total = 0.0
    for weight, hits in zip(weights, singles, strict=False):
        if hits:
            total += hits[0].score
            continue
        if unknown is None:
            unknown = float(np.log(1.0 + (index.count(within) + 0.5) / 0.5))
        total += unknown * float(weight)
    # Of a very long question only some terms were asked: the rest count as these do.
    return total * float(weights.sum() / weights[: len(singles)].sum())


def _complete(index: VectorIndex, probe: Probe, candidates: Mapping[UUID, Candidate]) -> None:
    """Score candidates by the dense legs that did not list them."""
    wanted: dict[str, list[UUID]] = {}
    for key, candidate in candidates.items():
        for name in probe.dense:
            if name not in candidate.scores and candidate.unit_kind in _KINDS[name]:
                wanted.setdefault(name, []).append(key)
    legs = [
        Leg(_SPACES.get(name, name), probe.dense[name], len(ids), among=ids)
        for name, ids in wanted.items()
    ]
    for name, hits in zip(wanted, index.search(legs), strict=True):
        for hit in hits:
            candidates[hit.id].scores[name] = hit.score
