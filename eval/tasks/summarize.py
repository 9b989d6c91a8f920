"""Extractive summaries beside Lead, TextRank and LexRank at equal length, by ROUGE.

Every method may use as many words as the reference has. TextRank and LexRank are those of the
package sumy, which is needed for this task alone; all methods are given the same sentences.

- ``rouge1``, ``rouge2``, ``rougeL``: ours, F1 without stemming, mean over the articles.
- ``rouge2_lead``, ``rouge2_textrank``, ``rouge2_lexrank``: the others.
- ``rouge2_margin``: ours less the best of the others.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eval.registry import Figures

if TYPE_CHECKING:
    from eval.layouts.classes import Classed
    from pipelines.documents.summary.sentences import Sentence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the task."""
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        metavar="DIR",
        help="folder with articles.jsonl whose rows have a text and a summary",
    )
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="articles; 0: all")


def run(options: argparse.Namespace) -> Figures:
    """Measure a folder."""
    from eval.errors import EvalError
    from eval.layouts import classes as layout
    from eval.rouge import rouge_l, rouge_n, words

    articles = [each for each in layout.read(options.data) if each.summary and each.text]
    if not articles:
        raise EvalError(f"{options.data} has no summaries; its rows need a text and a summary.")
    articles = articles[: options.limit or None]
    print(f"Summarising {len(articles):,} articles ...", file=sys.stderr)
    rouge: dict[str, list[float]] = {"rouge1": [], "rouge2": [], "rougeL": []}
    others: dict[str, list[float]] = {"lead": [], "textrank": [], "lexrank": []}
    seconds = 0.0
    for article in articles:
        wanted = words(article.summary)
        start = time.perf_counter()
        ours = words(_ours(article, len(article.summary.split())))
        seconds += time.perf_counter() - start
        rouge["rouge1"].append(rouge_n(ours, wanted, 1))
        rouge["rouge2"].append(rouge_n(ours, wanted, 2))
        rouge["rougeL"].append(rouge_l(ours, wanted))
        for name, text in _others(article).items():
            others[name].append(rouge_n(words(text), wanted, 2))
    figures: dict[str, float] = {"documents": len(articles)}
    figures |= {name: round(fmean(values), 4) for name, values in rouge.items()}
    figures |= {f"rouge2_{name}": round(fmean(values), 4) for name, values in others.items()}
    best = max(figures[f"rouge2_{name}"] for name in others)
    figures["rouge2_margin"] = round(figures["rouge2"] - best, 4)
    figures["seconds_each"] = round(seconds / len(articles), 4)
    return figures


def sentences(article: Classed) -> tuple[str, list[Sentence]]:
    """The title, where the first line is one, and the sentences of the rest."""
    from pipelines.documents.summary.sentences import sentences_of
    from pipelines.passages import passages

    title, _, body = article.text.partition("\n")
    if not body.strip():
        title, body = "", article.text
    return title.strip(), sentences_of(passages(body))


def _ours(article: Classed, budget: int) -> str:
    from pipelines.documents.summary.extractive import summarise

    title, found = sentences(article)
    return summarise(found, words=budget, title=title).text


def _others(article: Classed) -> dict[str, str]:
    _, found = sentences(article)
    texts = [each.text for each in found]
    budget = len(article.summary.split())
    lengths = [len(text.split()) for text in texts]
    orders = {
        "lead": list(range(len(texts))),
        "textrank": _ranked(texts, "text_rank", "TextRankSummarizer"),
        "lexrank": _ranked(texts, "lex_rank", "LexRankSummarizer"),
    }
    return {
        name: " ".join(texts[number] for number in sorted(_fitting(order, lengths, budget)))
        for name, order in orders.items()
    }


def _fitting(order: Sequence[int], lengths: Sequence[int], budget: int) -> list[int]:
    """The same rule of length as ours: the best sentence, then all that still fit."""
    chosen: list[int] = []
    for number in order:
        if chosen and lengths[number] > budget:
            continue
        chosen.append(number)
        budget -= lengths[number]
        if budget <= 0:
            break
    return chosen


def _ranked(texts: Sequence[str], module: str, name: str) -> list[int]:
    """Sentences by the rating of a method of sumy, the best first."""
    import importlib

    from eval.errors import EvalError
    from models.stop_words import STOP_WORDS

    try:
        method = getattr(importlib.import_module(f"sumy.summarizers.{module}"), name)
        models = importlib.import_module("sumy.models.dom")
    except ModuleNotFoundError as error:
        raise EvalError("This task compares with the package sumy; pip install sumy.") from error
    made = [models.Sentence(text, _Tokenizer()) for text in texts]
    summarizer = method()
    summarizer.stop_words = STOP_WORDS["english"]
    document = models.ObjectDocumentModel([models.Paragraph(made)])
    ratings = _ratings(summarizer, document)
    return sorted(range(len(texts)), key=lambda number: -ratings.get(number, 0.0))


def _ratings(summarizer: Any, document: Any) -> dict[int, float]:
    """Ratings by number of the sentence; sumy keeps them for itself."""
    if hasattr(summarizer, "rate_sentences"):
        rated = summarizer.rate_sentences(document)
        return {number: rated.get(each, 0.0) for number, each in enumerate(document.sentences)}
    words = [summarizer._to_words_set(sentence) for sentence in document.sentences]
    if not words:
        return {}
    tf = summarizer._compute_tf(words)
    idf = summarizer._compute_idf(words)
    matrix = summarizer._create_matrix(words, summarizer.threshold, tf, idf)
    return dict(enumerate(summarizer.power_method(matrix, summarizer.epsilon)))


class _Tokenizer:
    """What sumy asks of a tokenizer; its own needs data from the network."""

    def to_words(self, text: str) -> tuple[str, ...]:
        from eval.rouge import words

        return tuple(words(text))
