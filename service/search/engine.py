"""The way of a question: words and pictures in, judged and explained answers out."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.bm25 import Bm25Encoder
from service import schemas
from service.access.predicate import seen_points
from service.access.viewer import OWNER, Viewer
from service.catalog.assets import Assets
from service.encoders import Encoders
from service.errors import BadRequest
from service.index.base import Condition, Filter, SparseVector, VectorIndex
from service.search.explain import Explainer
from service.search.judge import CUT, Judged, Judgement, judge
from service.search.narrow import narrowing
from service.search.retrieve import Probe, Retrieved, retrieve

_FACETED = 500
"""Relevant assets that facets are counted over at most."""


@dataclass(frozen=True, slots=True)
class Example:
    """Something to find alike ones of, by its vectors.

    Attributes:
        look: of a picture; None for an asset without one.
        text: the mean of a document's passages; None for an asset without words.
        asset_id: the asset that the example is, left out of the answer.
    """

    look: NDArray[np.float32] | None = None
    text: NDArray[np.float32] | None = None
    asset_id: str | None = None


class SearchEngine:
    """Answers questions from the index and the catalog. Thread safe."""

    def __init__(
        self, *, index: VectorIndex, assets: Assets, encoders: Encoders, bm25: Bm25Encoder
    ) -> None:
        self._index = index
        self._assets = assets
        self._encoders = encoders
        self._bm25 = bm25
        self._explainer = Explainer(assets, bm25)

    def search(
        self, request: schemas.SearchRequest, viewer: Viewer, example: Example | None = None
    ) -> schemas.SearchAnswer:
        """Answer a question; an answer without hits says so in words.

        Raises:
            BadRequest: there is neither a word nor an example to go by.
        """
        started = time.perf_counter()
        judged = self.judge(self.retrieve(request, example, viewer))
        if example is not None and example.asset_id:
            judged.pop(example.asset_id, None)
        ranked = sorted(judged.items(), key=lambda item: (-item[1].relevance, item[0]))
        best = [(asset_id, each) for asset_id, each in ranked if each.relevance >= CUT]
        hits = self._hits(request.words, best, request.limit, viewer)
        relevant = [asset_id for asset_id, _ in best[:_FACETED]] if request.facets else []
        return schemas.SearchAnswer(
            hits=hits,
            message=None if hits else _nothing_found(request),
            facets=self._assets.facets(relevant, viewer, request.facets, request.language),
            took_ms=round((time.perf_counter() - started) * 1000, 2),
        )

    def retrieve(
        self,
        request: schemas.SearchRequest,
        example: Example | None = None,
        viewer: Viewer = OWNER,
    ) -> Retrieved:
        """Find what may answer a question, with the score of every leg, not judged yet.

        Raises:
            BadRequest: there is neither a word nor an example to go by, or the selection is not
                understood.
        """
        if not request.words and example is None:
            raise BadRequest("Ask with words, or with a picture (`like`).")
        narrowed = narrowing(self._assets, request.where, viewer)
        probe = self.probe(request.words, example)
        if narrowed.nothing:
            return Retrieved([], 0.0, probe.sides)
        return retrieve(
            self._index,
            probe,
            _filter(request, viewer, narrowed.conditions),
            within=Filter(must=seen_points(viewer)),
            assets=max(request.limit + 1, _FACETED if request.facets else 0),
            keep=narrowed.keep,
        )

    def judge(self, retrieved: Retrieved) -> dict[str, Judgement]:
        """How well each asset that was found answers, by asset id."""
        return judge(retrieved, self._encoders.calibration)

    def probe(self, words: str, example: Example | None = None) -> Probe:
        """The vectors of a question."""
        dense: dict[str, NDArray[np.float32]] = {}
        terms: SparseVector | None = None
        if words:
            dense["visual"] = self._encoders.visual().encode_query([words])[0]
            dense["text"] = self._encoders.text().encode_query([words])[0]
            indices, values = self._bm25.encode_query(words)
            terms = SparseVector(indices, values) if len(indices) else None
        if example is not None:
            if example.look is not None:
                dense["look"] = example.look
            if example.text is not None:
                dense["gist"] = example.text
        return Probe(dense, terms)

    def _hits(
        self, words: str, ranked: Sequence[tuple[str, Judgement]], limit: int, viewer: Viewer
    ) -> list[schemas.SearchHit]:
        # The index may lag behind: the catalog has the last word on what there is and who sees
        # it. Nearly always all are there, so few more than are wanted are looked up.
        records: dict[str, schemas.Asset] = {}
        for start in range(0, len(ranked), limit):
            part = [asset_id for asset_id, _ in ranked[start : start + limit]]
            records |= self._assets.many(part, viewer)
            if len(records) >= limit:
                break
        ranked = [item for item in ranked if item[0] in records][:limit]
        evidence: Mapping[str, Sequence[Judged]] = {
            asset_id: each.strongest_first() for asset_id, each in ranked
        }
        reasons = self._explainer.explain(words, evidence, records)
        return [
            schemas.SearchHit(
                asset=records[asset_id],
                relevance=round(each.relevance, 4),
                reasons=reasons[asset_id],
            )
            for asset_id, each in ranked
        ]


def _filter(
    request: schemas.SearchRequest, viewer: Viewer, narrowed: Sequence[Condition]
) -> Filter:
    must = [*seen_points(viewer), *narrowed]
    if request.kinds:
        must.append(Condition("kind", any_of=list(request.kinds)))
    if request.media_types:
        must.append(Condition("media_type", any_of=list(request.media_types)))
    return Filter(must=tuple(must))


def _nothing_found(request: schemas.SearchRequest) -> str:
    if request.kinds or request.media_types or request.where:
        return "Nothing good found. Try other words, or search without the filters."
    if request.words:
        return "Nothing good found. Try other words, or fewer of them."
    return "Nothing alike found."
