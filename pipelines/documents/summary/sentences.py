"""Sentences of a document, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.analysis import Unit

_END = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*(?:\s+|(?=[A-ZÄÖÜ\"“][a-z]))|\n\s*\n|(?<=[。！？])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|[Mm]rs?|Ms|Dr|Prof|Sr|Jr|St|vs|etc|e\.g|i\.e|No|Inc|Ltd|Co|Corp|approx|al|Fig|"
    r"bzw|ca|Nr|usw|z\.B|Abs|Art|Sec|U\.S)\.)$"
)
_LEAST_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence.

    Attributes:
        text: white space made single.
        start, end: its characters in the text of its page (of the file where there are none).
        page: page number from 1; None where the file has no pages.
        paragraph: number of its paragraph in the document.
        section: the heading it stands under.
    """

    text: str
    start: int
    end: int
    page: int | None = None
    paragraph: int = 0
    section: str = ""


def sentences_of(units: Sequence[Unit]) -> list[Sentence]:
    """Sentences of a document's passages, each once though passages overlap."""
    found: list[Sentence] = []
    reached: dict[tuple[int | None, str], int] = {}
    paragraph = 0
    for unit in units:
        if unit.kind != "passage" or not unit.text.strip():
            continue
        base = unit.char_start or 0
        part = (unit.page, unit.key.rpartition(":")[0])
        for start, end, opens in _spans(unit.text):
            paragraph += opens
            if base + end <= reached.get(part, -1):
                continue
            text = " ".join(unit.text[start:end].split())
            if sum(map(str.isalnum, text)) < _LEAST_LETTERS:
                continue
            reached[part] = base + end
            found.append(
                Sentence(text, base + start, base + end, unit.page, paragraph, unit.section)
            )
    return found


def _spans(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether a paragraph begins, of each sentence of a text."""
    start, opens = 0, True
    for match in _END.finditer(text):
        end = match.start() + len(match.group().rstrip())
        breaks = match.group().count("\n") > 1
        if not breaks and _ABBREVIATION.search(text, max(0, match.start() - 8), match.start()):
            continue
        if text[start:end].strip():
            yield start, end, opens
            opens = False
        opens = opens or breaks
        start = match.end()
    if text[start:].strip():
        yield start, len(text), opens
