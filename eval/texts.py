"""The text of an analysis as a whole, and how alike two texts are."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.analysis import Analysis

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_LINK = re.compile(r"(!?)\[([^\]\n]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_TOKEN = re.compile(r"[^\W_]+")


def whole_text(analysis: Analysis) -> str:
    """The text of all units in order, what two passages share only once."""
    pieces: list[str] = []
    group, end = "", 0
    for unit in analysis.units:
        if not unit.text or unit.char_start is None or unit.char_end is None:
            continue
        here = f"{unit.page}/{unit.key.rpartition('/')[0]}"
        shared = end - unit.char_start if here == group else 0
        pieces.append(unit.text[shared:] if 0 < shared < len(unit.text) else unit.text)
        group, end = here, unit.char_end
    return "\n".join(pieces)


def tokens(text: str) -> Counter[str]:
    """The words of a text in lower case with their counts, Markdown stripped.

    Comments and targets of links go, entities become characters, and everything that is
    neither letter nor digit separates words.
    """
    text = _LINK.sub(lambda match: "" if match[1] else match[2], _COMMENT.sub(" ", text))
    return Counter(_TOKEN.findall(unescape(text).lower()))


def bag_f1(found: str, expected: str) -> float:
    """Bag-of-words F1: harmonic mean of precision and recall over words with their counts."""
    ours, theirs = tokens(found), tokens(expected)
    if not ours and not theirs:
        return 1.0
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total())
