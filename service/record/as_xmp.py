"""A record as an XMP sidecar (ISO 16684-1), and back.

Standard properties where there are any, ``magpie:NAME`` for the rest. What only machines
fill (camera, place by satellite) is not written: it stands in the file, or should not travel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast, get_args
from xml.sax.saxutils import escape

from pipelines.analysis import AssetKind, Value
from pipelines.metadata.xmp import NAMESPACES, Languages, Node, items, parse_xmp, texts
from pipelines.metadata.xmp_fields import property_values
from service.record.contents import canonical, clean_text, language_tag
from service.record.entries import Key
from service.record.errors import InvalidFile, InvalidValue
from service.record.field import Content, Field
from service.record.fieldset import FieldSet
from service.record.records import Record

_ORDERED = frozenset({"dc:creator", "plus:Licensor", "plus:Licensee"})
_TRANSLATED = frozenset(
    {
        "Iptc4xmpExt:Event",
        "Iptc4xmpExt:ProductName",
        "Iptc4xmpExt:AOTitle",
        "Iptc4xmpExt:WorldRegion",
        "Iptc4xmpExt:AIPromptInformation",
        "exif:UserComment",
    }
)
"""Texts by language in the standard, of which the record holds one."""

_LISTED = frozenset({"dc:type"})
_SINGLE = frozenset({"Iptc4xmpCore:CreatorContactInfo"})
"""Structures of which there is one; of the others there are lists."""


def to_xmp(record: Record, fields: FieldSet) -> bytes:
    """A record as the bytes of a sidecar, in UTF-8."""
    body = "".join(_properties(record, fields))
    used = sorted(prefix for prefix in NAMESPACES if f"<{prefix}:" in body)
    spaces = "".join(f'\n    xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in used)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'  <rdf:Description rdf:about=""{spaces}>\n{body}  </rdf:Description>\n'
        ' </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>\n'
    ).encode()


def from_xmp(packet: bytes, fields: FieldSet) -> Record:
    """The record of a sidecar, of Magpie or of any other program.

    What does not fit its field is left out, as it is when a file is read.

    Raises:
        InvalidFile: it is no XMP, or is damaged.
    """
    try:
        found = parse_xmp(packet)
    except ValueError as error:
        raise InvalidFile(f"This is no sound XMP file ({error}); export it once more.") from error
    others: dict[str, Value] = {}
    for value in property_values(found):
        others.setdefault(value.name, value)
    contents: dict[Key, Content] = {}
    for field in fields:
        if field.writable:
            contents |= _read(field, found, others.get(field.name))
    kind = _one(found, "magpie:kind")
    return Record(
        _one(found, "magpie:asset_id"),
        _one(found, "magpie:file_name"),
        cast("AssetKind", kind) if kind in get_args(AssetKind) else "other",
        _one(found, "dc:format"),
        contents,
    )


def _properties(record: Record, fields: FieldSet) -> Iterator[str]:
    head = {
        "magpie:asset_id": record.id,
        "magpie:file_name": record.file_name,
        "magpie:kind": record.kind,
        "dc:format": record.media_type,
    }
    for property_, text in head.items():
        yield from _element(property_, _plain(clean_text(text))) if text else ()
    structures: dict[str, list[dict[str, str]]] = {}
    for field in fields:
        said = {lang: each for (name, lang), each in record.contents.items() if name == field.name}
        if not said or not field.writable:
            continue
        structure, _, member = field.xmp_property.rpartition("/")
        if structure:
            _fill(structures.setdefault(structure, []), member, said[""])
        elif field.type == "localised":
            yield from _element(member, _alternatives(said))
        else:
            yield from _element(member, _inner(member, said[""]))
    for structure, rows in structures.items():
        yield from _element(structure, _structures(structure, rows))


def _fill(rows: list[dict[str, str]], member: str, content: Content) -> None:
    """Put each item into a structure of its own."""
    for place, item in enumerate(content if isinstance(content, tuple) else (content,)):
        if place == len(rows):
            rows.append({})
        rows[place][member] = _inner(member, item)


def _structures(structure: str, rows: list[dict[str, str]]) -> str:
    described = [
        "<rdf:Description>"
        + "".join(f"<{member}>{inner}</{member}>" for member, inner in row.items())
        + "</rdf:Description>"
        for row in rows
    ]
    return described[0] if structure in _SINGLE else _container(structure, described)


def _inner(property_: str, content: Content) -> str:
    if isinstance(content, tuple):
        return _container(property_, map(_plain, content))
    if property_ in _TRANSLATED:
        return _alternatives({"": content})
    return _container(property_, [_plain(content)]) if property_ in _LISTED else _plain(content)


def _container(property_: str, inner: Iterable[str]) -> str:
    kind = "Seq" if property_ in _ORDERED else "Bag"
    return f"<rdf:{kind}>{''.join(f'<rdf:li>{each}</rdf:li>' for each in inner)}</rdf:{kind}>"


def _alternatives(by_language: Mapping[str, Content]) -> str:
    # The default comes first, where programs that know no languages look for it.
    lines = "".join(
        f'<rdf:li xml:lang="{language or "x-default"}">{_plain(content)}</rdf:li>'
        for language, content in sorted(by_language.items())
    )
    return f"<rdf:Alt>{lines}</rdf:Alt>"


def _element(property_: str, inner: str) -> Iterator[str]:
    yield f"   <{property_}>{inner}</{property_}>\n"


def _plain(content: Content) -> str:
    return escape(str(content))


def _read(field: Field, found: Mapping[str, Node], other: Value | None) -> dict[Key, Content]:
    """What a sidecar says for a field: its own property first, then what else tells it."""
    structure, _, member = field.xmp_property.rpartition("/")
    node = found.get(structure or member)
    if field.type == "localised" and isinstance(node, Languages):
        return {
            (field.name, tag): content
            for language, text in node.items()
            if (tag := _tag(language)) is not None
            and (content := _fitting(field, text)) is not None
        }
    said = (
        [text for item in items(node) for text in texts(item.get(member))]
        if structure
        else texts(node)
    )
    content = _fitting(field, tuple(said)) if said else None
    if content is None and other is not None:
        content = _fitting(field, other.value)
    return {} if content is None else {(field.name, ""): content}


def _fitting(field: Field, given: Content) -> Content | None:
    if isinstance(given, tuple) and len(given) == 1 and field.type != "texts":
        given = given[0]
    try:
        return canonical(field, given)
    except InvalidValue:
        return None


def _tag(language: str) -> str | None:
    try:
        return language_tag(language)
    except InvalidValue:
        return None


def _one(found: Mapping[str, Node], property_: str) -> str:
    return next(iter(texts(found.get(property_))), "")
