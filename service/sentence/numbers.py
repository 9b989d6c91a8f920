"""Numbers and bounds in words."""

from __future__ import annotations

import re

LEAST = (
    r"(?:at\sleast|min(?:imum|dest(?:ens)?|\.)?|no\s(?:less|fewer|smaller|shorter)\sthan|"
    r"wenigstens|from|ab|>=|≥)"
)
MOST = (
    r"(?:(?:no|not)\s(?:more|bigger|larger|longer|wider|older)\sthan|nicht\s(?:mehr|größer|länger|breiter)"
    r"\sals|at\smost|max(?:imum|imal|\.)?|up\sto|höchstens|bis\szu|<=|≤)"
)
MORE = (
    r"(?:(?:more|larger|bigger|wider|higher|taller|longer|better)\sthan|over|above|(?:mehr|größer|breiter|"
    r"höher|länger|besser)\sals|über|>)"
)
LESS = (
    r"(?:(?:less|smaller|shorter|fewer|narrower|lower)\sthan|under|below|(?:weniger|kleiner|kürzer|"
    r"schmaler|niedriger)\sals|unter|<)"
)
BOUND = rf"(?:{LEAST}|{MOST}|{MORE}|{LESS})"
"""Words for a bound; what excludes another comes first."""

MORE_AFTER = (
    r"(?:or\s(?:more|longer|larger|wider|better)|and\s(?:up|more|above)|oder\s(?:mehr|länger|größer|besser)|"
    r"und\s(?:mehr|besser)|plus)"
)
LESS_AFTER = (
    r"(?:or\s(?:less|shorter|smaller|fewer)|oder\s(?:weniger|kürzer|kleiner)|max(?:imum|imal)?)"
)

_WORDS = {
    word: number
    for number, words in enumerate(
        [
            "one a an ein eine einem einer eines",
            "two zwei",
            "three drei",
            "four vier",
            "five fünf",
            "six sechs",
            "seven sieben",
            "eight acht",
            "nine neun",
            "ten zehn",
        ],
        1,
    )
    for word in words.split()
}
COUNT = rf"(?:\d{{1,3}}|{'|'.join(_WORDS)})"
NUMBER = rf"(?:\d{{1,3}}(?:[.,]\d{{3}})+|\d+(?:[.,]\d+)?|half\san?|eine\shalbe|{'|'.join(_WORDS)})"


def value(word: str) -> float:
    """The number that a word or figure stands for."""
    if word in _WORDS:
        return _WORDS[word]
    if word.startswith(("half", "eine")):
        return 0.5
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", word):
        return float(re.sub(r"[.,]", "", word))
    return float(word.replace(",", "."))


def sign(words: str) -> str:
    """The sign of a bound."""
    for pattern, found in ((LEAST, ">="), (MOST, "<="), (MORE, ">"), (LESS, "<")):
        if re.fullmatch(pattern, words):
            return found
    raise ValueError(f"{words} is no bound")
