"""Names of jurisdictions: states, provinces and countries whose law contracts choose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STATES = """Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|
District of Columbia|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|
Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|
New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|
Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|
Washington|West Virginia|Wisconsin|Wyoming|Puerto Rico"""
_OTHERS = """England and Wales|England|Scotland|Northern Ireland|Wales|United Kingdom|Ireland|
Germany|Federal Republic of Germany|Austria|Switzerland|France|Netherlands|Belgium|Luxembourg|
Italy|Spain|Portugal|Denmark|Sweden|Norway|Finland|Poland|Czech Republic|Hungary|Greece|Romania|
Israel|India|Singapore|Malaysia|Hong Kong|Japan|China|People's Republic of China|Taiwan|
South Korea|Republic of Korea|Thailand|Indonesia|Philippines|Vietnam|Turkey|
United Arab Emirates|Dubai|Saudi Arabia|South Africa|Nigeria|Kenya|Egypt|Brazil|Mexico|Argentina|
Chile|Colombia|Peru|Australia|New South Wales|Victoria|Queensland|Western Australia|New Zealand|
Canada|Ontario|Quebec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|New Brunswick|
Bermuda|Cayman Islands|British Virgin Islands|Jersey|Guernsey|Isle of Man|Marshall Islands|Liberia|
Cyprus|Malta|Deutschland|Österreich|Schweiz|Bundesrepublik Deutschland"""
_ALIASES = {
    "deutschland": "Germany", "bundesrepublik deutschland": "Germany",
    "federal republic of germany": "Germany", "österreich": "Austria", "schweiz": "Switzerland",
    "people's republic of china": "China", "republic of korea": "South Korea",
}  # fmt: skip
_NAMES = [name.strip() for name in f"{_STATES}|{_OTHERS}".replace("\n", "").split("|")]
_CANONICAL = {name.lower(): name for name in _NAMES} | _ALIASES
_PLACE = re.compile(
    r"(?<!\w)(?:"
    + "|".join(
        re.escape(name).replace(r"\ ", r"\s+") for name in sorted(_NAMES, key=len, reverse=True)
    )
    + r")(?!\w)",
    re.IGNORECASE,
)


class FoundPlace(NamedTuple):
    """A jurisdiction in a text: its characters, its name."""

    start: int
    end: int
    name: str


def find_jurisdictions(text: str) -> Iterator[FoundPlace]:
    """Jurisdictions named in a text, written with capitals."""
    for match in _PLACE.finditer(text):
        if match.group()[0].isupper():
            name = _CANONICAL[" ".join(match.group().lower().split())]
            yield FoundPlace(match.start(), match.end(), name)
