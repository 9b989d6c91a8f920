"""The stretch of a text that shows best why it was found."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass

from models.bm25 import Bm25Encoder, Token

_LENGTH = 240
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A quotation, and the spans (start, end) of the words in it that were asked for."""

    text: str
    highlights: tuple[tuple[int, int], ...]


def snippet(text: str, terms: Set[str], bm25: Bm25Encoder, *, length: int = _LENGTH) -> Snippet:
    """Quote the window of about ``length`` characters that holds most of the terms.

    Distinct terms count before repeated ones; the earliest of equal windows wins. The
    quotation starts and ends at word borders and marks what it leaves out with an ellipsis.
    """
    found = bm25.tokens_of(text, terms) if terms else []
    start = _best_start(found, length) if found else 0
    # A little of what stands before the first word makes a quotation readable.
    start = max(0, start - length // 6) if found else 0
    end = min(len(text), start + length)
    start, end = _to_words(text, start, end)
    before = "… " if start > 0 else ""
    after = " …" if end < len(text) else ""
    quoted = text[start:end]
    shift = len(before) - start
    return Snippet(
        before + _flat(quoted) + after,
        tuple((a + shift, b + shift) for _, a, b in found if a >= start and b <= end),
    )


def _best_start(found: list[Token], length: int) -> int:
    best = (0, 0)
    best_start = found[0][1]
    for index, (_, start, _) in enumerate(found):
        inside = [token for token in found[index:] if token[2] <= start + length]
        score = (len({token[0] for token in inside}), len(inside))
        if score > best:
            best, best_start = score, start
    return best_start


def _to_words(text: str, start: int, end: int) -> tuple[int, int]:
    if start > 0:
        space = text.find(" ", start, min(end, start + 30))
        start = space + 1 if space >= 0 else start
    if end < len(text):
        space = text.rfind(" ", max(start, end - 30), end)
        end = space if space > start else end
    return start, end


def _flat(text: str) -> str:
    """Line breaks as spaces, one for one, so that spans keep their places."""
    return _SPACE.sub(" ", text)
