"""A sentence, what of it is taken already, and what stands around a place in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from service.sentence.found import Names

Hit = tuple[int, int, tuple[str, ...]]
"""Characters from, to, and the conditions."""

NO = r"(?:no|not|without|except|excluding|ohne|kein(?:e[nrms]?)?|nicht|außer)"
"""Words that turn a condition round."""


_MARKS = ",;:"
"""What parts a sentence into pieces of its own."""


class Text:
    """A sentence in lower case, and what of it is taken already.

    Attributes:
        lower: as long as the sentence, so that places are the same in both.
    """

    def __init__(self, sentence: str, today: date, names: Names) -> None:
        folded = "".join(each.lower() if len(each.lower()) == 1 else each for each in sentence)
        self.lower = re.sub(r"\s", " ", folded)
        self.today = today
        self.names = names
        self.taken = [False] * len(sentence)

    def is_free(self, start: int, end: int) -> bool:
        """Whether nothing of a stretch is taken."""
        return not any(self.taken[start:end])

    def take(self, start: int, end: int) -> None:
        """Keep others from a stretch."""
        self.taken[start:end] = [True] * (end - start)

    def left(self, start: int) -> str:
        """What stands before a place in its part of the sentence, without what is taken."""
        begin = max(self.lower.rfind(mark, 0, start) for mark in _MARKS) + 1
        return self._free(begin, start)

    def right(self, end: int) -> str:
        """What stands behind a place in its part of the sentence, without what is taken."""
        ends = [place for mark in _MARKS if (place := self.lower.find(mark, end)) >= 0]
        return self._free(end, min(ends, default=len(self.lower)))

    def _free(self, start: int, end: int) -> str:
        kept = (" " if self.taken[place] else self.lower[place] for place in range(start, end))
        return " ".join("".join(kept).split())


Rule = Callable[[Text], Iterator[Hit]]
"""Finds filters of one sort."""
