"""What contracts say around the names of their parties: what kind of body it is, its role.

``Acme, a company registered in Ireland, whose registered office is at ... (the Seller)``
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BODIES = (
    r"(?:company|corporation|partnership|association|foundation|charity|society|trust|firm|"
    r"entity|university|institute|institution|cooperative|agency|body|individual|person|"
    r"gmbh|aktiengesellschaft|gesellschaft|vennootschap|soci[eé]t[eé])"
)
DESCRIPTION = rf"(?:an?|eine?)\s+(?:[\w.\-’']+,?\s+){{0,6}}?(?i:{_BODIES})\b"
"""The words that follow a name and say what it is."""

ROLE = (
    r"\(\s*(?:[^()]{0,60}[\s,])?(?:the|each|an?)\s+"
    r"[\"“”'‘’]?[A-Z][\w &.\-]{1,40}[\"“”'‘’]?\s*\)"
)
"""What the name is called from there on, in brackets."""

_DESCRIBED = re.compile(rf"\s*,?\s*{DESCRIPTION}")
_ROLE = re.compile(rf"[^()]*?{ROLE}")
_NUMBERED = re.compile(r"(?:^|\n)\s*\(?(?:\d{1,2}|[A-Za-z]|[ivIV]{1,3})[).]\s*$")
_BETWEEN = re.compile(r"\b(?:between|among|parties|zwischen|parteien|entre|tussen)\b", re.I)
_BEHIND, _BEFORE = 320, 420


def party_features(text: str, start: int, end: int) -> Iterator[str]:
    """What speaks for a name being a party, as features (see ``features``)."""
    behind = text[end : end + _BEHIND]
    if _DESCRIBED.match(behind) is None:
        return
    yield "described"
    before = text[max(0, start - _BEFORE) : start]
    if _ROLE.match(behind):
        yield "described-role"
    if _NUMBERED.search(before):
        yield "described-numbered"
    if _BETWEEN.search(before):
        yield "described-between"
