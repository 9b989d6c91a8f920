"""Filters by where something is to be used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.sentence.lexicon import WordList, lexicon
from service.sentence.places import GOES_ON
from service.sentence.text import Hit, Text


def territories_and_channels(text: Text) -> Iterator[Hit]:
    """Where something is to be used: a country or channel behind a word that says so."""
    countries, channels = lexicon().countries, lexicon().channels
    use = (
        r"(?:(?:(?:cleared|licensed|valid|usable|allowed|ok|okay|available|nutzbar|"
        r"verwendbar|lizenziert|zugelassen)(?:e[nrms]?)?\s)?(?:for(?:\suse\s(?:in|on))?|fürs?)"
        r"(?:\sthe\smarket\sin)?|(?:cleared|licensed|valid|usable|allowed|nutzbar(?:e[nrms]?)?|"
        r"verwendbar(?:e[nrms]?)?|lizenziert(?:e[nrms]?)?|gültig)\s(?:in|on|auf|im)|for\suse\s(?:in|on))"
    )
    item = rf"(?:{countries.pattern}|{channels.pattern})"
    joined = rf"{item}(?:(?:,\s?|\sand\s|\sund\s|\s?&\s?|\s?\+\s?|\sor\s|\soder\s){item})*"
    for match in re.finditer(
        rf"\b{use}\s(?:den\seinsatz\sin\s|use\sin\s)?(?P<w>{joined})(?!\w)", text.lower
    ):
        right = text.right(match.end())
        if (
            right
            and not GOES_ON.match(right)
            and not re.match(r"(?:portrait|landscape|hoch|quer|only|nur)", right)
        ):
            continue
        yield *match.span(), _uses(match["w"], countries, channels)
    for match in re.finditer(
        rf"\b(?:in|auf|im)\s(?P<w>{joined})\s(?:nutzbar|verwendbar|lizenziert|erlaubt|zugelassen)(?:e[nrms]?)?\b"
        rf"|\b(?:with\s|mit\s)?(?:usage\s|nutzungs)?(?:rights|rechten?)\s(?:for|in|für)\s(?P<v>{joined})(?!\w)",
        text.lower,
    ):
        yield *match.span(), _uses(match["w"] or match["v"], countries, channels)
    for match in re.finditer(
        r"\b(?:usable|licensed|cleared|valid|nutzbar|lizenziert|rights)\s"
        r"(?P<w>worldwide|weltweit)\b",
        text.lower,
    ):
        yield *match.span(), ("territory:WORLD",)


def _uses(words: str, countries: WordList, channels: WordList) -> tuple[str, ...]:
    found: dict[str, list[str]] = {"territory": [], "channel": []}
    for word in re.split(r",\s?|\sand\s|\sund\s|\s?&\s?|\s?\+\s?|\sor\s|\soder\s", words):
        if re.fullmatch(countries.pattern, word):
            found["territory"].append(countries.means(word))
        else:
            found["channel"].append(channels.means(word))
    return tuple(f"{field}:{value}" for field, values in found.items() for value in values)
