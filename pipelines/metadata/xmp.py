"""XMP packets (ISO 16684-1): RDF/XML into plain texts, lists and structures.

A packet needs no document type declaration; one that has any is refused, so entities can
neither grow nor fetch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

MOST_BYTES = 32 * 1024 * 1024
"""Largest packet that is read; the history of a much edited file may fill megabytes."""

_DEPTH = 24
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML = "{http://www.w3.org/XML/1998/namespace}"
DEFAULT_LANGUAGE = "x-default"
_RESOURCES = frozenset({f"{_RDF}Description", "{http://creativecommons.org/ns#}Work"})
"""What RDF describes; Inkscape writes the second into drawings."""

MAGPIE_NAMESPACE = "urn:x-magpie:record/1.0/"
"""Of the properties for which no standard has a name; sidecars that Magpie writes use it."""

_PREFIXES = {
    MAGPIE_NAMESPACE: "magpie",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/bj/": "xmpBJ",
    "http://ns.adobe.com/xap/1.0/sType/Job#": "stJob",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xap/1.0/g/img/": "xmpGImg",
    "http://ns.adobe.com/xmp/note/": "xmpNote",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://ns.adobe.com/lightroom/1.0/": "lr",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://creativecommons.org/ns#": "cc",
    "http://www.metadataworkinggroup.com/schemas/regions/": "mwg-rs",
    "http://www.metadataworkinggroup.com/schemas/keywords/": "mwg-kw",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.2/": "MP",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo#": "MPRI",
    "http://ns.microsoft.com/photo/1.2/t/Region#": "MPReg",
    "http://www.microsoft.com/photo/1.2/t/RegionInfo#": "MPRI",
    "http://www.microsoft.com/photo/1.2/t/Region#": "MPReg",
}
NAMESPACES = {prefix: namespace for namespace, prefix in reversed(_PREFIXES.items())}
"""The namespace of each known prefix; of two, the one that programs write today."""

_START = re.compile(rb"<(?:[\w.-]+:)?(?:xmpmeta|xapmeta|RDF)[\s>]")
_END = re.compile(rb"</(?:[\w.-]+:)?(?:xmpmeta|xapmeta|RDF)\s*>")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
_UTF_16 = (b"\xfe\xff", b"\xff\xfe", b"<\0", b"\0<")


class Languages(dict[str, str]):
    """A text in several languages; ``x-default`` first where there is one."""


Node = str | Languages | list["Node"] | dict[str, "Node"]
"""A text, a text in languages, a list, or a structure."""


def parse_xmp(packet: bytes) -> dict[str, Node]:
    """The properties of a packet, named with the usual prefixes (``dc:title``).

    Properties of unknown namespaces are left out.

    Raises:
        ValueError: this is no XMP, or is damaged.
    """
    return properties_in(_root(packet))


def properties_in(root: Element) -> dict[str, Node]:
    """The properties in a tree of XML, as ``parse_xmp`` gives them.

    Raises:
        ValueError: there is no RDF in it.
    """
    rdf = root if root.tag == f"{_RDF}RDF" else root.find(f".//{_RDF}RDF")
    if rdf is None:
        raise ValueError("no RDF in the packet")
    properties: dict[str, Node] = {}
    for description in rdf:
        if description.tag in _RESOURCES:
            for name, node in _members(description, 0):
                if not name.startswith("{"):
                    properties.setdefault(name, node)
    return properties


def texts(node: Node | None) -> list[str]:
    """All texts of a node: one, the items of a list, or the default language; none is empty."""
    if node is None:
        return []
    if isinstance(node, str):
        return [node] if node else []
    if isinstance(node, Languages):
        return texts(next(iter(node.values()), ""))
    if isinstance(node, list):
        return [text for item in node for text in texts(item)]
    return texts(node.get("rdf:value"))


def items(node: Node | None) -> list[dict[str, Node]]:
    """The structures in a node: one, or the items of a list."""
    if isinstance(node, list):
        return [item for each in node for item in items(each)]
    return [node] if isinstance(node, dict) and not isinstance(node, Languages) else []


def _root(packet: bytes) -> Element:
    if packet.startswith(_UTF_16):
        text = packet.decode("utf-16" if packet[:1] >= b"\xfe" else _order(packet), "replace")
        packet = text.encode("utf-8")
    start = _START.search(packet)
    ends = list(_END.finditer(packet))
    if start is None or not ends:
        raise ValueError("no XMP in the packet")
    packet = packet[start.start() : ends[-1].end()]
    if len(packet) > MOST_BYTES or _DOCTYPE.search(packet):
        raise ValueError("a packet that is too large, or declares a document type")
    try:
        return fromstring(packet)  # noqa: S314 - without declarations there are no entities
    except ParseError:
        try:
            text = _CONTROLS.sub(b"", packet).decode("utf-8", "replace")
            return fromstring(text)  # noqa: S314
        except ParseError as error:
            raise ValueError("damaged XML in the packet") from error


def _order(packet: bytes) -> str:
    return "utf-16-le" if packet[1:2] == b"\0" else "utf-16-be"


def _members(element: Element, depth: int) -> Iterator[tuple[str, Node]]:
    """Properties of a resource, which may stand as attributes or as elements."""
    for key, value in element.attrib.items():
        if not key.startswith((_RDF, _XML)) and key.startswith("{"):
            yield _name(key), value.strip()
        elif key == f"{_RDF}value":
            yield "rdf:value", value.strip()
    for child in element:
        if isinstance(child.tag, str):
            yield _name(child.tag), _node(child, depth + 1)


def _name(tag: str) -> str:
    """``prefix:name`` of a known namespace, ``{namespace}name`` of others."""
    namespace, _, local = tag[1:].partition("}")
    if tag.startswith(_RDF):
        return f"rdf:{local}"
    prefix = _PREFIXES.get(namespace)
    return f"{prefix}:{local}" if prefix else tag


def _node(element: Element, depth: int) -> Node:
    """The value of a property element (ISO 16684-1, 7.4 to 7.9)."""
    if depth > _DEPTH:
        return ""
    resource = element.get(f"{_RDF}resource")
    if resource is not None:
        return resource
    if element.get(f"{_RDF}parseType") == "Resource":
        return dict(_members(element, depth))
    child = next((each for each in element if isinstance(each.tag, str)), None)
    if child is None:
        shorthand = dict(_members(element, depth))
        return shorthand or (element.text or "").strip()
    if child.tag in {f"{_RDF}Bag", f"{_RDF}Seq", f"{_RDF}Alt"}:
        return _list(child, depth)
    if child.tag == f"{_RDF}Description":
        return dict(_members(child, depth))
    return dict(_members(element, depth))


def _list(container: Element, depth: int) -> Node:
    entries = [each for each in container if each.tag == f"{_RDF}li"]
    nodes = [_node(each, depth + 1) for each in entries]
    if container.tag != f"{_RDF}Alt" or not all(isinstance(node, str) for node in nodes):
        return nodes
    languages = Languages()
    for each, node in zip(entries, nodes, strict=True):
        assert isinstance(node, str)
        languages.setdefault(each.get(_LANG, DEFAULT_LANGUAGE), node)
    if DEFAULT_LANGUAGE in languages:
        languages = Languages({DEFAULT_LANGUAGE: languages[DEFAULT_LANGUAGE]} | languages)
    return languages
