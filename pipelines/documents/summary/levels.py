"""The summaries of a document: a line, short, long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.documents.summary.extractive import LONG, ONE_LINE, SHORT, Summary, summarise_all
from pipelines.documents.summary.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Summaries:
    """Extractive summaries of three lengths."""

    one_line: Summary
    short: Summary
    long: Summary


def summaries(
    found: Sequence[Sentence], *, title: str = "", language: str = "english"
) -> Summaries:
    """Summarise a document by its sentences; empty summaries where it has none."""
    one, short, long = summarise_all(
        found, words=(ONE_LINE, SHORT, LONG), title=title, language=language
    )
    return Summaries(one, short, long)
