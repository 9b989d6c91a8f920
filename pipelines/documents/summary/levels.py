"""The summaries of a document: a line, short, long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.documents.summary.extractive import LONG, ONE_LINE, SHORT, Summary, summarise_all
from pipelines.documents.summary.sentences import Sentence
from pipelines.passages import count_words


@dataclass(frozen=True, slots=True)
class Summaries:
    """Extractive summaries of three lengths."""

    one_line: Summary
    short: Summary
    long: Summary


_FEWEST, _MOST = 4, 70
_TABLE_SHARE = 0.3
_MARKS = ("#", "|", "```")


def prose(found: Sequence[Sentence]) -> list[Sentence]:
    """Those among sentences that are some: no headings, rows of tables and lists of items.

    All of them where none is, so that there is something to show.
    """
    kept = [each for each in found if _is_prose(each)]
    return kept or list(found)


def _is_prose(sentence: Sentence) -> bool:
    text = sentence.text.lstrip("-*• ")
    words = text.split()
    size = count_words(text)
    if text.startswith(_MARKS) or not _FEWEST <= size <= _MOST:
        return False
    ended = text.rstrip("\"'”’»)]").endswith((".", "!", "?", "…", "。", "！", "？"))
    numbers = sum(any(map(str.isdigit, word)) for word in words)
    return ended and numbers <= _TABLE_SHARE * max(len(words), _FEWEST)


def summaries(
    found: Sequence[Sentence], *, title: str = "", language: str = "english"
) -> Summaries:
    """Summarise a document by its sentences; empty summaries where it has none."""
    one, short, long = summarise_all(
        prose(found), words=(ONE_LINE, SHORT, LONG), title=title, language=language
    )
    return Summaries(one, short, long)
