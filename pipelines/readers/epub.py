"""E-books (EPUB 2 and 3): chapters in reading order, the cover as preview."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from pipelines.analysis import Analysis, Picture, Value
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.embedded import EmbeddedPictures, picture_of
from pipelines.readers.flow import Flow
from pipelines.readers.html import decode_html, write_html
from pipelines.readers.markup import attribute, child, descendants, local, part, words
from pipelines.readers.zipped import Archive, encrypted, open_archive

MEDIA_TYPES = frozenset({"application/epub+zip"})

_PROPERTIES = {
    "title": "title",
    "creator": "creator",
    "description": "description",
    "subject": "keywords",
    "publisher": "publisher",
    "language": "language",
    "date": "created_at",
    "rights": "rights",
    "identifier": "identifier",
}
_CHAPTERS = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield metadata and cover first, then one part a chapter, then the pictures."""
    with open_archive(file) as archive:
        name, package = _package(archive)
        items = {attribute(item, "id"): item for item in descendants(package, "item")}
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            values=tuple(_values(package)),
            preview=_cover(archive, name, package, items, file),
        )
        flow, pictures = Flow(file.limits), EmbeddedPictures(file)
        for chapter in _spine(package, items):
            path = _path(name, chapter)
            if path in archive:
                flow.end_table()
                write_html(flow, decode_html(archive.read(path)))
                yield _part(file, flow)
        for item in items.values():
            path = _path(name, item)
            if attribute(item, "media-type") in _PICTURES and path in archive:
                unit = pictures.unit(archive.read(path))
                if unit is not None:
                    yield Analysis(kind="document", media_type=file.media_type, units=(unit,))


def _part(file: InputFile, flow: Flow) -> Analysis:
    return Analysis(
        kind="document",
        media_type=file.media_type,
        units=flow.take(),
        warnings=flow.warnings(),
    )


def _package(archive: Archive) -> tuple[str, Element]:
    """Name and root of the package document."""
    container = part(archive, "META-INF/container.xml")
    files = list(descendants(container, "rootfile")) if container is not None else []
    name = attribute(files[0], "full-path") if files else ""
    package = part(archive, name)
    if package is None:
        raise Unreadable("corrupt", "The e-book lacks its table of contents; upload a sound copy.")
    rights = part(archive, "META-INF/encryption.xml")
    if rights is not None and "META-INF/rights.xml" in archive:
        raise encrypted()
    return name, package


def _spine(package: Element, items: dict[str, Element]) -> Iterator[Element]:
    for reference in descendants(package, "itemref"):
        item = items.get(attribute(reference, "idref"))
        if item is not None and attribute(item, "media-type") in _CHAPTERS:
            yield item


def _values(package: Element) -> Iterator[Value]:
    metadata = child(package, "metadata")
    for element in metadata.iter() if metadata is not None else ():
        name, text = _PROPERTIES.get(local(element)), words(element).strip()
        if name and text:
            yield Value(name, text, "embedded", model=f"EPUB dc:{local(element)}")


def _cover(
    archive: Archive, name: str, package: Element, items: dict[str, Element], file: InputFile
) -> Picture | None:
    marked = [item for item in items.values() if "cover-image" in attribute(item, "properties")]
    marked += (
        items[attribute(meta, "content")]
        for meta in descendants(package, "meta")
        if attribute(meta, "name") == "cover" and attribute(meta, "content") in items
    )
    for item in marked:
        path = _path(name, item)
        if path in archive:
            return picture_of(archive.read(path), file.limits.pixels, encode=False)
    return None


def _path(package: str, item: Element) -> str:
    folder = posixpath.dirname(package)
    return posixpath.normpath(posixpath.join(folder, unquote(attribute(item, "href"))))
