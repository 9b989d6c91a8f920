"""How well a page could be read: good, fair or poor, and why.

Three things count: how sure the engine was that recognised the text, how many of its words are
words, and whether there is any text where a picture of text stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from models.dictionary import known_words
from pipelines.documents.page_texts import PartText

Mark = Literal["good", "fair", "poor"]

_GOOD_ENGINE, _FAIR_ENGINE = 0.93, 0.8
_GOOD_WORDS, _FAIR_WORDS = 0.8, 0.6
_GOOD_GARBAGE, _FAIR_GARBAGE = 0.005, 0.03
"""Of English pages; fitted by eye on receipts and noisy forms beside born-digital contracts."""

_READ = 20_000
_LEAST_WORDS = 8
"""Fewer words say nothing of how many are words."""

_GARBAGE = re.compile(r"[\ufffd\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f]|\(cid:\d+\)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_CASE = re.compile(r"[a-zß-ÿ]+|[A-ZÀ-Þ][a-zß-ÿ]*|[A-ZÀ-Þ]+")
_VOWEL = re.compile(r"[aeiouyäöüàáâãåæèéêëìíîïòóôõøùúû]", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]+")


@dataclass(frozen=True, slots=True)
class Grade:
    """How well a page could be read.

    Attributes:
        page: from 1; 0 where the file has no pages.
        mark: ``good``, ``fair`` or ``poor``.
        reasons: sentences for people; empty for a good page.
        confidence: of the engine that recognised its text; None for text of the file.
        words: share of its words that are words; None where too few stand there.
    """

    page: int
    mark: Mark
    reasons: tuple[str, ...] = ()
    confidence: float | None = None
    words: float | None = None


def grade(page: int, parts: Sequence[PartText], language: str = "") -> Grade:
    """Grade a page by its texts.

    Args:
        parts: of one page; none where no text was found on it.
        language: BCP 47 of the document; words of English are looked up, others judged by
            how they are spelt.
    """
    text = "\n".join(part.text for part in parts)[:_READ]
    if not text.strip():
        return Grade(page, "poor", ("No text was found on this page.",))
    engine = [part.confidence for part in parts if part.confidence is not None]
    sure = min(engine) if engine else None
    words = share_of_words(text, language)
    garbage = len(_GARBAGE.findall(text)) / len(text)
    marks, reasons = ["good"], []
    if sure is not None and sure < _GOOD_ENGINE:
        marks.append("fair" if sure >= _FAIR_ENGINE else "poor")
        reasons.append(f"The text was recognised in a picture, {sure:.0%} sure.")
    if words is not None and words < _GOOD_WORDS:
        marks.append("fair" if words >= _FAIR_WORDS else "poor")
        reasons.append(f"Only {words:.0%} of its words look like words.")
    if garbage > _GOOD_GARBAGE:
        marks.append("fair" if garbage <= _FAIR_GARBAGE else "poor")
        reasons.append("Some of its characters could not be decoded.")
    mark: Mark = "poor" if "poor" in marks else "fair" if "fair" in marks else "good"
    return Grade(page, mark, tuple(reasons), sure, words)


def share_of_words(text: str, language: str = "") -> float | None:
    """Share of the words that are words of a language; None for a few, or another script."""
    words = [word for word in _WORD.findall(text) if _LATIN.fullmatch(word)]
    if len(words) < _LEAST_WORDS or 2 * len(words) < len(_WORD.findall(text)):
        return None
    english = language == "en"
    return round(sum(_is_word(word, english=english) for word in words) / len(words), 3)


def _is_word(word: str, *, english: bool) -> bool:
    if word.lower() in known_words():
        return True
    spelt = _CASE.fullmatch(word) is not None and _VOWEL.search(word) is not None
    # Names are in no dictionary; they begin with a capital letter.
    return spelt and (not english or word[0].isupper() or len(word) > 12)
