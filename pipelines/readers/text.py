"""Plain text, Markdown and other light markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.analysis import Analysis, Value
from pipelines.passages import Section, passages
from pipelines.readers import light_markup
from pipelines.readers.base import InputFile
from pipelines.text_decoding import decode

MEDIA_TYPES = frozenset({"text/*", "application/json", "application/yaml"})

_BYTES_PER_CHARACTER = 4
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*$.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.M | re.S)
_HEADING = re.compile(
    r"^ {0,3}#{1,6}[ \t]+(?P<atx>[^\n]*?)[ \t]*#*[ \t]*$"
    r"|^(?P<setext>[^\s#>\-*+=][^\n]*)\n {0,3}(?:=+|-{2,})[ \t]*$",
    re.M,
)


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield one part: the passages of the text, and the first heading as the title.

    Character spans count in the decoded text with ``\\n`` for every line end.
    """
    most = file.limits.text_chars
    with file.path.open("rb") as stream:
        data = stream.read(most * _BYTES_PER_CHARACTER)
        cut = bool(stream.read(1))
    text = decode(data)[0]
    warnings: tuple[str, ...] = ()
    if cut or len(text) > most:
        text = text[:most]
        warnings = (f"Only the first {most:,} characters were read.",)
    find = _HEADINGS.get(file.media_type)
    sections = find(text) if find else ()
    title = next((section.title for section in sections), "")
    yield Analysis(
        kind="document",
        media_type=file.media_type,
        values=(Value("title", title, "embedded", model="first heading"),) if title else (),
        units=tuple(passages(text, sections=sections)),
        warnings=warnings,
    )


def headings(text: str) -> tuple[Section, ...]:
    """Where the headings of Markdown stand, those inside fenced code left out."""
    fenced = [match.span() for match in _FENCE.finditer(text)]
    found = []
    at = 0
    for match in _HEADING.finditer(text):
        while at < len(fenced) and fenced[at][1] <= match.start():
            at += 1
        if at < len(fenced) and fenced[at][0] <= match.start():
            continue
        title = (match["atx"] or match["setext"] or "").strip()
        if title:
            found.append(Section(match.start(), title))
    return tuple(found)


_HEADINGS = {**light_markup.HEADINGS, "text/markdown": headings}
