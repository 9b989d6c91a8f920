"""What the styles of a Word document say about a paragraph (ECMA-376 part 1, 17.7)."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from pipelines.readers.markup import attribute, child, descendants

_HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo)\s*[1-9]|title|subtitle", re.I)
_LIST = re.compile(r"list (?:bullet|number)\s*([1-9]?)", re.I)
_BODY_LEVEL = 9
_MOST_PARENTS = 20
_OFF = frozenset({"0", "false", "off"})


class Look(NamedTuple):
    """What a paragraph is.

    Attributes:
        heading: whether it is a heading.
        level: depth of a list item from 0; None for what is no item.
    """

    heading: bool
    level: int | None


class Styles:
    """The styles of one document; None for a document without any."""

    def __init__(self, root: Element | None) -> None:
        self._by_id: dict[str, Element] = {}
        if root is not None:
            self._by_id = {attribute(s, "styleId"): s for s in descendants(root, "style")}
        self._known: dict[str, Look] = {}

    def look(self, paragraph: Element) -> Look:
        """What a paragraph is, by its own properties and its style's."""
        own = child(paragraph, "pPr")
        if own is None:
            return Look(False, None)
        style = child(own, "pStyle")
        by_style = self._of_style(attribute(style, "val") if style is not None else "")
        heading, level = _outline(own), _list_level(own)
        return Look(by_style.heading if heading is None else heading, _first(level, by_style.level))

    def hides(self, run: Element) -> bool:
        """Whether a run is formatted as hidden."""
        vanish = child(run, "rPr", "vanish")
        return vanish is not None and attribute(vanish, "val") not in _OFF

    def _of_style(self, style_id: str) -> Look:
        if style_id not in self._known:
            self._known[style_id] = self._inherited(style_id)
        return self._known[style_id]

    def _inherited(self, style_id: str) -> Look:
        heading: bool | None = None
        level: int | None = None
        for _ in range(_MOST_PARENTS):
            style = self._by_id.get(style_id)
            if style is None:
                break
            name = child(style, "name")
            title = attribute(name, "val") if name is not None else ""
            found = _LIST.match(title)
            if heading is None:
                own = child(style, "pPr")
                by_level = None if own is None else _outline(own)
                heading = True if _HEADING.fullmatch(title.strip()) else by_level
            if level is None and found:
                level = int(found.group(1) or 1) - 1
            parent = child(style, "basedOn")
            style_id = attribute(parent, "val") if parent is not None else ""
        return Look(bool(heading), None if heading else level)


def _outline(properties: Element) -> bool | None:
    level = child(properties, "outlineLvl")
    if level is None:
        return None
    return _number(attribute(level, "val"), _BODY_LEVEL) < _BODY_LEVEL


def _list_level(properties: Element) -> int | None:
    numbered = child(properties, "numPr", "numId")
    if numbered is None or attribute(numbered, "val") == "0":
        return None
    level = child(properties, "numPr", "ilvl")
    return _number(attribute(level, "val"), 0) if level is not None else 0


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() else otherwise


def _first(one: int | None, other: int | None) -> int | None:
    return other if one is None else one
