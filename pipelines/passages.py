"""Text into passages: the pieces that are embedded, found and shown.

A passage ends at a paragraph, else after a sentence, else at a line, else between words;
where it had to end inside a paragraph, the next one repeats its last sentences, so that
what belongs together stands together once. Sizes are counted in *words*: a run without
spaces counts one word for every eight characters, and in scripts written without spaces
every character counts as one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.analysis import Unit

MAX_WORDS = 160
"""Upper bound of a passage; about 220 word pieces of English, of the 256 that MiniLM reads."""

_GOOD_WORDS = 110
_LEAST_WORDS = 30
_OVERLAP_WORDS = 30
_PIECE_WORDS = 20
_CHARACTERS_PER_WORD = 8

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = re.compile(f"[{_UNSPACED}]")
# One class of characters in front lets the search skip to where a break may be.
_BREAK = re.compile(
    r"[\n.!?…。！？；]"
    r"(?:(?<=\n)[^\S\n]*\n\s*|(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？；])\s*)"
)
_ATOM = re.compile(f"[{_UNSPACED}]\\s*|[^\\s{_UNSPACED}]{{1,64}}\\s*|\\s+")


class Section(NamedTuple):
    """A heading and the character at which it stands."""

    start: int
    title: str


class _Segment(NamedTuple):
    start: int
    end: int
    words: int
    opens_paragraph: bool = False


def passages(
    text: str, *, sections: Sequence[Section] = (), page: int | None = None, first: int = 0
) -> list[Unit]:
    """Cut a text into passages of at most ``MAX_WORDS``.

    Args:
        text: the text of a page, or of a file without pages.
        sections: its headings in order of their start; a passage of a fair length ends
            before one.
        page: the page number from 1.
        first: number of the first passage, for keys that run through a file.

    Returns:
        Units of kind ``passage`` in reading order, whose spans cover every character of
        ``text`` but white space, with ``text[char_start:char_end] == unit.text``.
    """
    starts = [section.start for section in sections]
    units: list[Unit] = []
    for start, end in _spans(text, starts):
        at = bisect_right(starts, start) - 1
        units.append(
            Unit(
                key=f"passage:{first + len(units)}",
                kind="passage",
                page=page,
                section=sections[at].title if at >= 0 else "",
                text=text[start:end],
                char_start=start,
                char_end=end,
            )
        )
    return units


def count_words(text: str) -> int:
    """The size of a text as passages count it (see the top of this file)."""
    long = -(-len(text) // _CHARACTERS_PER_WORD)
    if text.isascii():
        return max(len(text.split()), long)
    spaced, unspaced = _WIDE.subn(" ", text)
    return max(len(spaced.split()) + unspaced, long)


def _spans(text: str, section_starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Spans of passages without the white space around them."""
    opens = frozenset(section_starts)
    held: list[_Segment] = []
    words = 0
    for segment in _segments(text, section_starts):
        opens_section = segment.start in opens
        fresh = opens_section or segment.opens_paragraph
        enough = _LEAST_WORDS if opens_section else _GOOD_WORDS
        if held and words + segment.words > MAX_WORDS:
            yield from _trimmed(text, held)
            held = [] if fresh else _overlap(held)
            words = sum(kept.words for kept in held)
        elif fresh and words >= enough:
            yield from _trimmed(text, held)
            held, words = [], 0
        held.append(segment)
        words += segment.words
    yield from _trimmed(text, held)


def _trimmed(text: str, held: Sequence[_Segment]) -> Iterator[tuple[int, int]]:
    if not held:
        return
    raw = text[held[0].start : held[-1].end]
    start = held[0].start + len(raw) - len(raw.lstrip())
    end = held[0].start + len(raw.rstrip())
    if end > start:
        yield start, end


def _overlap(held: Sequence[_Segment]) -> list[_Segment]:
    """The last segments that together are short enough to be repeated, never all of them."""
    kept: list[_Segment] = []
    words = 0
    for segment in reversed(held[1:]):
        words += segment.words
        if words > _OVERLAP_WORDS:
            break
        kept.append(segment)
    return kept[::-1]


def _segments(text: str, section_starts: Sequence[int]) -> Iterator[_Segment]:
    """Sentences, and pieces of what is too long for one; they cover the text."""
    cuts = dict.fromkeys((*section_starts, len(text)), False)
    cuts |= {match.end(): match.group().count("\n") > 1 for match in _BREAK.finditer(text)}
    cuts[0] = True
    ordered = sorted(cuts)
    for start, end in pairwise(ordered):
        words = count_words(text[start:end])
        if words > MAX_WORDS - _OVERLAP_WORDS:
            yield from _pieces(text, start, end, opens_paragraph=cuts[start])
        else:
            yield _Segment(start, end, words, cuts[start])


def _pieces(text: str, start: int, end: int, *, opens_paragraph: bool) -> Iterator[_Segment]:
    """Cut a long run, at line ends where they come often enough, else between words."""
    at, words = start, 0
    for atom in _ATOM.finditer(text, start, end):
        size = count_words(atom.group())
        if words and (words + size > _PIECE_WORDS or text[atom.start() - 1] == "\n"):
            yield _Segment(at, atom.start(), words, opens_paragraph and at == start)
            at, words = atom.start(), 0
        words += size
    if end > at:
        yield _Segment(at, end, words, opens_paragraph and at == start)
