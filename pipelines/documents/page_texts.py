"""The text of each page of a document, put together again from its passages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipelines.analysis import Unit


@dataclass(frozen=True, slots=True)
class PartText:
    """One text of a page: what the file holds, or what was recognised in one picture of it.

    Attributes:
        page: page number from 1; 0 where the file has no pages.
        text: character ``n`` of it is character ``n`` of the text that passages count in;
            what stands in no passage is white space.
        units: its passages.
        confidence: mean of the engine that recognised it, weighted by characters; None for
            text of the file.
    """

    page: int
    text: str
    units: tuple[Unit, ...]
    confidence: float | None = None


def part_of(unit: Unit) -> tuple[int, str]:
    """What the passages of one text have in common: the page, and the key without its number."""
    return unit.page or 0, unit.key.rpartition(":")[0]


def page_texts(units: Iterable[Unit]) -> list[PartText]:
    """The texts of a document, page by page, those of the file before recognised ones.

    Files that are attached to it, whose pages are numbered anew, come last.
    """
    passages = [unit for unit in units if unit.kind == "passage" and unit.text.strip()]
    passages.sort(key=lambda unit: (is_attached(unit), unit.page or 0, bool(unit.source_model)))
    return [_part(page, list(same)) for (page, _), same in groupby(passages, key=part_of)]


def is_attached(unit: Unit) -> bool:
    """Whether a unit belongs to a file that is attached to the document."""
    return "attachment:" in unit.key


def _part(page: int, units: Sequence[Unit]) -> PartText:
    pieces: list[str] = []
    reached = 0
    for unit in units:
        start = reached if unit.char_start is None else unit.char_start
        if start > reached:
            pieces.append("\n" * (start - reached))
            reached = start
        pieces.append(unit.text[reached - start :])
        reached = max(reached, start + len(unit.text))
    sure = [(unit.confidence, len(unit.text)) for unit in units if unit.confidence is not None]
    weight = sum(length for _, length in sure)
    mean = sum(each * length for each, length in sure) / weight if weight else None
    return PartText(page, "".join(pieces), tuple(units), mean)
