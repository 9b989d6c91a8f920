"""Filters by size, length and rating."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.sentence.text import Hit, Text

_LEAST = r"(?:at\sleast|min(?:imum|\.)?|mindestens|>=?|from|ab|no\sless\sthan|wenigstens)"
_MOST = r"(?:at\smost|max(?:imum|\.)?|up\sto|höchstens|maximal|<=?|no\smore\sthan|bis\szu)"
_MORE = (
    r"(?:more\sthan|over|above|larger\sthan|bigger\sthan|wider\sthan|higher\sthan|taller\sthan|"
    r"longer\sthan|mehr\sals|über|größer\sals|breiter\sals|höher\sals|länger\sals)"
)
_LESS = (
    r"(?:less\sthan|under|below|smaller\sthan|shorter\sthan|fewer\sthan|weniger\sals|unter|"
    r"kleiner\sals|kürzer\sals|schmaler\sals|narrower\sthan)"
)


def amounts(text: Text) -> Iterator[Hit]:
    """Sizes, lengths and ratings with a bound."""
    bound = rf"(?P<op>{_LEAST}|{_MOST}|{_MORE}|{_LESS})\s?"
    number = r"(?P<n>\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?|one|a|an|einer?|half\sa)"
    units = (
        (
            r"(?:px|pixels?|pixeln?)\s(?:wide|breit(?:e)?|in\swidth)|(?:px|pixels?)\sbreite",
            "width",
            1.0,
        ),
        (r"(?:px|pixels?)\s(?:high|tall|hoch|höhe|in\sheight)", "height", 1.0),
        (r"(?:px|pixels?|pixeln?)", "width", 1.0),
        (r"(?:mb|megabytes?)", "size", "mb"),
        (r"(?:gb|gigabytes?)", "size", "gb"),
        (r"(?:kb|kilobytes?)", "size", "kb"),
        (r"(?:seconds?|secs?|s|sekunden?|sek)(?:\slong|\slang)?", "duration", 1.0),
        (r"(?:minutes?|mins?|minuten?)(?:\slong|\slang)?", "duration", 60.0),
        (r"(?:hours?|stunden?)(?:\slong|\slang)?", "duration", 3600.0),
        (r"(?:pages?|seiten?)(?:\slong|\slang)?", "pages", 1.0),
    )
    before = r"(?:(?:wider|larger|bigger|longer|shorter|smaller)\s)?"
    for unit, field, scale in units:
        for match in re.finditer(rf"(?<!\w){before}{bound}{number}\s?{unit}(?!\w)", text.lower):
            shown = _shown(_value(match["n"]), scale)
            yield *match.span(), (f"{field}{_sign(match['op'])}{shown}",)
    for unit, field, scale in units:
        for match in re.finditer(
            rf"(?<!\w)(?:between|zwischen)\s(?P<n>\d[\d.,]*)\s?(?:{unit}\s)?(?:and|und)\s(?P<m>\d[\d.,]*)\s?{unit}(?!\w)",
            text.lower,
        ):
            low, high = (_shown(_value(match[each].rstrip(".,")), scale) for each in "nm")
            yield *match.span(), (f"{field}>={low}", f"{field}<={high}")
        more = r"or\s(?:more|longer|larger|wider)|and\sup|oder\s(?:mehr|länger|größer)|und\smehr"
        less = r"or\s(?:less|shorter|smaller)|oder\s(?:weniger|kürzer)"
        suffix = rf"(?:\+\s?{unit}|\s?{unit}\s(?:{more})|\s?{unit}\s(?P<less>{less}))"
        for match in re.finditer(rf"(?<!\w){number}{suffix}(?!\w)", text.lower):
            sign = "<=" if match["less"] else ">="
            yield *match.span(), (f"{field}{sign}{_shown(_value(match['n']), scale)}",)
    stars = r"(?:stars?|sternen?)"
    words = "|".join(_STARS)
    for match in re.finditer(
        rf"(?<!\w)(?:(?:rated|bewertet|bewertung|rating|with|mit)\s)?(?:mit\s)?(?P<op>{_LEAST}|{_MORE}|"
        rf"{_LESS}|{_MOST})?\s?(?P<n>[0-5]|{words})(?P<plus>\s?\+)?(?:\s|-){stars}"
        r"(?P<up>\s(?:and\sup|or\smore|or\sbetter|und\smehr|oder\smehr|oder\sbesser|plus))?"
        r"(?:\s(?:rating|rated|bewertet\w*))?(?!\w)",
        text.lower,
    ):
        right = text.right(match.end())
        if re.match(r"(?:hotels?|restaurants?|menü|food)", right):
            continue
        number_ = _STARS.get(match["n"]) or int(match["n"])
        sign = _sign(match["op"]) if match["op"] else "="
        sign = ">=" if match["plus"] or match["up"] else sign
        yield *match.span(), (f"rating{sign}{number_}",)
    for match in re.finditer(
        r"\brating\s(?:of\s)?(?P<op>>=?|<=?|=|at\sleast|mindestens)?\s?(?P<n>[0-5])(?!\w)",
        text.lower,
    ):
        sign = _sign(match["op"]) if match["op"] and match["op"] != "=" else "="
        yield *match.span(), (f"rating{sign}{match['n']}",)


_STARS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "einem": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
}


def _shown(value: float, scale: float | str) -> str:
    return f"{value:g}{scale}" if isinstance(scale, str) else f"{value * scale:.10g}"


def _value(word: str) -> float:
    if word in {"one", "a", "an", "eine", "einer"}:
        return 1
    if word == "half a":
        return 0.5
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", word):
        return float(re.sub(r"[.,]", "", word))
    return float(word.replace(",", "."))


def _sign(words: str) -> str:
    if words == ">" or re.fullmatch(_MORE, words):
        return ">"
    if words == "<" or re.fullmatch(_LESS, words):
        return "<"
    return ">=" if re.fullmatch(_LEAST, words) else "<="
