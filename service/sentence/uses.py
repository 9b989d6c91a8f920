"""Filters by where something is to be used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.sentence.lexicon import WordList, lexicon
from service.sentence.places import GOES_ON
from service.sentence.text import NO, Hit, Text

_MAY = (
    r"(?:usable|licensed|cleared|valid|allowed|nutzbar|verwendbar|lizenziert|zugelassen|gültig|"
    r"erlaubt)(?:e[nrms]?)?"
)
_FOR = r"(?:for(?:\suse\s(?:in|on)|\sthe\smarket\sin)?|fürs?(?:\sden\seinsatz\s(?:in|auf))?)"
_CAN = r"(?:we|i|ich|wir|man)\s(?:can|may|are\sallowed\sto|dürfen|darf|können)"
_USE = r"(?:use|publish|show|nutzen|verwenden|zeigen|einsetzen)"


def territories_and_channels(text: Text) -> Iterator[Hit]:
    """Where something is to be used: a country or channel behind a word that says so."""
    countries, channels = lexicon().countries, lexicon().channels
    item = rf"(?:{countries.pattern}|{channels.pattern})(?:-länder)?"
    joined = rf"(?P<w>{item}(?:(?:,\s?|\sand\s|\sund\s|\s?&\s?|\s?\+\s?|\sor\s|\soder\s){item})*)"
    in_ = r"(?:(?:anywhere|everywhere|überall)\s)?(?:in|on|auf|im|for|für)"
    patterns = (
        (rf"(?:{_MAY}\s)?{_FOR}\s{joined}", True),
        (rf"{_MAY}\s{in_}\s{joined}", False),
        (rf"(?:in|auf|im)\s{joined}\s{_MAY}", False),
        (rf"(?:that\s|die\s)?{_CAN}\s{_USE}\s{in_}\s{joined}", False),
        (
            rf"(?:die\s)?(?:dürfen\swir|wir|darf\sich|ich)\s(?:in|auf)\s{joined}\s{_USE}(?:\s(?:dürfen|darf|können))?",
            False,
        ),
        (
            rf"(?:with\s|mit\s)?(?:usage\s|nutzungs|bild)?(?:rights|rechten?)\s(?:for|in|für)\s(?:die\s)?{joined}",
            False,
        ),
        (rf"{_MAY}\s(?P<w>worldwide|weltweit)", False),
        (rf"(?P<w>worldwide|weltweit)\s{_MAY}", False),
    )
    for pattern, doubtful in patterns:
        for match in re.finditer(rf"(?<!\w)(?:(?P<no>{NO})\s)?{pattern}(?!\w)", text.lower):
            right = text.right(match.end())
            if doubtful and right and not GOES_ON.match(right) and not _SHAPE.match(right):
                continue
            yield *match.span(), _uses(match["w"], countries, channels, no=bool(match["no"]))
    for code, stems in lexicon().nations.conditions:
        pattern = (
            rf"\b{_FOR}\s(?:the\s|den\s|die\s)?{code.pattern}\s"
            r"(?:market|markt|territory|region)(?!\w)"
        )
        for match in re.finditer(pattern, text.lower):
            yield *match.span(), (f"territory:{stems}",)


_SHAPE = re.compile(r"(?:portrait|landscape|hoch|quer|only|nur)")


def _uses(words: str, countries: WordList, channels: WordList, *, no: bool) -> tuple[str, ...]:
    found: dict[str, list[str]] = {"territory": [], "channel": []}
    for word in re.split(r",\s?|\sand\s|\sund\s|\s?&\s?|\s?\+\s?|\sor\s|\soder\s", words):
        place = word.removesuffix("-länder")
        if place in {"worldwide", "weltweit"} or re.fullmatch(countries.pattern, place):
            found["territory"].append(countries.means(place))
        else:
            found["channel"].append(channels.means(place))
    return tuple(
        f"{'-' if no else ''}{field}:{value}" for field, values in found.items() for value in values
    )
