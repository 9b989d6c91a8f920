"""How well questions find documents: nDCG@10 and MRR@10 of each leg and of their fusion.

Documents are ingested as files and asked for through the product's own search, up to its
relevance; the cut-off is not applied. Gains are binary.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from eval import ranking
from eval.layouts import judged as layout
from eval.libraries import asked, library_of
from eval.registry import Figures

if TYPE_CHECKING:
    from service.search.retrieve import Retrieved

_DEPTH = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with corpus.jsonl and queries.jsonl",
    )
    parser.add_argument("--lang", metavar="CODE", help="language, for corpus.CODE.jsonl")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from service.search.judge import CUT

    corpus = layout.read(options.data, options.lang)
    figures: dict[str, list[float]] = {}
    with library_of(corpus.documents) as (hub, ids):
        print(f"Asking {len(corpus.questions):,} questions ...", file=sys.stderr)
        for question in corpus.questions:
            retrieved = hub.engine.retrieve(asked(question.text, limit=_DEPTH))
            relevance = {
                asset: each.relevance for asset, each in hub.engine.judge(retrieved).items()
            }
            rankings = {
                "dense": _ranked(_best(retrieved, "text"), ids),
                "bm25": _ranked(_best(retrieved, "bm25"), ids),
                "hybrid": _ranked(relevance, ids),
            }
            for leg, ranked in rankings.items():
                ndcg = ranking.ndcg(ranked, question.relevant, _DEPTH)
                rank = ranking.reciprocal_rank(ranked, question.relevant, _DEPTH)
                figures.setdefault(f"ndcg10_{leg}", []).append(ndcg)
                figures.setdefault(f"mrr10_{leg}", []).append(rank)
            shown = [asset for asset, each in relevance.items() if each >= CUT]
            figures.setdefault("answered", []).append(float(bool(shown)))
            found = set(rankings["hybrid"]) & question.relevant
            kept = found & {ids[asset] for asset in shown}
            if found:
                figures.setdefault("kept_by_cut", []).append(len(kept) / len(found))
    means = {name: round(fmean(values), 4) for name, values in figures.items()}
    return {**means, "queries": len(corpus.questions), "documents": len(corpus.documents)}


def _best(retrieved: Retrieved, leg: str) -> Mapping[str, float]:
    """The best score of each asset in one leg."""
    best: dict[str, float] = {}
    for candidate in retrieved.candidates:
        if leg in candidate.scores:
            score = candidate.scores[leg]
            best[candidate.asset_id] = max(score, best.get(candidate.asset_id, score))
    return best


def _ranked(scores: Mapping[str, float], ids: Mapping[str, str]) -> list[str]:
    """Ids of the best assets, best first; ties as the product breaks them."""
    order = sorted(scores, key=lambda asset: (-scores[asset], asset))
    return [ids[asset] for asset in order[:_DEPTH]]
