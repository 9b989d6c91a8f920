"""What is kept of a text to find its copies, versions and parts again.

Texts are compared by their shingles: runs of three words, in small letters and without
punctuation. MinHash (Broder: "On the resemblance and containment of documents", 1997) finds
texts that share most of them; the shingles with the smallest hashes, those of all texts below
one bound, tell how much of a text stands in another (FracMinHash: Irber et al., 2022).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SHINGLE = 3
"""Words of a shingle."""

MINIMA = 128
"""Numbers of a signature."""

MOST_SAMPLED = 4096
"""Shingles that are kept of a long text: 32 kB."""

LEAST_WORDS = 12
"""Shorter texts say too little to be compared, other than word by word."""

_MOST_WORDS = 200_000
_PRIME = np.uint64((1 << 31) - 1)
_TOKEN = re.compile(
    r"\d+(?:[.,:/-]\d+)*|[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+"
)

Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, and where it stands in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextPrint:
    """What finds the relatives of one text.

    Attributes:
        exact: hash of all its words in order; the same text in another format has the same.
        words: how many there are.
        signature: MinHash of the shingles: shape (MINIMA,), uint32.
        sample: the hashes of its different shingles that are at most ``bound``, ascending.
        bound: 2**64 - 1 unless the text is long.
    """

    exact: str
    words: int
    signature: NDArray[np.uint32]
    sample: Hashes
    bound: int


def text_print(text: str) -> TextPrint:
    """Take the print of a text of any length; of very long ones the first 200,000 words."""
    found = [word.text for word in words(text)]
    exact = hashlib.blake2b(" ".join(found).encode(), digest_size=16).hexdigest()
    hashes = shingles(found)
    bound = 2**64 - 1
    if len(hashes) > MOST_SAMPLED:
        # A bound of a few choices: samples with the same bound compare without loss.
        bound >>= int(np.ceil(np.log2(len(hashes) / MOST_SAMPLED)))
    sample = hashes[hashes <= np.uint64(bound)]
    return TextPrint(exact, len(found), _signature(hashes), sample, bound)


def words(text: str) -> list[Word]:
    """The words of a text: runs of letters and digits, numbers with their points and commas.

    In scripts without spaces every character is a word.
    """
    found = []
    for match in _TOKEN.finditer(text):
        plain = unicodedata.normalize("NFKC", match[0]).casefold()
        found.append(Word(plain, match.start(), match.end()))
        if len(found) == _MOST_WORDS:
            break
    return found


def shingles(found: Sequence[str]) -> Hashes:
    """Hashes of the different shingles of words, ascending; a short text is one shingle."""
    if not found:
        return np.empty(0, np.uint64)
    single = np.array([_hash(word) for word in found], np.uint64)
    length = min(SHINGLE, len(single))
    mixed = np.zeros(len(single) - length + 1, np.uint64)
    for place in range(length):
        mixed = _mixed(mixed ^ single[place : place + len(mixed)])
    return np.unique(mixed)


def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def _mixed(values: Hashes) -> Hashes:
    """The finaliser of splitmix64 (Steele, Lea, Flood, 2014): every bit depends on all."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _signature(hashes: Hashes) -> NDArray[np.uint32]:
    """The smallest of each of ``MINIMA`` hash functions over all shingles."""
    least = np.full(MINIMA, np.iinfo(np.uint32).max, np.uint32)
    for start in range(0, len(hashes), MOST_SAMPLED):
        part = (hashes[start : start + MOST_SAMPLED] >> np.uint64(33))[:, None]
        scattered = (part * _FACTORS + _SHIFTS) % _PRIME
        least = np.minimum(least, scattered.min(axis=0).astype(np.uint32))
    return least


_RANDOM = np.random.default_rng(20240229)
_FACTORS = _RANDOM.integers(1, int(_PRIME), MINIMA, dtype=np.uint64)
_SHIFTS = _RANDOM.integers(0, int(_PRIME), MINIMA, dtype=np.uint64)
