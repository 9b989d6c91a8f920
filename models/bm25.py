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
from collections.abc import Callable, Iterator, Set
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.stop_words import STOP_WORDS

K1 = 1.2
B = 0.75
AVERAGE_TERMS = 80.0
"""Terms of an average passage of 145 words without its stop words."""

_CACHED_WORDS = 100_000
_CACHED_LENGTH = 40

# Scripts written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han, Hangul.
_UNSPACED = (
    "\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u3005\u3041-\u30fa\u30fc-\u30ff"
    "\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
# Accents and vowel signs of their own, which Python does not count as letters.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u0900-\u0963\u0966-\u0dff"
_WORD = re.compile(f"[^\\W_{_UNSPACED}](?:[^\\W_{_UNSPACED}]|[{_MARKS}])*")
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_RUN = re.compile(f"[{_UNSPACED}]+")
_WORD_OR_RUN = re.compile(f"(?P<run>{_RUN.pattern})|{_WORD.pattern}")

_LATIN_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_LATIN_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


class Token(NamedTuple):
    """A term and the span ``text[start:end]`` that it was made from."""

    term: str
    start: int
    end: int


class _Word(NamedTuple):
    """What became of a word: its term, empty for a stop word, and the term's number."""

    term: str
    id: int


class Bm25Encoder:
    """Turns passages and queries into sparse vectors of their terms. Thread safe.

    A term is a run of letters and digits, so that ``IMG_2041-final.jpg`` gives four;
    case and Latin accents are folded, stop words left out, the rest cut to its Snowball
    stem (Porter 2001). Scripts without spaces give pairs of neighbouring characters, in
    passages single characters too. A term becomes the first 32 bits of its BLAKE2b hash:
    among 100,000 terms about one pair collides.
    """

    __slots__ = ("_lock", "_stem", "_stop_words", "_words")

    def __init__(self, language: str = "english") -> None:
        """Prepare for one language.

        Args:
            language: a language that PyStemmer knows; English and German have stop words.

        Raises:
            ValueError: there is no stemmer for the language.
        """
        self._stem = _stemmer(language)
        self._stop_words = STOP_WORDS.get(language, frozenset())
        self._words: dict[str, _Word] = {}
        # The stemmer is not thread safe.
        self._lock = threading.Lock()

    def encode_document(self, text: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """Weigh the terms of a passage.

        Returns:
            Strictly increasing indices of shape (n,), uint32, and their weights of shape
            (n,), float32; both empty for a text without terms.
        """
        indices, counts = self._counted(text, singles=True)
        saturation = K1 * (1.0 - B + B * counts.sum() / AVERAGE_TERMS)
        return indices, (counts * (K1 + 1.0) / (counts + saturation)).astype(np.float32)

    def encode_query(self, text: str) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
        """Count the terms of a query; the same form as ``encode_document``."""
        indices, counts = self._counted(text, singles=False)
        return indices, counts.astype(np.float32)

    def terms(self, query: str) -> tuple[str, ...]:
        """The different terms of a query, in the order of their first occurrence."""
        return tuple(dict.fromkeys(token.term for token in self._tokens(query, singles=False)))

    def tokens(self, text: str) -> list[Token]:
        """All terms of a text with their spans, to highlight what a query matched.

        Spans of neighbouring pairs in scripts without spaces overlap.
        """
        return list(self._tokens(text, singles=True))

    def tokens_of(self, text: str, terms: Set[str]) -> list[Token]:
        """Those of ``tokens`` that are among some terms."""
        if not text.isascii():
            return [token for token in self._tokens(text, singles=True) if token.term in terms]
        known, learn = self._words.get, self._learn
        return [
            Token(word.term, match.start(), match.end())
            for match in _ASCII_WORD.finditer(text)
            if (word := known(match[0]) or learn(match[0])).term in terms
        ]

    def _tokens(self, text: str, *, singles: bool) -> Iterator[Token]:
        for match in _WORD_OR_RUN.finditer(text):
            if match["run"] is None:
                if term := self._word(match[0]).term:
                    yield Token(term, match.start(), match.end())
                continue
            for offset, gram in _grams(match["run"], singles=singles):
                start = match.start() + offset
                yield Token(self._word(gram).term, start, start + len(gram))

    def _counted(self, text: str, *, singles: bool) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        # The same terms as _tokens finds, without spans: much faster.
        known, learn = self._words.get, self._learn
        pattern = _ASCII_WORD if text.isascii() else _WORD
        found = [known(word) or learn(word) for word in pattern.findall(text)]
        indices = [word.id for word in found if word.term]
        if not text.isascii():
            for run in _RUN.findall(text):
                indices += [self._word(gram).id for _, gram in _grams(run, singles=singles)]
        return np.unique(np.array(indices, dtype=np.uint32), return_counts=True)

    def _word(self, word: str) -> _Word:
        return self._words.get(word) or self._learn(word)

    def _learn(self, word: str) -> _Word:
        folded = _fold(word)
        if folded in self._stop_words:
            term = ""
        else:
            with self._lock:
                term = self._stem(folded)
        learnt = _Word(term, _hash(term))
        if len(word) <= _CACHED_LENGTH:
            if len(self._words) >= _CACHED_WORDS:
                self._words.clear()
            self._words[word] = learnt
        return learnt


def _stemmer(language: str) -> Callable[[str], str]:
    import Stemmer

    try:
        stem: Callable[[str], str] = Stemmer.Stemmer(language).stemWord
    except KeyError:
        known = ", ".join(Stemmer.algorithms())
        raise ValueError(f"There is no stemmer for {language!r}; choose from: {known}.") from None
    return stem


def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word).casefold().translate(_LATIN_LETTERS)
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub("", decomposed))


def _hash(term: str) -> int:
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "little")


def _grams(run: str, *, singles: bool) -> Iterator[tuple[int, str]]:
    """Pairs of neighbours in a run of characters, and single ones on demand or where alone."""
    for offset, character in enumerate(run):
        if singles or len(run) == 1:
            yield offset, character
        if offset + 1 < len(run):
            yield offset, run[offset : offset + 2]
