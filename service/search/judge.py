"""From the scores of the legs to one relevance between 0 and 1 an asset.

Each leg's score is turned into the probability that the unit answers the
question. An asset is as good as its best unit by each leg; evidence of
different kinds adds up as independent evidence does (noisy-or, Pearl 1988).
What stays under ``CUT`` is not an answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from models.calibration import Calibration
from service.search.candidates import Candidate, Side
from service.search.retrieve import Retrieved

CUT = 0.35
"""Least relevance of an answer.

Lower than one half, for a photo's own caption often reaches no more, and an answer that is
not shown is lost, while one too many is passed over.
"""

VISUAL_PRIOR = 0.1
"""Share of pictures taken to answer a question before they are looked at.

People ask a library for what they believe is in it. With ``CUT`` it lets a cosine of 0.21
pass: nine of ten Flickr8k photos for a caption of their own, and 3 in 100 other photos.
"""

LegName = Literal["visual", "look", "text", "gist", "bm25"]

_OF_EXAMPLE = frozenset({"look", "gist"})


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic curve over a cosine and a share of the attainable BM25."""

    cosine: float
    share: float
    offset: float

    def __call__(self, cosine: float, share: float) -> float:
        """The probability at this cosine and share."""
        x = self.cosine * cosine + self.share * share + self.offset
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, x))))


PASSAGE = Curve(cosine=20.0, share=12.0, offset=-10.75)
"""That a passage answers the words.

Found by ``python -m eval fit-words`` on docstrings, BBC news and captions of Flickr8k's
train part, 951 to 2,000 documents each: 20.1, 12.0, -10.2. Half a unit was taken off: a foreign
question that is answered costs more trust than an answer in hundred that is lost. The weight
of BM25 is not delicate, anything from 0.3 to 0.6 of the cosine's ranks within 0.01 of the best.
"""

RECORD = Curve(cosine=0.0, share=13.0, offset=-5.75)
"""That the words name the asset: its file name, title or keywords.

Of foreign questions one in hundred reaches a share of 0.39 by chance (``fit-words``): the
curve crosses ``CUT`` there. The slope makes a share of two thirds nearly certain.
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A unit as evidence: the leg that speaks for it, its score there, and the probability."""

    candidate: Candidate
    leg: LegName
    score: float
    probability: float


@dataclass(slots=True)
class Judgement:
    """The strongest evidence for one asset, by its kind, on each side that was asked."""

    sides: dict[Side, dict[str, Judged]]

    @property
    def relevance(self) -> float:
        """Words and example must both hold where both were asked for (geometric mean)."""
        return math.prod(map(_noisy_or, self.sides.values())) ** (1 / len(self.sides))

    def strongest_first(self) -> list[Judged]:
        """All evidence, most probable first."""
        evidence = [judged for side in self.sides.values() for judged in side.values()]
        return sorted(evidence, key=lambda judged: -judged.probability)


def judge(retrieved: Retrieved, visual: Calibration) -> dict[str, Judgement]:
    """The judgement of each asset among the candidates, by asset id.

    Args:
        retrieved: candidates with the scores of all legs.
        visual: what the visual model's cosines mean.
    """
    judgements: dict[str, Judgement] = {}
    for candidate in retrieved.candidates:
        judgement = judgements.get(candidate.asset_id)
        if judgement is None:
            judgement = Judgement({side: {} for side in retrieved.sides})
            judgements[candidate.asset_id] = judgement
        for kind, judged in _evidence(candidate, retrieved.attainable_bm25, visual):
            side = judgement.sides["example" if kind in _OF_EXAMPLE else "words"]
            best = side.get(kind)
            if best is None or judged.probability > best.probability:
                side[kind] = judged
    return judgements


def _evidence(
    candidate: Candidate, attainable: float, visual: Calibration
) -> Iterator[tuple[str, Judged]]:
    scores = candidate.scores
    if "visual" in scores:
        score = scores["visual"]
        yield "visual", Judged(candidate, "visual", score, visual.relevance(score, VISUAL_PRIOR))
    if "look" in scores:
        score = scores["look"]
        yield "look", Judged(candidate, "look", score, visual.likeness(score))
    if "gist" in scores:
        score = scores["gist"]
        yield "gist", Judged(candidate, "gist", score, PASSAGE(score, 0.0))
    if "text" in scores or "bm25" in scores:
        share = scores.get("bm25", 0.0) / attainable if attainable else 0.0
        curve = RECORD if candidate.unit_kind == "record" else PASSAGE
        probability = curve(scores.get("text", 0.0), share)
        leg: LegName = "bm25" if share > 0 else "text"
        yield candidate.unit_kind, Judged(candidate, leg, scores.get(leg, 0.0), probability)


def _noisy_or(side: dict[str, Judged]) -> float:
    return 1.0 - math.prod(1.0 - judged.probability for judged in side.values())
