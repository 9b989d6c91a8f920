"""Dates as people write them, in the languages of Western Europe, as ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_MONTH_WORDS = {
    1: "january januar jänner janvier januari enero gennaio janeiro jan ene gen",
    2: "february februar février fevrier februari febrero febbraio fevereiro feb fév fev",
    3: "march märz maerz mars maart marzo março marco mar mär mrz mrt",
    4: "april avril abril aprile apr avr abr",
    5: "may mai mei mayo maggio maio mag",
    6: "june juni juin junio giugno junho jun giu",
    7: "july juli juillet julio luglio julho jul juil lug",
    8: "august août aout augustus agosto aug aoû ago",
    9: "september septembre septiembre settembre setembro sep sept set",
    10: "october oktober octobre octubre ottobre outubro oct okt ott out",
    11: "november novembre noviembre novembro nov",
    12: "december dezember décembre decembre diciembre dicembre dezembro dec dez déc dic",
}
_MONTHS = {word: number for number, words in _MONTH_WORDS.items() for word in words.split()}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = r"(?P<day>[0-3]?\d)"
_ORDINAL = r"(?:st|nd|rd|th|er|º|\.)?"
_YEAR = r"(?P<year>(?:19|20)\d\d|'?\d\d(?!\d))"

_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sep>[-/.])(?P<month>[01]?\d)(?P=sep)(?P<day>[0-3]?\d)(?!\d)",
        r"(?<![\d.,/])(?P<a>[0-3]?\d) ?(?P<sep>[-/.]) ?(?P<b>[01]?\d|[0-3]\d) ?(?P=sep) ?"
        r"(?P<year>(?:19|20)\d\d|\d\d(?![\d]|[.,]\d))",
        rf"(?<!\d){_DAY}\s?{_ORDINAL}\s*(?:day\s+)?(?:of\s+|de\s+)?[-/ .']?\s*"
        rf"\b(?P<name>{_NAMES})\b\.?,?\s?(?:de\s+)?[-/ .,']*{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>[0-3]?\d)(?P<name>{_NAMES})(?P<year>(?:19|20)\d\d|\d\d)(?!\d)",
        rf"\b(?P<name>{_NAMES})\b\.?\s*(?P<day>[0-3]?\d)\s?{_ORDINAL}\s*[,.]?\s*"
        r"(?P<year>(?:19|20)\d\d)(?!\d)",
        r"(?<!\d)(?P<year>20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
    )
)
_ORDERS = re.compile(
    r"(?<![\d.,/-])(0?[1-9]|[12]\d|3[01])([-/.])(0?[1-9]|[12]\d|3[01])\2(?:19|20)?\d\d(?![\d/-])"
)
_STATE_CODES = """AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE
NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC"""
_AMERICAN = re.compile(
    rf", (?:{'|'.join(_STATE_CODES.split())})\.? \d{{5}}(?:-\d{{4}})?\b|\bU\.?S\.?A\b|United States"
)


class FoundDate(NamedTuple):
    """A date in a text: its characters, and the day."""

    start: int
    end: int
    day: date


def day_first(text: str) -> bool:
    """Whether ``03/04/2026`` is in April: told by dates that can be read in one way only.

    Where there are none, addresses of the United States say that the month comes first.
    """
    votes = 0
    for first, _, second in _ORDERS.findall(text):
        if int(first) > 12 >= int(second):
            votes += 1
        elif int(second) > 12 >= int(first):
            votes -= 1
    return votes > 0 or (votes == 0 and _AMERICAN.search(text) is None)


def find_dates(text: str, *, day_comes_first: bool) -> Iterator[FoundDate]:
    """Dates in a text, each once; years of two digits are of 1950 to 2049."""
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            if any(start < high and end > low for low, high in taken):
                continue
            day = _day(match.groupdict(), day_comes_first)
            if day is not None:
                taken.append((start, end))
                yield FoundDate(start, end, day)


def parse_date(text: str, *, day_comes_first: bool = True) -> date | None:
    """The first date in a text."""
    found = sorted(find_dates(text, day_comes_first=day_comes_first))
    return found[0].day if found else None


def _day(groups: dict[str, str | None], day_comes_first: bool) -> date | None:
    digits = (groups["year"] or "").strip("'")
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year < 50 else 1900
    if groups.get("a") is not None:
        first, second = int(groups["a"] or 0), int(groups["b"] or 0)
        orders = ((first, second), (second, first))
        for day, month in orders if day_comes_first else orders[::-1]:
            made = _date(year, month, day)
            if made is not None:
                return made
        return None
    name = groups.get("name")
    month = _MONTHS[name.lower()] if name else int(groups["month"] or 0)
    return _date(year, month, int(groups["day"] or 0))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
