"""Filters by size, length and rating."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.sentence.lexicon import lexicon
from service.sentence.numbers import BOUND, LESS_AFTER, MORE_AFTER, NUMBER, sign, value
from service.sentence.places import GOES_ON
from service.sentence.text import Hit, Text

_PIXELS = r"(?:px|pixels?|pixeln?)"
_UNITS: tuple[tuple[str, str, float | str], ...] = (
    (rf"{_PIXELS}\s(?:wide|breite?|in\swidth)", "width", 1.0),
    (rf"{_PIXELS}\s(?:high|tall|hoch|höhe|in\sheight)", "height", 1.0),
    (_PIXELS, "width", 1.0),
    (r"(?:mb|megabytes?)", "size", "mb"),
    (r"(?:gb|gigabytes?)", "size", "gb"),
    (r"(?:kb|kilobytes?)", "size", "kb"),
    (r"(?:seconds?|secs?|s|sekunden?|sek)(?:\s(?:long|lang|länge))?", "duration", 1.0),
    (r"(?:minutes?|mins?|minuten?)(?:\s(?:long|lang|länge))?", "duration", 60.0),
    (r"(?:hours?|stunden?)(?:\s(?:long|lang|länge))?", "duration", 3600.0),
    (r"(?:pages?|seiten?)(?:\s(?:long|lang|länge))?", "pages", 1.0),
)
_LARGER = r"(?:(?:wider|larger|bigger|longer|shorter|smaller)\s)?"


def amounts(text: Text) -> Iterator[Hit]:
    """Sizes, lengths and ratings with a bound."""
    yield from _both_sides(text)
    for unit, field, scale in _UNITS:
        yield from _bounded(text, unit, field, scale)
    yield from _pages(text)
    yield from _ratings(text)


def _bounded(text: Text, unit: str, field: str, scale: float | str) -> Iterator[Hit]:
    between = (
        rf"(?<!\w)(?:between|zwischen|from|von)\s(?P<n>{NUMBER})\s?(?:{unit}\s)?(?:and|und|to|bis)\s"
        rf"(?P<m>{NUMBER})\s?{unit}(?!\w)"
    )
    for match in re.finditer(between, text.lower):
        low, high = (_shown(value(match[each]), scale) for each in "nm")
        yield *match.span(), (f"{field}>={low}", f"{field}<={high}")
    before = rf"(?<!\w){_LARGER}(?P<op>{BOUND})\s?(?P<n>{NUMBER})\s?{unit}(?!\w)"
    for match in re.finditer(before, text.lower):
        tall = match["op"].startswith(("taller", "higher", "höher")) and field == "width"
        shown = _shown(value(match["n"]), scale)
        yield *match.span(), (f"{'height' if tall else field}{sign(match['op'])}{shown}",)
    after = (
        rf"(?<!\w)(?P<n>{NUMBER})\s?(?:\+\s?{unit}|{unit}\s(?:{MORE_AFTER}|"
        rf"(?P<less>{LESS_AFTER})))(?!\w)"
    )
    for match in re.finditer(after, text.lower):
        yield (
            *match.span(),
            (f"{field}{'<=' if match['less'] else '>='}{_shown(value(match['n']), scale)}",),
        )


def _both_sides(text: Text) -> Iterator[Hit]:
    """“At least 1920 x 1080”."""
    pattern = (
        rf"(?<!\w)(?P<op>{BOUND})\s?(?P<n>\d{{3,5}})\s?[x×]\s?(?P<m>\d{{3,5}})"
        rf"(?:\s?{_PIXELS})?(?!\w)"
    )
    for match in re.finditer(pattern, text.lower):
        found = sign(match["op"])
        yield *match.span(), (f"width{found}{match['n']}", f"height{found}{match['m']}")


def _pages(text: Text) -> Iterator[Hit]:
    """“One-page flyers”, “zweiseitige Flyer”, “two pages” as a part of its own."""
    number = r"(?P<n>one|two|three|four|five|ein|zwei|drei|vier|fünf|\d{1,3})"
    for pattern in (
        rf"(?<!\w){number}[-\s]page[rd]?(?=\s\w)",
        rf"(?<!\w){number}-?seitige?[nrms]?(?!\w)",
        rf"(?:(?<=[,;]\s)|^){number}\s(?:pages?|seiten?)(?=\s?(?:[,;]|$))",
    ):
        for match in re.finditer(pattern, text.lower):
            yield *match.span(), (f"pages={value(match['n']):g}",)


def _ratings(text: Text) -> Iterator[Hit]:
    stars = r"(?:stars?|sternen?)"
    pattern = (
        rf"(?<!\w)(?P<cue>(?:rated|bewertet|bewertung|rating|with|mit)\s(?:mit\s)?)?"
        rf"(?P<op>{BOUND})?\s?(?P<n>[0-5]|one|two|three|four|five|einem|zwei|drei|vier|fünf)"
        rf"(?P<plus>\s?\+)?[\s-]{stars}(?P<up>\s{MORE_AFTER})?"
        r"(?P<rated>\s(?:rating|rated|bewertete?[nrms]?))?(?!\w)"
    )
    heads = rf"(?:{lexicon().kinds.pattern}|rated|bewertet|-?bilder|-?fotos)"
    for match in re.finditer(pattern, text.lower):
        right = text.right(match.end()).lstrip("-")
        sure = match["cue"] or match["op"] or match["plus"] or match["up"] or match["rated"]
        if not sure and right and not re.match(heads, right) and not _is_asked(right):
            continue
        found = sign(match["op"]) if match["op"] else "="
        if match["plus"] or match["up"]:
            found = ">="
        yield *match.span(), (f"rating{found}{value(match['n']):g}",)
    rated = (
        rf"\b(?:rating|rated|bewertung|bewertet\smit)\s(?:of\s|von\s)?(?P<op>{BOUND}|=)?\s?(?P<n>[0-5])"
        rf"(?P<up>\s{MORE_AFTER}|\s?\+)?(?!\w)"
    )
    for match in re.finditer(rated, text.lower):
        found = sign(match["op"]) if match["op"] and match["op"] != "=" else "="
        yield *match.span(), (f"rating{'>=' if match['up'] else found}{match['n']}",)


def _is_asked(right: str) -> bool:
    """Whether stars without a word before them are a rating, by what comes behind them."""
    there = re.match(r"(?:above|over|in|on|at|über|am|im)\b", right) is not None
    return GOES_ON.match(right) is not None and not there


def _shown(number: float, scale: float | str) -> str:
    return f"{number:g}{scale}" if isinstance(scale, str) else f"{number * scale:.10g}"
