"""What a file shows of its kind besides its meaning: words, title, form, media type."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from pipelines.documents.fields.money import find_money
from pipelines.documents.pages import View
from pipelines.documents.types.labels import Label

_TITLE_ROWS = 10
_READ = 20_000
_MOST_HITS = 4
_WORD_LIMIT = 4.0
_TITLE_SCORE = 2.0
_MEDIA_SCORE = 8.0
_MEDIA_MISSING = -8.0
_LONG_LINE = 9
"""Words of a line of prose at least; set by hand, like the scores."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of a document; every measure between 0 and 1.

    Attributes:
        prose: share of the words that stand in long lines.
        colons: share of the rows with a label and a colon, three times as much, at most 1.
        amounts: amounts of money a row, three times as much, at most 1.
        numbers: share of the words that are numbers.
        short: 1 for no words, 0 from 400 words on.
        scanned: whether the text was recognised.
        narrow: share of the rows of at most 5 words.
        pages: 0 for one page, 1 from 11 pages on.
    """

    prose: float = 0.0
    colons: float = 0.0
    amounts: float = 0.0
    numbers: float = 0.0
    short: float = 0.0
    scanned: float = 0.0
    narrow: float = 0.0
    pages: float = 0.0


def shape_of(view: View, *, scanned: bool, pages: int) -> Shape:
    """Measure the form of a document."""
    lines = [line for line in view.text[:_READ].split("\n") if line.strip()]
    if not lines:
        return Shape(short=1.0, scanned=float(scanned))
    words = [line.split() for line in lines]
    count = sum(map(len, words))
    long = sum(len(line) for line in words if len(line) >= _LONG_LINE)
    colons = sum(bool(re.search(r"[A-Za-z)]\s?:(?!//)", line)) for line in lines)
    amounts = sum(1 for _ in find_money(view.text[:_READ]))
    numbers = sum(any(map(str.isdigit, word)) for line in words for word in line)
    return Shape(
        prose=long / count,
        colons=min(1.0, 3 * colons / len(lines)),
        amounts=min(1.0, 3 * amounts / len(lines)),
        numbers=numbers / count,
        short=max(0.0, 1 - count / 400),
        scanned=float(scanned),
        narrow=sum(len(line) <= 5 for line in words) / len(lines),
        pages=min(1.0, max(0, pages - 1) / 10),
    )


def cue_score(label: Label, view: View, shape: Shape, media_type: str) -> float:
    """What words, title, form and media type say for a label; 0 is nothing."""
    text = " ".join(view.text[:_READ].lower().split())
    score = _words(label.words, text) + _form(label.shape, shape)
    if _titled(label, view):
        score += _TITLE_SCORE
    if any(media_type.startswith(each) for each in label.media):
        score += _MEDIA_SCORE
    elif label.only_media:
        score += _MEDIA_MISSING
    return score


def cues_found(label: Label, view: View, most: int = 4) -> tuple[str, ...]:
    """The words in a document that say most for a label, in their own order of weight."""
    text = " ".join(view.text[:_READ].lower().split())
    found = [
        (weight, word)
        for word, weight in label.words.items()
        if weight > 0 and word in text and re.search(_pattern(word), text)
    ]
    return tuple(word for _, word in sorted(found, key=lambda each: -each[0])[:most])


def _words(words: Mapping[str, float], text: str) -> float:
    """Weights of the words found; a word that comes often counts up to twice."""
    score = 0.0
    for word, weight in words.items():
        if word not in text:
            continue
        hits = sum(1 for _ in re.finditer(_pattern(word), text))
        score += weight * math.sqrt(min(hits, _MOST_HITS)) / 2 if hits else 0.0
    return min(_WORD_LIMIT, score)


def _pattern(word: str) -> str:
    return rf"(?<!\w){re.escape(word)}" + ("" if word.endswith("-") else r"(?!\w)")


def _form(weights: Mapping[str, float], shape: Shape) -> float:
    measures = asdict(shape)
    return sum((weight * float(measures.get(name, 0.0)) for name, weight in weights.items()), 0.0)


def _titled(label: Label, view: View) -> bool:
    if not label.title:
        return False
    for row in view.rows[:_TITLE_ROWS]:
        for piece in row:
            text = " ".join(re.findall(r"\w+", piece.text.lower()))
            if len(text) < 60 and any(
                text == title or text.startswith(f"{title} ") or text.endswith(f" {title}")
                for title in label.title
            ):
                return True
    return False
