"""Where two texts differ, side by side, and what kind of difference it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from pipelines.duplicates.text_prints import Word, words

DifferenceKind = Literal["number", "name", "wording"]

MOST_WORDS = 3000
"""Words of each text that are compared, from the first difference on."""

MOST_DIFFERENCES = 50
"""Differences that are listed."""

_SENTENCE_ENDS = ".!?:\"“”'"


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where two texts differ; either side may be empty.

    Attributes:
        kind: ``number`` where only numbers changed (amounts, dates), ``name`` where names did,
            ``wording`` otherwise.
        first, second: what stands there in either text.
        first_start, first_end, second_start, second_end: where, in characters.
    """

    kind: DifferenceKind
    first: str
    second: str
    first_start: int
    first_end: int
    second_start: int
    second_end: int


@dataclass(frozen=True, slots=True)
class TextDiff:
    """How two texts differ.

    Attributes:
        ratio: share of the words of both that are the same and in the same order, 0 to 1.
        differences: in order; at most ``MOST_DIFFERENCES``.
        counts: how many there are of each kind, all told.
        cut: whether the texts are longer than what was compared.
    """

    ratio: float
    differences: tuple[Difference, ...]
    counts: dict[DifferenceKind, int]
    cut: bool


def diff(first: str, second: str) -> TextDiff:
    """Compare two texts word by word; case, spaces and punctuation do not count."""
    one, other = words(first), words(second)
    before = _common(one, other)
    rest, other_rest = one[before:], other[before:]
    after = _common(rest[::-1], other_rest[::-1])
    middle = rest[: len(rest) - after][:MOST_WORDS]
    other_middle = other_rest[: len(other_rest) - after][:MOST_WORDS]
    cut = len(rest) - after > MOST_WORDS or len(other_rest) - after > MOST_WORDS
    matcher = SequenceMatcher(
        None, [word.text for word in middle], [word.text for word in other_middle], autojunk=False
    )
    found, same = [], 0
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            same += end - start
        else:
            spans = middle[start:end], other_middle[other_start:other_end]
            found.append(_difference(first, second, *spans))
    everything = len(one) + len(other)
    ratio = 1.0 if everything == 0 else 2 * (before + after + same) / everything
    counts: dict[DifferenceKind, int] = {"number": 0, "name": 0, "wording": 0}
    for each in found:
        counts[each.kind] += 1
    return TextDiff(round(ratio, 4), tuple(found[:MOST_DIFFERENCES]), counts, cut)


def _common(one: Sequence[Word], other: Sequence[Word]) -> int:
    """How many words from the start are the same."""
    pairs = zip(one, other, strict=False)
    return next(
        (place for place, (a, b) in enumerate(pairs) if a.text != b.text),
        min(len(one), len(other)),
    )


def _difference(first: str, second: str, one: list[Word], other: list[Word]) -> Difference:
    start, end = _span(one)
    other_start, other_end = _span(other)
    changed = [(first, word) for word in one] + [(second, word) for word in other]
    return Difference(
        _kind(changed),
        first[start:end],
        second[other_start:other_end],
        start,
        end,
        other_start,
        other_end,
    )


def _span(found: list[Word]) -> tuple[int, int]:
    return (found[0].start, found[-1].end) if found else (0, 0)


def _kind(changed: Sequence[tuple[str, Word]]) -> DifferenceKind:
    if all(any(letter.isdigit() for letter in word.text) for _, word in changed):
        return "number"
    facts = [
        any(letter.isdigit() for letter in word.text) or _is_name(text, word)
        for text, word in changed
    ]
    return "name" if all(facts) else "wording"


def _is_name(text: str, word: Word) -> bool:
    """Whether a word has a capital letter that no sentence start explains."""
    if not text[word.start].isupper():
        return False
    before = text[max(0, word.start - 20) : word.start]
    words_before = before.rstrip()
    gap = before[len(words_before) :]
    return bool(words_before) and words_before[-1] not in _SENTENCE_ENDS and gap.count("\n") < 2
