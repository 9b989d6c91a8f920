"""Takes a sentence apart into filters and words."""

from __future__ import annotations

import re
from datetime import date

from service.sentence.found import Filter, Names, Sentence
from service.sentence.heads import compounds
from service.sentence.lexicon import lexicon
from service.sentence.rules import RULES
from service.sentence.text import Text

MOST_CHARACTERS = 500
"""Of a longer text nothing is taken for a filter."""

_EDGES = " ,;:.!?-–"


def parse(sentence: str, today: date, names: Names | None = None) -> Sentence:
    """What of a sentence is a filter, and what is left to be searched.

    Args:
        today: what “last week” counts from.
        names: what this library calls things.
    """
    if len(sentence) > MOST_CHARACTERS:
        return Sentence(sentence)
    text = Text(sentence, today, names or Names())
    found: list[Filter] = []
    for rule in RULES:
        for begin, end, conditions in rule(text):
            start = begin + len(text.lower[begin:end]) - len(text.lower[begin:end].lstrip())
            if start < end and text.is_free(start, end):
                text.take(start, end)
                if conditions:
                    kept = rule is compounds
                    found.append(Filter(conditions, start, end, sentence[start:end], kept))
    found.sort(key=lambda each: each.start)
    return Sentence(_left(sentence, found) if found else sentence.strip(), tuple(found))


def _left(sentence: str, found: list[Filter]) -> str:
    """What is left, without words that only joined it with what was taken."""
    pieces, last = [], 0
    for each in found:
        if each.kept:
            continue
        pieces.append(sentence[last : each.start])
        last = each.end
    pieces.append(sentence[last:])
    return " ".join(kept for piece in pieces if (kept := _trimmed(piece)))


def _trimmed(piece: str) -> str:
    fillers = lexicon().fillers
    words = re.sub(r"\s+", " ", piece).strip(_EDGES).split(" ")
    while words and words[0].strip(_EDGES).lower() in fillers | {""}:
        words.pop(0)
    while words and words[-1].strip(_EDGES).lower() in fillers | {""}:
        words.pop()
    return " ".join(words).strip(_EDGES.replace("-", ""))
