"""Headings of light markup: reStructuredText, Org, AsciiDoc and LaTeX; their text stays."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipelines.passages import Section

_RST = re.compile(
    r"^(?:([=\-`:'\"~^_*+#<>.])\1{2,}[ \t]*\n)?"
    r"(?P<title>[^\s=\-`:'\"~^_*+#<>.|][^\n]{0,200})\n([=\-`:'\"~^_*+#<>.])\3{2,}[ \t]*$",
    re.M,
)
_ORG = re.compile(
    r"^(?:\*+[ \t]+|#\+title:[ \t]*)(?P<title>[^\n]+?)(?:[ \t]+:[\w:]+:)?[ \t]*$", re.M | re.I
)
_ASCIIDOC = re.compile(r"^={1,6}[ \t]+(?P<title>[^\n]+?)[ \t]*=*[ \t]*$", re.M)
_LATEX = re.compile(
    r"\\(?:title|part|chapter|section|subsection|subsubsection)\*?(?:\[[^\]\n]*\])?\{(?P<title>[^{}\n]+)\}"
)


def rst_headings(text: str) -> tuple[Section, ...]:
    """Titles with a line of punctuation below them (docutils, section structure)."""
    return _found(_RST, text)


def org_headings(text: str) -> tuple[Section, ...]:
    """Lines that begin with stars, and the title."""
    return _found(_ORG, text)


def asciidoc_headings(text: str) -> tuple[Section, ...]:
    """Lines that begin with equals signs."""
    return _found(_ASCIIDOC, text)


def latex_headings(text: str) -> tuple[Section, ...]:
    """Arguments of sectioning commands."""
    return _found(_LATEX, text)


def _found(pattern: re.Pattern[str], text: str) -> tuple[Section, ...]:
    return tuple(
        Section(match.start("title"), match["title"].strip()) for match in pattern.finditer(text)
    )


HEADINGS: dict[str, Callable[[str], tuple[Section, ...]]] = {
    "text/x-rst": rst_headings,
    "text/org": org_headings,
    "text/asciidoc": asciidoc_headings,
    "text/x-tex": latex_headings,
}
"""Functions that find the headings, by media type."""
