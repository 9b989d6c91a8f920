"""What is found in a sentence: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Filter:
    """A part of a sentence that is a filter.

    Attributes:
        conditions: in the language of selections; all have to hold.
        start, end: its characters in the sentence.
        text: these characters, for people: a filter is shown and can be removed.
        kept: whether the words are searched all the same, as those of a compound.
    """

    conditions: tuple[str, ...]
    start: int
    end: int
    text: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence taken apart.

    Attributes:
        words: what is left to be searched by meaning; phrases in quotes and minus words stay.
        filters: in the order in which they stand.
    """

    words: str
    filters: tuple[Filter, ...] = ()

    @property
    def conditions(self) -> tuple[str, ...]:
        """All conditions, each once."""
        return tuple(dict.fromkeys(c for each in self.filters for c in each.conditions))


@dataclass(frozen=True, slots=True)
class Names:
    """What people of this library call things; recognised in sentences.

    Attributes:
        by_field: names by the field that they are values of (``creator``, ``campaign`` ...).
    """

    by_field: dict[str, tuple[str, ...]] = field(default_factory=dict)
