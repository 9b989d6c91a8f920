"""Slips of the recognition in words that examples know: ``Selaugor`` is ``Selangor``."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W_]+")
_LEAST_LENGTH = 4
_LEAST_TIMES = 3
_CLEARLY = 5


def known_words(values: Iterable[str]) -> dict[str, int]:
    """Words that several values share, with how often they occur."""
    counted = Counter(word for value in values for word in set(_WORD.findall(value.casefold())))
    return {
        word: count
        for word, count in counted.items()
        if count >= _LEAST_TIMES and len(word) >= _LEAST_LENGTH and word.isalpha()
    }


def respell(text: str, known: Mapping[str, int]) -> str:
    """The text with each word that is one letter away from a single known word put right.

    Words with digits, short words and known words stay; so do capitals.
    """
    if not known:
        return text
    return _WORD.sub(lambda match: _word(match.group(), known), text)


def _word(word: str, known: Mapping[str, int]) -> str:
    folded = word.casefold()
    if len(folded) < _LEAST_LENGTH or folded in known or sum(map(str.isdigit, folded)) > 1:
        return word
    plain = "".join(
        each for each in unicodedata.normalize("NFD", folded) if not unicodedata.combining(each)
    )
    if plain in known:
        near = [plain]
    else:
        near = [each for each in known if len(each) > _LEAST_LENGTH and _one_away(plain, each)]
    near.sort(key=lambda each: -known[each])
    if not near or (len(near) > 1 and known[near[1]] * _CLEARLY > known[near[0]]):
        return word
    found = near[0]
    return found.upper() if word.isupper() else found.title() if word[0].isupper() else found


def _one_away(first: str, second: str) -> bool:
    """Whether one letter replaced, added or left out makes one word the other."""
    if abs(len(first) - len(second)) > 1:
        return False
    short, long = sorted((first, second), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
