"""Dates and stretches of time in English and German sentences."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {
    1: "january|januar|jänner|jan",
    2: "february|februar|feb",
    3: "march|märz|maerz|mar|mär",
    4: "april|apr",
    5: "may|mai",
    6: "june|juni|jun",
    7: "july|juli|jul",
    8: "august|aug",
    9: "september|sept|sep",
    10: "october|oktober|oct|okt",
    11: "november|nov",
    12: "december|dezember|dec|dez",
}
_MONTH_OF = {name: number for number, names in _MONTHS.items() for name in names.split("|")}
_NAME = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_NUMBERS = {
    word: number
    for number, words in enumerate(
        [
            "one ein eine einem einer",
            "two zwei",
            "three drei",
            "four vier",
            "five fünf",
            "six sechs",
            "seven sieben",
            "eight acht",
            "nine neun",
            "ten zehn",
            "eleven elf",
            "twelve zwölf",
        ],
        1,
    )
    for word in words.split()
}
_COUNT = rf"\d{{1,4}}|{'|'.join(_NUMBERS)}"
_UNIT = (
    r"(?P<unit>days?|tag(?:e|en)?|weeks?|wochen?|months?|monat(?:e|en|s)?|quarters?|quartale?|"
    r"years?|jahr(?:e|en|es|s)?)"
)

_ORDER = {
    "first": 1, "erste[nrms]?": 1, "second": 2, "zweite[nrms]?": 2, "third": 3,
    "dritte[nrms]?": 3, "fourth": 4, "last": 4, "vierte[nrms]?": 4, "letzte[nrms]?": 4,
}  # fmt: skip
_SEASONS = {
    "spring": 3, "frühling": 3, "frühjahr": 3, "summer": 6, "sommer": 6,
    "autumn": 9, "fall": 9, "herbst": 9, "winter": 12,
}  # fmt: skip
"""First month of each; winter ends in February of the next year."""

_DECADES = {
    "nineties": 1990, "neunziger[n]?": 1990, "eighties": 1980, "achtziger[n]?": 1980,
    "seventies": 1970, "siebziger[n]?": 1970, "sixties": 1960, "sechziger[n]?": 1960,
    "fifties": 1950, "fünfziger[n]?": 1950,
}  # fmt: skip
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        [
            "monday montag",
            "tuesday dienstag",
            "wednesday mittwoch",
            "thursday donnerstag",
            "friday freitag",
            "saturday samstag",
            "sunday sonntag",
        ]
    )
    for word in words.split()
}

POINT = (
    rf"(?:(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?P<d1>\d\d?)\.\s?(?P<m1>\d\d?)\.(?P<y1>{_YEAR})?"
    rf"|(?P<d2>\d\d?)(?:\.|st|nd|rd|th)?\s(?:of\s)?(?P<n2>{_NAME})\b\.?(?:,?\s(?P<y2>{_YEAR}))?"
    rf"|(?P<n3>{_NAME})\.?\s(?P<d3>\d\d?)(?:st|nd|rd|th)?(?!\d)(?:,?\s(?P<y3>{_YEAR}))?"
    rf"|(?:the\s)?(?P<edge>end|ende|beginning|start|anfang|mid|mitte)\s(?:of\s|von\s|des\s)?"
    rf"(?:(?P<ne>{_NAME})\b\.?(?:\s(?P<ye>{_YEAR}))?|(?P<yo>{_YEAR}))"
    rf"|(?P<n4>{_NAME})\b\.?(?:,?\s(?P<y4>{_YEAR}))?"
    rf"|(?P<m5>\d\d?)/(?P<y5>{_YEAR})"
    rf"|(?P<q6>q[1-4]|[1-4]\.\squartal|(?:{'|'.join(_ORDER)})\s(?:quarter|quartal))"
    rf"(?:(?:\sof|\sin|/)?\s?(?P<y6>{_YEAR}))?"
    rf"|(?P<h8>h[12]|[12]\.\shalbjahr|(?:{'|'.join(_ORDER)})\s(?:half|halbjahr)(?:\sof)?)\s(?P<y8>{_YEAR})"
    rf"|(?:the\s)?(?P<s9>{'|'.join(_SEASONS)})\s(?:of\s)?(?P<y9>{_YEAR})"
    rf"|(?:kw|calendar\sweek|week|kalenderwoche)\s?(?P<kw>[0-5]?\d)(?:\s(?P<ykw>{_YEAR}))?(?!\d)"
    rf"|(?:the\s|den\s)?(?P<tens>{'|'.join(_DECADES)})"
    rf"|(?P<pre>vorletzte[nrms]?)\s(?P<preunit>woche|monats?|quartals?|jahre?s?)"
    rf"|(?:the\s)?(?P<preen>week|month|year)\sbefore\slast"
    rf"|(?:(?P<lastday>last|letzte[nrms]?|vergangene[nrms]?)\s)?(?P<weekday>{'|'.join(_WEEKDAYS)})(?!\w)"
    rf"|winter\s(?P<wy>{_YEAR})\s?[/-]\s?(?:20)?\d\d"
    rf"|(?:the\s)?(?P<decade>(?:19|20)\d0)(?:s|er)(?:n)?(?:\s?-?jahren?)?"
    rf"|(?:the\syear\s|jahr(?:e)?\s)?(?P<y7>{_YEAR})(?![\d.,-])"
    rf"|(?P<rel>today|heute|yesterday|gestern|tomorrow|morgen|the\sday\sbefore\syesterday|vorgestern)"
    rf"|(?:the\s|de[rnms]\s|die(?:se[rnms]?)?\s)?"
    rf"(?P<which>this|current|last|past|previous|next|diese[rnms]?|aktuelle[rnms]?|letzte[rnms]?|"
    rf"vergangene[rnms]?|vorige[rnms]?|nächste[rnms]?|kommende[rnms]?)\s"
    rf"(?:(?P<count>{_COUNT})\s)?{_UNIT})"
)
"""A day or a longer stretch, as people write it; a regular expression with named groups."""


@dataclass(frozen=True, slots=True)
class Days:
    """Some days on end: from ``start`` up to, but without, ``end`` (``date.max`` for no end)."""

    start: date
    end: date

    @property
    def before(self) -> date | None:
        """The first day after them; None for days that go on."""
        return None if self.end == date.max else self.end


def days_of(match: re.Match[str], today: date, suffix: str = "") -> Days | None:
    """The days that a match of ``POINT`` speaks of; None where there are no such days.

    Args:
        suffix: of the names of its groups, where the expression stands more than once.
    """

    def said(name: str) -> str:
        return match.groupdict().get(f"{name}{suffix}") or ""

    for read in (_day, _customary, _named, _relative):
        try:
            found = read(said, today)
        except (ValueError, OverflowError):
            return None
        if found is not None:
            return found
    return None


def numbered(pattern: str, suffix: str) -> str:
    """An expression with ``suffix`` behind the names of its groups, to stand there twice."""
    return re.sub(r"\(\?P<(\w+)>", rf"(?P<\g<1>{suffix}>", pattern)


_Said = Callable[[str], str]


def _day(said: _Said, today: date) -> Days | None:
    if said("iso"):
        return _one(date.fromisoformat(said("iso")))
    for number in "123":
        if said(f"d{number}"):
            month = said(f"m{number}")
            named = _MONTH_OF.get(said(f"n{number}").rstrip("."), 0)
            year = int(said(f"y{number}") or today.year)
            return _one(date(year, int(month) if month else named, int(said(f"d{number}"))))
    if said("rel"):
        away = {"today": 0, "heute": 0, "yesterday": -1, "gestern": -1, "tomorrow": 1, "morgen": 1}
        return _one(today + timedelta(days=away.get(said("rel"), -2)))
    return None


def _named(said: _Said, today: date) -> Days | None:
    if said("edge"):
        if said("yo"):
            return _edge(said("edge"), year_of(int(said("yo"))))
        return _edge(said("edge"), _month(int(said("ye") or today.year), _MONTH_OF[said("ne")]))
    if said("n4"):
        return _month(int(said("y4") or today.year), _MONTH_OF[said("n4")])
    if said("m5"):
        return _month(int(said("y5")), int(said("m5")))
    if said("q6"):
        return _quarter(int(said("y6") or today.year), _which(said("q6"), 4))
    if said("h8"):
        first = _quarter(int(said("y8")), 2 * _which(said("h8"), 2) - 1)
        return Days(first.start, _moved(first.start, "month", 6))
    if said("s9"):
        start = date(int(said("y9")), _SEASONS[said("s9")], 1)
        return Days(start, _moved(start, "month", 3))
    if said("decade"):
        return Days(date(int(said("decade")), 1, 1), date(int(said("decade")) + 10, 1, 1))
    if said("y7"):
        return year_of(int(said("y7")))
    return None


def _customary(said: _Said, today: date) -> Days | None:
    """Calendar weeks, decades in words, weekdays, the month before the last, a winter."""
    if said("kw"):
        monday = date.fromisocalendar(int(said("ykw") or today.year), int(said("kw")), 1)
        return Days(monday, monday + timedelta(weeks=1))
    if said("tens"):
        start = next(year for word, year in _DECADES.items() if re.fullmatch(word, said("tens")))
        return Days(date(start, 1, 1), date(start + 10, 1, 1))
    if said("pre") or said("preen"):
        return _stretch(today, said("preunit") or said("preen"), -2)
    if said("weekday"):
        back = (today.weekday() - _WEEKDAYS[said("weekday")]) % 7
        return _one(today - timedelta(days=back or (7 if said("lastday") else 0)))
    if said("wy"):
        return Days(date(int(said("wy")), 12, 1), date(int(said("wy")) + 1, 3, 1))
    return None


def _which(words: str, most: int) -> int:
    """Which quarter or half some words speak of."""
    digits = [int(each) for each in words if each.isdigit()]
    if digits:
        return digits[0]
    number = next(n for pattern, n in _ORDER.items() if re.match(pattern, words))
    return min(number, most)


def _relative(said: _Said, today: date) -> Days | None:
    which, unit = said("which"), said("unit")
    if not which:
        return None
    step = 0
    if which.startswith(("last", "past", "prev", "letzt", "verg", "vori")):
        step = -1
    elif which.startswith(("next", "näch", "komm")):
        step = 1
    if said("count") or (which == "past" and not unit.startswith("q")):
        count = _NUMBERS.get(said("count")) or int(said("count") or 1)
        if step == 0:
            return None
        away = _moved(today, unit, step * count)
        return Days(away, date.max) if step < 0 else Days(today, away)
    return _stretch(today, unit, step)


def _stretch(today: date, unit: str, step: int) -> Days:
    """The week, month, quarter or year that is ``step`` away from today's."""
    if unit.startswith(("day", "tag")):
        return _one(today + timedelta(days=step))
    if unit.startswith(("week", "woche")):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return Days(monday, monday + timedelta(weeks=1))
    if unit.startswith("mon"):
        away = today.year * 12 + today.month - 1 + step
        return _month(away // 12, away % 12 + 1)
    if unit.startswith("q"):
        away = today.year * 4 + (today.month - 1) // 3 + step
        return _quarter(away // 4, away % 4 + 1)
    return year_of(today.year + step)


def _moved(today: date, unit: str, count: int) -> date:
    if unit.startswith(("day", "tag")):
        return today + timedelta(days=count)
    if unit.startswith(("week", "woche")):
        return today + timedelta(weeks=count)
    months = count * (1 if unit.startswith("mon") else 3 if unit.startswith("q") else 12)
    away = today.year * 12 + today.month - 1 + months
    year, month = away // 12, away % 12 + 1
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _one(day: date) -> Days:
    return Days(day, day + timedelta(days=1))


def _month(year: int, month: int) -> Days:
    start = date(year, month, 1)
    return Days(start, date(year + month // 12, month % 12 + 1, 1))


def _quarter(year: int, quarter: int) -> Days:
    return Days(_month(year, 3 * quarter - 2).start, _month(year, 3 * quarter).end)


def year_of(year: int) -> Days:
    """All days of a year."""
    return Days(date(year, 1, 1), date(year + 1, 1, 1))


def _edge(word: str, whole: Days) -> Days:
    """The first day of a stretch, its last one, or the one in its middle."""
    if word in {"end", "ende"}:
        return _one(whole.end - timedelta(days=1))
    if word in {"mid", "mitte"}:
        return _one(whole.start + (whole.end - whole.start) // 2)
    return _one(whole.start)


_NOT_OLDER = r"not\solder\sthan|no\solder\sthan|nicht\sälter\sals|not\sbefore"
_BEFORE = r"before|older\sthan|earlier\sthan|prior\sto|vor|älter\sals|früher\sals"
_AFTER = r"after|newer\sthan|later\sthan|nach|neuer\sals|später\sals"
_FROM_ON = r"since|starting|from|as\sof|seit|ab|von|vom"
_UNTIL = r"until|till|up\sto|by|bis(?:\szum|\szu)?"
_WITHIN = (
    r"in(?:\sthe)?|im|during|within(?:\sthe)?|from|of|on|vom|von|aus(?:\sdem)?|am|in\sden|in\sder|"
    r"innerhalb\sder|während"
)
_THE = r"(?:the\s|de[rnms]\s)?"

RANGE = re.compile(
    rf"\b(?:(?:between|zwischen|from|vom|von)\s{_THE}{numbered(POINT, '_a')}"
    rf"\s(?:and|und|to|until|till|bis(?:\szum)?)\s{_THE}{numbered(POINT, '_b')})\b"
)
_DAYS_OF_MONTH = re.compile(
    rf"\b(?:between|zwischen|from|vom|von)\s(?:the\s|dem\s)?(?P<from>\d\d?)(?:\.|st|nd|rd|th)?\s"
    rf"(?:and|und|to|until|bis(?:\szum)?)\s(?:the\s|dem\s)?{POINT}(?!\w)"
)
_YEARS = re.compile(
    rf"(?<![\w.-])(?:(?:from|von|in)\s)?({_YEAR})\s?(?:-|–|to|bis)\s?({_YEAR})(?![\w.-])"
)
BOUND = re.compile(
    rf"\b(?:(?P<notolder>{_NOT_OLDER})|(?P<before>{_BEFORE})|(?P<after>{_AFTER})|(?P<until>{_UNTIL})|(?P<on>{_FROM_ON}))"
    rf"\s{_THE}{POINT}(?P<onwards>\s(?:on|onwards?|an))?(?!\w)"
)
INSIDE = re.compile(rf"\b(?:{_WITHIN})\s{POINT}(?!\w)")
ALONE = re.compile(rf"(?<!\w){POINT}(?!\w)")
AGO = re.compile(
    rf"\b(?P<op>before|older\sthan|more\sthan|über|älter\sals|mehr\sals)\s(?P<count>{_COUNT})\s"
    rf"{_UNIT}(?:\s(?:old|alt|ago))?\b"
)


@dataclass(frozen=True, slots=True)
class FoundDays:
    """Days in a sentence.

    Attributes:
        start, end: of the characters.
        first: from this day on; None for no bound.
        before: before this day; None for no bound.
        how: range, bound, inside, or alone: without a word before it.
    """

    start: int
    end: int
    first: date | None
    before: date | None
    how: str


def found_days(text: str, today: date) -> Iterator[FoundDays]:
    """Days that a sentence in lower case speaks of, what binds most first.

    They may overlap: take the first ones.
    """
    for match in _DAYS_OF_MONTH.finditer(text):
        both = days_of(match, today)
        if both is not None and both.end - both.start == timedelta(days=1):
            begin = _of_month(both.start, int(match["from"]))
            if begin is not None and begin < both.end:
                yield FoundDays(*match.span(), begin, both.end, "range")
    for match in _YEARS.finditer(text):
        start, end = year_of(int(match[1])).start, year_of(int(match[2])).end
        if start < end:
            yield FoundDays(*match.span(), start, end, "range")
    for match in RANGE.finditer(text):
        first, last = days_of(match, today, "_a"), days_of(match, today, "_b")
        if first and last:
            start = _with_year_of(first, last, match)
            if start < last.end:
                yield FoundDays(*match.span(), start, last.end, "range")
    for match in AGO.finditer(text):
        count = _NUMBERS.get(match["count"]) or int(match["count"])
        yield FoundDays(*match.span(), None, _moved(today, match["unit"], -count), "bound")
    yield from _bounds(text, today)
    plain = []
    for pattern, how in ((INSIDE, "inside"), (ALONE, "alone")):
        for match in pattern.finditer(text):
            found = days_of(match, today)
            if found is not None:
                plain.append(FoundDays(*match.span(), found.start, found.before, how))
    # “The first half of 2024” before “of 2024”.
    yield from sorted(plain, key=lambda each: each.start - each.end)


def _of_month(day: date, number: int) -> date | None:
    try:
        return day.replace(day=number)
    except ValueError:
        return None


def _bounds(text: str, today: date) -> Iterator[FoundDays]:
    for match in BOUND.finditer(text):
        found = days_of(match, today)
        if found is None:
            continue
        if match["notolder"]:
            yield FoundDays(*match.span(), found.start, None, "bound")
        elif match["before"]:
            yield FoundDays(*match.span(), None, found.start, "bound")
        elif match["after"]:
            yield FoundDays(*match.span(), found.end, None, "bound")
        elif match["until"]:
            yield FoundDays(*match.span(), None, found.end, "bound")
        elif match["on"] not in {"from", "von", "vom"} or match["onwards"]:
            yield FoundDays(*match.span(), found.start, None, "bound")


def _with_year_of(first: Days, last: Days, match: re.Match[str]) -> date:
    """The start of a range: June to August 2025 begins in 2025."""
    said = any(match.groupdict().get(f"y{each}_a") for each in "1234567e89") or match["iso_a"]
    if said or match["rel_a"] or match["which_a"]:
        return first.start
    year = (last.end - timedelta(days=1)).year
    try:
        start = first.start.replace(year=year)
    except ValueError:
        return first.start
    return start if start < last.end else start.replace(year=year - 1)
