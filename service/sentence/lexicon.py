"""The words that stand for conditions, as regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("words.yaml")


@dataclass(frozen=True, slots=True)
class WordList:
    """Words of one sort.

    Attributes:
        pattern: matches any of them, the longest first; without borders and groups.
        conditions: what each stands for, by its own pattern.
    """

    pattern: str
    conditions: tuple[tuple[re.Pattern[str], str], ...]

    def means(self, words: str) -> str:
        """What some words that ``pattern`` matched stand for."""
        return next(said for each, said in self.conditions if each.fullmatch(words))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words; see ``words.yaml``."""

    kinds: WordList
    document_types: WordList
    compounds: WordList
    file_types: WordList
    statuses: WordList
    channels: WordList
    countries: WordList
    nations: WordList
    colours: WordList
    fillers: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The words that come with Magpie."""
    import yaml

    said: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    lists = {
        name: word_list(
            (word, meaning) for meaning, words in said[name].items() for word in words.split(", ")
        )
        for name in said
        if name != "fillers"
    }
    return Lexicon(**lists, fillers=frozenset(said["fillers"].split()))


def word_list(words: Iterable[tuple[str, str]]) -> WordList:
    """Words, as regular expressions, with what each stands for."""
    # Longer ones first, so that "word documents" is not taken for "documents".
    ordered = sorted(
        ((word.replace(" ", r"\s"), said) for word, said in words),
        key=lambda each: (-each[0].count(r"\s"), -len(each[0])),
    )
    return WordList(
        f"(?:{'|'.join(word for word, _ in ordered)})" if ordered else "(?!)",
        tuple((re.compile(word), said) for word, said in ordered),
    )
