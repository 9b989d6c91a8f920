"""Territories: countries of ISO 3166-1 and the groups that licences speak of, as sets of bits.

Groups and their members: the European Union and the European Economic Area as of 2026, the
subregions of the United Nations' M49 where people use them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from iso3166 import countries

WORLD = "WORLD"

_EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE"
_GROUPS: Mapping[str, str] = {
    "EU": _EU,
    "EEA": f"{_EU} IS LI NO",
    "DACH": "DE AT CH",
    "BENELUX": "BE NL LU",
    "NORDICS": "DK FI IS NO SE",
    "BALTICS": "EE LV LT",
    "EUROPE": f"{_EU} AD AL BA BY CH FO GB GG GI IM IS JE LI MC MD ME MK NO RS RU SJ SM UA VA AX",
    "NORTH-AMERICA": "US CA MX",
    "LATIN-AMERICA": ("AR BO BR CL CO CR CU DO EC GT HN HT MX NI PA PE PR PY SV UY VE GF BZ GY SR"),
    "MIDDLE-EAST": "AE BH CY EG IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    "GCC": "AE BH KW OM QA SA",
    "ASEAN": "BN ID KH LA MM MY PH SG TH TL VN",
    "ANZ": "AU NZ",
}

Territories = int
"""A set of countries: the bit of each is set."""


class UnknownTerritory(ValueError):
    """A word is no country and no group."""


@cache
def _bits() -> Mapping[str, int]:
    return {
        code: 1 << place for place, code in enumerate(sorted(each.alpha2 for each in countries))
    }


@cache
def territory(word: str) -> Territories:
    """The countries that a word stands for: ``DE``, ``DEU``, ``DACH``, ``WORLD``.

    Raises:
        UnknownTerritory: it stands for none.
    """
    code = "-".join(word.strip().upper().replace("_", " ").split())
    bits = _bits()
    if code == WORLD:
        return sum(bits.values())
    if code in bits:
        return bits[code]
    if code in _GROUPS:
        return sum(bits[each] for each in _GROUPS[code].split())
    for country in countries:
        if code == country.alpha3:
            return bits[country.alpha2]
    raise UnknownTerritory(
        f"{word[:40]} is no territory; use a country's code such as DE, one of "
        f"{', '.join(sorted(_GROUPS))}, or {WORLD}."
    )


def territories(words: Iterable[str]) -> Territories:
    """The countries that some words stand for together; raises UnknownTerritory."""
    found = 0
    for word in words:
        found |= territory(word)
    return found


def codes(found: Territories) -> Iterator[str]:
    """The codes of a set of countries, in alphabetical order."""
    return (code for code, bit in _bits().items() if found & bit)


@lru_cache(4096)
def said(found: Territories) -> str:
    """A set of countries in as few words as stand for it."""
    left, words = found, []
    for name in (WORLD, *sorted(_GROUPS, key=lambda each: -territory(each).bit_count())):
        group = territory(name)
        if group & left == group:
            words.append(name)
            left &= ~group
    return ", ".join([*words, *codes(left)]) or "nowhere"
