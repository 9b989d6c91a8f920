"""Phrases in quotes, and names of this library."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.sentence.text import NO, Hit, Text

_SAYS = {
    "creator": r"by|von|photographer|fotograf(?:in)?|author|(?:shot|taken)\sby|aufgenommen\svon",
    "campaign": r"campaign|kampagne",
    "collection": r"collection|sammlung|album|folder|ordner",
    "product_line": r"product\sline|produktlinie|line|linie|serie|series",
}
"""Words that say what a name is a name of."""

_JOINS = r"for|für|from|aus|zur|in|of|von|zu|der|the"
_ARTICLE = r"(?:(?:the|der|die|dem|den|our|unserer?)\s)?"


def quoted(text: Text) -> Iterator[Hit]:
    """Phrases in quotes and minus words are searched as they stand."""
    for match in re.finditer(r"[\"“„][^\"“”„]+[\"”“]|(?:(?<=\s)|^)-\w[\w-]*", text.lower):
        yield *match.span(), ()


def named(text: Text) -> Iterator[Hit]:
    """Names, where a word beside them says what they name."""
    for field, names in text.names.by_field.items():
        for name in sorted(names, key=len, reverse=True):
            value = f'"{name}"' if " " in name else name
            for match in re.finditer(_pattern(field, name), text.lower):
                yield *match.span(), (f"{'-' if match['no'] else ''}{field}:{value}",)


def _pattern(field: str, name: str) -> str:
    says = _SAYS.get(field, re.escape(field))
    words = re.escape(name.lower()).replace(r"\ ", r"\s")
    joined = rf"(?:(?:{_JOINS})\s)?{_ARTICLE}"
    before = rf"{joined}(?:{says})\s{_ARTICLE}{words}"
    after = rf"{joined}{words}[-\s](?:{says})"
    found = f"{before}|{after}"
    if field == "creator":
        found += (
            rf"|(?:(?:die|that|which)\s)?{words}\s(?:gemacht|aufgenommen|fotografiert|geschossen)(?:\shat)?"
            rf"|did\s{words}\s(?:shoot|take|make|film)|{words}['’]s(?=\s)"
        )
    return rf"(?<!\w)(?P<no>{NO}\s)?(?:{found})(?!\w)"
