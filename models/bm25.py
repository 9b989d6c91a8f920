"""Words as sparse vectors: BM25 (Robertson and Zaragoza 2009).

The score of a passage for a query is the sum over their common terms of

    idf(term) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average_length))

The index knows how rare a term is and multiplies by the IDF when it answers
(Qdrant's modifier ``idf``); it knows nothing of lengths. The rest of the fraction is
therefore computed here, when a passage is encoded. The average length has to be a
constant then: an average over the collection would change with every file.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.stop_words import STOP_WORDS

K1 = 1.2
B = 0.75
AVERAGE_TERMS = 110.0
"""Terms of an average passage of about 200 words after its stop words are gone."""

_CACHED_WORDS = 200_000

# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han, Hangul.
_UNSPACED = (
    "\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u3005\u3041-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
# Vowel signs and accents of their own, which Python does not count as letters.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(f"[^\\W_{_UNSPACED}](?:[^\\W_{_UNSPACED}]|[{_MARKS}])*")
_WORD_OR_RUN = re.compile(f"(?P<run>[{_UNSPACED}]+)|{_WORD.pattern}")

_LATIN_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_LATIN_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


class Token(NamedTuple):
    """A term and the span ``text[start:end]`` that it was made from."""

    term: str
    start: int
    end: int


class Bm25Encoder:
    """Turns passages and queries into sparse vectors of their terms. Thread safe.

    A term is a run of letters and digits, so that ``IMG_2041-final.jpg`` gives four;
    case and Latin accents are folded, stop words left out, the rest cut to its Snowball
    stem (Porter 2001). Scripts without spaces give single characters and pairs of
    neighbours. A term becomes the first 32 bits of its BLAKE2b hash: among 100,000 terms
    about one pair collides.
    """

    __slots__ = ("_lock", "_stem", "_stop_words", "_words")

    def __init__(self, language: str = "english") -> None:
        """Prepare for one language.

        Args:
            language: a name of ``Stemmer.algorithms()``; stop words exist for English and
                German.

        Raises:
            ValueError: the language has no stemmer.
        """
        self._stem = _stemmer(language)
        self._stop_words = STOP_WORDS.get(language, frozenset())
        # The stemmer is not thread safe.
        self._lock = threading.Lock()
        self._words: dict[str, tuple[str, int]] = {}

    def encode_document(self, text: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """Weigh the terms of a passage.

        Returns:
            Strictly increasing indices of shape (n,), uint32, and the weights of shape (n,),
            float32; both empty for a text without terms.
        """
        indices, counts = self._counted(text, self._ids(text, pairs_only=False))
        length = float(counts.sum())
        saturation = K1 * (1.0 - B + B * length / AVERAGE_TERMS)
        weights = counts * (K1 + 1.0) / (counts + saturation)
        return indices, weights.astype(np.float32)

    def encode_query(self, text: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """Count the terms of a query; same form as ``encode_document``."""
        indices, counts = self._counted(text, self._ids(text, pairs_only=True))
        return indices, counts.astype(np.float32)

    def terms(self, query: str) -> tuple[str, ...]:
        """The different terms of a query in the order of their first occurrence."""
        return tuple(dict.fromkeys(term for term, _ in self._terms(query, pairs_only=True)))

    def tokens(self, text: str) -> list[Token]:
        """All terms of a text with their spans, to highlight what a query matched.

        Spans of neighbouring pairs in scripts without spaces overlap.
        """
        found = []
        for match in _WORD_OR_RUN.finditer(text):
            if match["run"]:
                start = match.start()
                for piece, offset in _grams(match["run"], pairs_only=False):
                    begin = start + offset
                    found.append(Token(self._word(piece)[0], begin, begin + len(piece)))
            elif term := self._word(match[0])[0]:
                found.append(Token(term, *match.span()))
        return found
