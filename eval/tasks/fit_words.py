"""Finds the constants by which `service/search/judge.py` turns scores of words into relevance.

Nothing is judged by hand: texts answer the sentence that their author wrote to sum them
up (see ``eval.fitting.collections``), and questions made from one kind of text have no
answer among the others.

1. The weight of BM25 beside the cosine, by nDCG@10 (convex combination: Bruch, Gai and
   Ingber 2023, "An analysis of fusion functions for hybrid retrieval").
2. Slope and offset of the curve along that axis, by logistic regression of the answer
   against the best of what a foreign library offers, both counting the same (Platt 1999).
3. The share of a foreign question that the words of a file's name reach by chance, once
   in a hundred questions: the curve of names crosses the cut-off there.

The best of a library is a maximum, so foreign scores grow with its size: fit with some
thousand documents.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING

from eval import ranking
from eval.fitting.collections import collections
from eval.fitting.logistic import balanced, fit_logistic
from eval.fitting.observations import Observation, Observed, observe
from eval.registry import Figures

if TYPE_CHECKING:
    from eval.fitting.observations import Passage

_WEIGHTS = [step / 20 for step in range(21)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="folder with articles.jsonl or train_captions.jsonl; may be given several times",
    )
    parser.add_argument("--documents", type=int, default=2000, help="at most so many a collection")
    parser.add_argument("--questions", type=int, default=300, help="at most so many a collection")


def run(options: argparse.Namespace) -> Figures:
    """Fit, and tell how the product as it stands does on the same questions."""
    made = collections(options.data, documents=options.documents, questions=options.questions)
    observed = list(observe(made))
    weight = max(_WEIGHTS, key=lambda weight: _quality(observed, weight))
    slope, offset = _fit(
        [best for each in observed for one in each.own if (best := _best(one, weight, own=True))],
        [best for each in observed for one in each.foreign if (best := _best(one, weight))],
    )
    figures = {
        "passage_cosine": slope,
        "passage_share": slope * weight,
        "passage_offset": offset,
        "ndcg10_dense": _quality(observed, 0.0),
        "ndcg10_fused": _quality(observed, weight),
        **_names(observed),
        **_as_it_stands(observed),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _names(observed: Sequence[Observed]) -> dict[str, float]:
    named = [each for each in observed if each.collection.named]
    if not named:
        return {}
    own = [
        max((one.names.get(document, 0.0) for document in one.relevant), default=0.0)
        for each in named
        for one in each.own
    ]
    foreign = sorted(max(one.names.values(), default=0.0) for each in named for one in each.foreign)
    return {
        "name_share_own_median": median(own),
        "name_share_foreign_p99": foreign[int(0.99 * len(foreign))],
    }


def _quality(observed: Sequence[Observed], weight: float) -> float:
    """Mean over the collections of the mean nDCG@10 of passages fused with a weight."""
    return fmean(
        fmean(ranking.ndcg(_ranked(one.passages, weight), one.relevant) for one in each.own)
        for each in observed
    )


def _ranked(passages: Sequence[Passage], weight: float) -> list[str]:
    best_first = sorted(passages, key=lambda each: -(each.cosine + weight * each.share))
    return list(dict.fromkeys(each.document for each in best_first))


def _best(one: Observation, weight: float, *, own: bool = False) -> float | None:
    """The highest fused score of a passage: of the answer, or of all."""
    return max(
        (
            each.cosine + weight * each.share
            for each in one.passages
            if not own or each.document in one.relevant
        ),
        default=None,
    )


def _fit(positives: Sequence[float], negatives: Sequence[float]) -> tuple[float, float]:
    import numpy as np

    y = np.concatenate([np.ones(len(positives)), np.zeros(len(negatives))])
    return fit_logistic(np.array([*positives, *negatives]), y, balanced(y))


def _as_it_stands(observed: Sequence[Observed]) -> dict[str, float]:
    """Answers that the product's cut-off loses, and foreign questions that it answers."""
    from service.search.judge import CUT

    own = [
        max((one.relevance.get(document, 0.0) for document in one.relevant), default=0.0)
        for each in observed
        for one in each.own
    ]
    foreign = [
        max(one.relevance.values(), default=0.0) for each in observed for one in each.foreign
    ]
    return {
        "lost_by_cut": fmean(value < CUT for value in own),
        "foreign_answered": fmean(value >= CUT for value in foreign),
    }
