"""What some bytes say, as rows of ``DocumentFacts`` keep it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from pipelines.analysis import Analysis
from pipelines.documents.grade import grade
from pipelines.documents.language import STEMMERS, Language, language_of
from pipelines.documents.outline import key_clauses, outline
from pipelines.documents.page_texts import PartText, is_attached, page_texts
from pipelines.documents.pages import Row, View, pieces_of, rows_of
from pipelines.documents.personal_data import PersonalData, find_personal_data, masked
from pipelines.documents.summary.extractive import ONE_LINE, SHORT
from pipelines.documents.summary.levels import summaries
from pipelines.documents.summary.sentences import Sentence, sentences_of
from pipelines.passages import count_words

VERSION = 1
"""Raise it whenever other facts are told of the same text."""

_WORDS_A_MINUTE = 230
"""Silent reading of English non-fiction: 238 (Brysbaert 2019); others are within a fifth."""

_ROWS_AT_ONCE = 2_000
_MOST_ROWS = 40_000
_MOST_PERSONAL = 5_000
_MOST_WORDS = 150
"""Of one sentence in a summary: what has no sentences, such as a table, is cut."""


def facts_of(analysis: Analysis, title: str = "") -> dict[str, Any]:
    """The columns of ``DocumentFacts`` for a document, without its hash.

    Args:
        title: its words count when sentences are chosen.
    """
    parts = page_texts(analysis.units)
    language = told_language(parts)
    words = sum(count_words(part.text) for part in parts)
    sentences = sentences_of(analysis.units)
    short = summaries(sentences, title=title, language=STEMMERS.get(language.tag, "english"))
    personal, complete = _personal(rows_of(pieces_of(analysis)))
    return {
        "version": VERSION,
        "language": language.tag,
        "language_confidence": language.confidence,
        "words": words,
        "reading_s": round(60 * words / _WORDS_A_MINUTE),
        "summaries": {
            name: [_told(sentence, most) for sentence in each.sentences]
            for name, each, most in (
                ("line", short.one_line, 2 * ONE_LINE),
                ("short", short.short, SHORT),
                ("long", short.long, _MOST_WORDS),
            )
        },
        "outline": [asdict(each) for each in outline(parts)],
        "clauses": [
            {"matter": each.matter, **_told(each.sentence)} for each in key_clauses(sentences)
        ],
        "personal": personal,
        "grades": list(_grades(parts, language.tag)),
        "complete": complete,
    }


def told_language(parts: Sequence[PartText]) -> Language:
    """The language of most of a document's own text."""
    return language_of("\n".join(part.text[:4_000] for part in parts[:12]))


def _grades(parts: Sequence[PartText], language: str) -> Iterator[Mapping[str, Any]]:
    own = [part for part in parts if not any(is_attached(unit) for unit in part.units)]
    for page, same in groupby(own, key=lambda part: part.page):
        yield asdict(grade(page, list(same), language))


def _told(sentence: Sentence, most: int = _MOST_WORDS) -> dict[str, Any]:
    text = sentence.text.lstrip("-*• ")
    words = text.split(maxsplit=most)
    if len(words) > most:
        text = " ".join(words[:most]) + " …"
    return {
        "text": text,
        "page": sentence.page,
        "start": sentence.start,
        "end": sentence.end,
    }


def _personal(rows: Sequence[Row]) -> tuple[list[dict[str, Any]], bool]:
    """Places of personal data, and whether all of the document was looked through."""
    found: list[dict[str, Any]] = []
    for start in range(0, min(len(rows), _MOST_ROWS), _ROWS_AT_ONCE):
        view = View(rows[start : start + _ROWS_AT_ONCE])
        found += map(_place, find_personal_data(view))
        if len(found) > _MOST_PERSONAL:
            return found[:_MOST_PERSONAL], False
    return found, len(rows) <= _MOST_ROWS


def _place(each: PersonalData) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "detail": each.detail,
        "page": each.evidence.page or None,
        "start": each.evidence.start,
        "end": each.evidence.end,
        "confidence": each.confidence,
        "shown": masked(each.kind, each.evidence.text),
    }
