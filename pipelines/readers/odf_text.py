"""Text of OpenDocument paragraphs and cells (ISO/IEC 26300-1, 6 and 9)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.readers.markup import attribute, child, descendants, local

_SPACES = {"tab": "\t", "line-break": "\n"}
_BESIDE = frozenset({"annotation", "frame", "custom-shape", "note-citation", "g", "rect"})
_MOST_REPEATS = 1_000


def paragraph_text(element: Element) -> str:
    """The text of a paragraph; notes stand in brackets, frames and comments are left out."""
    return "".join(_pieces(element))


def cell_text(cell: Element) -> str:
    """The text of a table cell, its paragraphs, lists and inner tables in order."""
    return " ".join(filter(None, (paragraph_text(found).strip() for found in _paragraphs(cell))))


def repeats(element: Element, name: str) -> int:
    """How often a cell or row stands there, bounded: sheets end in a million empty rows."""
    text = attribute(element, name, "1")
    return min(int(text), _MOST_REPEATS) if text.isdecimal() else 1


def hidden_tables(content: Element) -> frozenset[str]:
    """Names of automatic styles that hide a sheet."""
    names = set()
    for style in descendants(content, "style"):
        properties = child(style, "table-properties")
        if properties is not None and attribute(properties, "display") == "false":
            names.add(attribute(style, "name"))
    return frozenset(names)


def _paragraphs(element: Element) -> Iterator[Element]:
    for found in element:
        kind = local(found)
        if kind in {"p", "h"}:
            yield found
        elif kind != "annotation":
            yield from _paragraphs(found)


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for found in element:
        kind = local(found)
        if kind == "s":
            count = attribute(found, "c", "1")
            yield " " * (min(int(count), _MOST_REPEATS) if count.isdecimal() else 1)
        elif kind in _SPACES:
            yield _SPACES[kind]
        elif kind == "note":
            yield f" [{' '.join(paragraph_text(p) for p in _paragraphs(found)).strip()}]"
        elif kind not in _BESIDE:
            yield from _pieces(found)
        yield found.tail or ""
