"""SVG without what can run, fetch or grow: a tree that is safe to draw.

Scripts, event handlers, foreign content, animations, external references and pictures that
are too large are taken out; entities are only ever plain text.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from xml.etree.ElementTree import Element, ParseError, fromstring

from PIL import Image

from pipelines.readers.base import Unreadable
from pipelines.text_decoding import decode

_XLINK = "{http://www.w3.org/1999/xlink}href"
_FORBIDDEN = frozenset(
    {"script", "foreignObject", "iframe", "audio", "video", "embed", "object", "handler"}
)
_MOST_DEPTH = 250
_MOST_DRAWN = 100_000
_MOST_ENTITIES = 200
_MOST_ENTITY_TEXT = 2_000_000
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[(.*?)\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\s+([\w.-]+)\s+(?:\"([^\"&%<]*)\"|'([^'&%<]*)')\s*>")
_REFERENCE = re.compile(r"&([A-Za-z_][\w.-]*);")
_DATA_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,", re.IGNORECASE)


def parse_svg(data: bytes) -> Element:
    """The root element.

    Plain text entities, which Illustrator writes for its namespaces, are filled in.

    Raises:
        Unreadable: it is not well formed, or declares other entities, as bombs do.
    """
    text = decode(data)[0]
    text = _DECLARATION.sub("", text, count=1)
    doctype = _DOCTYPE.search(text)
    if doctype is not None:
        entities = _entities(doctype.group(1) or "")
        text = text[: doctype.start()] + text[doctype.end() :]
        if entities:
            text = _filled(text, entities)
    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise _refused()
    try:
        return fromstring(text)  # noqa: S314 - declarations are gone, so there are no entities
    except (ParseError, ValueError) as error:
        raise Unreadable(
            "corrupt", "The SVG is damaged and cannot be read; upload a sound copy."
        ) from error


def make_inert(root: Element, most_pixels: int) -> bool:
    """Take out of a tree what is not drawn from itself; whether the rest is safe to draw.

    It is not where elements that repeat others would draw more than can be drawn in bounded
    time, or where it is nested too deeply.
    """
    level, depth = [root], 0
    while level:
        depth += 1
        if depth > _MOST_DEPTH:
            return False
        for element in level:
            for child in list(element):
                if local(child) in _FORBIDDEN or not isinstance(child.tag, str):
                    element.remove(child)
            _clean(element, most_pixels)
        level = [child for element in level for child in element]
    return _drawn(root) <= _MOST_DRAWN


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _refused() -> Unreadable:
    return Unreadable(
        "unsupported",
        "The SVG declares XML entities that are refused; save it again without them.",
    )


def _entities(subset: str) -> dict[str, str]:
    """Entities that stand for plain text.

    Raises:
        Unreadable: there are others, or too many.
    """
    found = {name: double or single for name, double, single in _ENTITY.findall(subset)}
    if subset.count("<!ENTITY") != len(found) or len(found) > _MOST_ENTITIES:
        raise _refused()
    return found


def _filled(text: str, entities: dict[str, str]) -> str:
    grown = sum(len(entities.get(match.group(1), "")) for match in _REFERENCE.finditer(text))
    if grown > _MOST_ENTITY_TEXT:
        raise _refused()
    return _REFERENCE.sub(lambda match: entities.get(match.group(1), match.group(0)), text)


def _clean(element: Element, most_pixels: int) -> None:
    for name in list(element.attrib):
        plain = name.rpartition("}")[2].lower()
        unsafe = plain.startswith("on") or (
            plain == "href" and not _is_inside(element.attrib[name].strip(), most_pixels)
        )
        if unsafe:
            del element.attrib[name]


def _is_inside(target: str, most_pixels: int) -> bool:
    """Whether a reference points to the same file, or holds a picture of bearable size."""
    if target.startswith("#"):
        return True
    start = _DATA_PICTURE.match(target)
    if start is None:
        return False
    try:
        data = base64.b64decode(target[start.end() :])
        image = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP"))
    except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError):
        return False
    return image.width * image.height <= most_pixels


def _drawn(root: Element) -> int:
    """How many elements are drawn, each ``use`` counted as what it repeats."""
    by_id = {element.get("id"): element for element in root.iter()}
    known: dict[Element, int] = {}

    def count(element: Element, depth: int) -> int:
        if element in known:
            return known[element]
        known[element] = 1
        total = 1 + sum(count(child, depth + 1) for child in element)
        target = element.get("href") or element.get(_XLINK) or ""
        repeated = by_id.get(target[1:]) if target.startswith("#") else None
        if repeated is not None and depth < 2 * _MOST_DEPTH:
            total += count(repeated, depth + 1)
        known[element] = min(total, _MOST_DRAWN + 1)
        return known[element]

    return count(root, 0)
