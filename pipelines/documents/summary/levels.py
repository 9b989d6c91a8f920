"""The summaries of a document: a line, short, long; and whether a written one may stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.analysis import Unit
from pipelines.documents.fields.dates import find_dates
from pipelines.documents.summary.extractive import LONG, ONE_LINE, SHORT, Summary, summarise
from pipelines.documents.summary.sentences import sentences_of

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-ZÄÖÜ][\w'’-]+")


@dataclass(frozen=True, slots=True)
class Summaries:
    """Extractive summaries of three lengths, and the headings in their order."""

    one_line: Summary
    short: Summary
    long: Summary
    outline: tuple[str, ...]


def summaries(units: Sequence[Unit], *, title: str = "", language: str = "english") -> Summaries:
    """Summarise a document's passages; empty summaries where it has no sentences."""
    found = sentences_of(units)
    one, short, long = (
        summarise(found, words=words, title=title, language=language)
        for words in (ONE_LINE, SHORT, LONG)
    )
    outline = dict.fromkeys(sentence.section for sentence in found if sentence.section)
    return Summaries(one, short, long, tuple(outline))


def unsupported(written: str, source: str) -> tuple[str, ...]:
    """Numbers, dates and names of a written summary that its source does not hold.

    Whoever lets a model write a summary takes it only if there are none; the extractive one
    stands otherwise, these being the reason.
    """
    days = {found.day for found in find_dates(source, day_comes_first=True)}
    numbers = set(_NUMBER.findall(source))
    names = set(re.findall(r"[\w'’-]+", source.casefold()))
    rest, missing = written, []
    for found in find_dates(written, day_comes_first=True):
        stands = written[found.start : found.end]
        rest = rest.replace(stands, " ")
        if found.day not in days:
            missing.append(stands)
    missing += [number for number in _NUMBER.findall(rest) if number not in numbers]
    missing += [name for name in _NAME.findall(rest) if name.casefold() not in names]
    return tuple(dict.fromkeys(missing))
