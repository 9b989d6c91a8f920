"""Spans of time in contracts: ``two (2) years``, ``18 months``, ``a three-year period``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_SMALL = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_LARGE = "twenty thirty forty fifty sixty seventy eighty ninety"
_GERMAN = "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf"
_UNITS, _TENS = _SMALL.split(), _LARGE.split()
_WORDS = {word: number for number, word in enumerate(_UNITS, 1)}
_WORDS |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
_WORDS |= {f"{ten}-{unit}": _WORDS[ten] + _WORDS[unit] for ten in _TENS for unit in _UNITS[:9]}
_WORDS |= {"hundred": 100, "one hundred": 100, "a": 1, "an": 1}
_WORDS |= {
    word + end: n for n, word in enumerate(_GERMAN.split(), 1) for end in ("", "e", "en", "er")
}
_NAMES = {
    "day": "days", "days": "days", "week": "weeks", "weeks": "weeks", "month": "months",
    "months": "months", "year": "years", "years": "years", "anniversary": "years",
    "tag": "days", "tage": "days", "tagen": "days", "woche": "weeks", "wochen": "weeks",
    "monat": "months", "monate": "months", "monaten": "months", "jahr": "years",
    "jahre": "years", "jahren": "years",
}  # fmt: skip
_NUMBER = "|".join(sorted((re.escape(word) for word in _WORDS), key=len, reverse=True))
_DURATION = re.compile(
    rf"(?<![\w.])(?P<word>{_NUMBER})?[\s-]*(?P<digits>\(?\s?\d{{1,3}}(?:[.,]\d)?\s?\)?)?[\s-]*"
    rf"(?:calendar\s|full\s|consecutive\s|additional\s|business\s|\(?s\)?\s)?"
    rf"(?P<unit>{'|'.join(sorted(_NAMES, key=len, reverse=True))})(?!\w)",
    re.IGNORECASE,
)
_DAYS = {"days": 1, "weeks": 7}
_MONTHS = {"months": 1, "years": 12}


@dataclass(frozen=True, slots=True, order=True)
class FoundDuration:
    """A duration in a text: its characters, how many of which unit (days ... years)."""

    start: int
    end: int
    count: float
    unit: str

    def written(self) -> str:
        """As values keep it: ``2 years``, ``1 year``."""
        unit = self.unit[:-1] if self.count == 1 else self.unit
        return f"{self.count:g} {unit}"


def find_durations(text: str) -> Iterator[FoundDuration]:
    """Durations in a text."""
    for match in _DURATION.finditer(text):
        digits, word = match["digits"], match["word"]
        if not digits and not word:
            continue
        if digits:
            count = float(re.sub(r"[^\d.]", "", digits.replace(",", ".")))
        else:
            count = float(_WORDS[re.sub(r"\s+", " ", word.lower())])
        start = match.start("word") if word else match.start("digits")
        if count:
            yield FoundDuration(start, match.end(), count, _NAMES[match["unit"].lower()])


def parse_duration(text: str) -> FoundDuration | None:
    """The first duration in a text."""
    return next(find_durations(text), None)


def add_duration(day: date, duration: FoundDuration, sign: int = 1) -> date:
    """The day a duration later (``sign`` 1) or earlier (-1), by the calendar.

    A day that the month lacks becomes its last.

    Raises:
        OverflowError, ValueError: beyond the calendar.
    """
    if duration.unit in _DAYS:
        return day + sign * timedelta(days=round(duration.count * _DAYS[duration.unit]))
    months = day.year * 12 + day.month - 1 + sign * round(duration.count * _MONTHS[duration.unit])
    year, month = divmod(months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
