"""Whether a summary that a language model wrote may stand: only with what its source says.

Numbers, dates and names are looked for in the source. Text that was made to misguide the model
is no danger to the check: whatever the model was talked into, what it made up is not there.
What is turned into its opposite, or left out, is not noticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.stop_words import STOP_WORDS
from pipelines.documents.fields.dates import find_dates

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_OPENS = re.compile(r"(?:^|[.!?:;]\s+|\n\s*[-*•]?\s*)(?=[^\W\d_])")
_UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_LARGER = {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
}
_SPOKEN = {word: number for number, word in enumerate(_UNITS.split(), 1)} | _LARGER
_NO_NUMBERS = frozenset({"one"})
_OPENING_WORDS = (
    "additionally after also although among before both despite document during each either "
    "employees finally first following furthermore however including instead key many moreover "
    "most neither new next other overall parties people recently second several since some "
    "specifically summary text thus together under unless until while without"
)
_OPENERS = frozenset(_OPENING_WORDS.split())
"""Words at the beginning of a sentence that are no names."""


def unsupported(written: str, source: str) -> tuple[str, ...]:
    """Numbers, dates, names and addresses of a written summary that its source does not hold.

    Whoever lets a model write a summary takes it only if there are none; the extractive one
    stands otherwise, these being the reason.
    """
    words = set(_WORD.findall(source.casefold()))
    days = {found.day for found in find_dates(source, day_comes_first=True)}
    missing, rest = [], written
    for match in _ADDRESS.finditer(written):
        if match.group().rstrip(".,;)") not in source:
            missing.append(match.group())
        rest = rest.replace(match.group(), " ")
    for found in find_dates(rest, day_comes_first=True):
        stands = rest[found.start : found.end]
        if found.day not in days:
            missing.append(stands)
    for found in reversed(list(find_dates(rest, day_comes_first=True))):
        rest = f"{rest[: found.start]} {rest[found.end :]}"
    numbers = set(_NUMBER.findall(source))
    missing += [number for number in _NUMBER.findall(rest) if number not in numbers]
    missing += _spoken(rest, words, numbers)
    missing += _names(rest, words)
    return tuple(dict.fromkeys(missing))


def cleaned(written: str) -> str:
    """A written text without control characters and needless white space."""
    lines = (" ".join(line.split()) for line in _CONTROL.sub("", written).splitlines())
    return "\n".join(line for line in lines if line)


def _spoken(written: str, words: set[str], numbers: set[str]) -> Iterator[str]:
    """Numbers written as words, of which the source holds neither the word nor the number."""
    for word in _WORD.findall(written.casefold()):
        value = _SPOKEN.get(word)
        if value is None or word in _NO_NUMBERS or word in words:
            continue
        if str(value) not in numbers:
            yield word


def _names(written: str, words: set[str]) -> Iterator[str]:
    """Words with a capital letter that the source lacks."""
    opening = {match.end() for match in _OPENS.finditer(written)}
    ordinary = STOP_WORDS["english"] | STOP_WORDS["german"] | _OPENERS
    for match in _WORD.finditer(written):
        word = match.group()
        plain = word.casefold().removesuffix("'s").removesuffix("’s")
        if not word[0].isupper() or plain in words or word.casefold() in words:
            continue
        if match.start() in opening and plain in ordinary:
            continue
        yield word
