"""XML without its dangers: no entities, no external files; names without namespaces."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError

from pipelines.readers.base import Unreadable
from pipelines.text_decoding import decode

if TYPE_CHECKING:
    from pipelines.readers.zipped import Archive

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse_xml(data: bytes) -> Element:
    """The root element of an XML document.

    Raises:
        Unreadable: it is not well formed, or declares entities, as bombs do.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if data.startswith(_UTF_16):
        # The declaration often names another encoding than the one that the file is in.
        data = _DECLARATION.sub("", decode(data)[0]).encode("utf-8", "replace")
    try:
        root: Element = fromstring(data)
    except DefusedXmlException as error:
        raise Unreadable(
            "unsupported", "The file declares XML entities, which are refused; save it without."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(
            "corrupt", "The file holds damaged XML and cannot be read; upload a sound copy."
        ) from error
    return root


def part(archive: Archive, name: str) -> Element | None:
    """The root element of an XML file inside an archive; None if it is not there."""
    return parse_xml(archive.read(name)) if name in archive else None


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str, default: str = "") -> str:
    """The value of an attribute, whatever its namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return default


def child(element: Element | None, *names: str) -> Element | None:
    """The first child of a name, then its first child of the next name, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((found for found in element if local(found) == name), None)
    return element


def descendants(element: Element, name: str) -> Iterator[Element]:
    """All elements of a name below an element."""
    return (found for found in element.iter() if local(found) == name)


def words(element: Element) -> str:
    """All text below an element, as it stands."""
    return "".join(element.itertext())
