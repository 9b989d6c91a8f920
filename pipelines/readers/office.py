"""Office Open XML packages (ECMA-376): parts, relations and properties common to all."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from pipelines.analysis import Picture, Value
from pipelines.readers.base import Unreadable
from pipelines.readers.embedded import picture_of
from pipelines.readers.markup import attribute, descendants, part, words
from pipelines.readers.zipped import Archive

_PROPERTIES = {
    "title": ("title", "dc:title"),
    "creator": ("creator", "dc:creator"),
    "description": ("description", "dc:description"),
    "subject": ("subject", "dc:subject"),
    "keywords": ("keywords", "cp:keywords"),
    "category": ("category", "cp:category"),
    "language": ("language", "dc:language"),
    "lastModifiedBy": ("modified_by", "cp:lastModifiedBy"),
    "created": ("created_at", "dcterms:created"),
    "modified": ("modified_at", "dcterms:modified"),
}
_READ_INSIDE = (
    ".docx",
    ".docm",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".pptx",
    ".pptm",
    ".pdf",
    ".doc",
    ".xls",
    ".ppt",
)


class Relation(NamedTuple):
    """A link from one part of a package to another.

    Attributes:
        kind: last word of its type (``image``, ``hyperlink``, ``header``).
        target: name of the part; empty for what is outside, which is never fetched.
    """

    kind: str
    target: str


def relations(archive: Archive, name: str) -> dict[str, Relation]:
    """Relations of a part (of the package itself for an empty name) by their id."""
    folder, file = posixpath.split(name)
    root = part(archive, posixpath.join(folder, "_rels", f"{file}.rels"))
    if root is None:
        return {}
    found = {}
    for element in descendants(root, "Relationship"):
        outside = attribute(element, "TargetMode") == "External"
        target = "" if outside else _absolute(folder, attribute(element, "Target"))
        kind = attribute(element, "Type").rpartition("/")[2]
        found[attribute(element, "Id")] = Relation(kind, target)
    return found


def main_part(archive: Archive) -> str:
    """The name of the part that holds the document itself.

    Raises:
        Unreadable: there is none.
    """
    for relation in relations(archive, "").values():
        if relation.kind == "officeDocument" and relation.target in archive:
            return relation.target
    raise Unreadable(
        "corrupt", "The file lacks its main part and cannot be read; upload a sound copy."
    )


def properties(archive: Archive) -> Iterator[Value]:
    """Values of the core properties (ECMA-376 part 2, 11)."""
    name = next(
        (r.target for r in relations(archive, "").values() if r.kind == "core-properties"), ""
    )
    root = part(archive, name or "docProps/core.xml")
    for element in root if root is not None else ():
        known = _PROPERTIES.get(element.tag.rpartition("}")[2])
        text = words(element).strip()
        if known and text:
            yield Value(known[0], text, "embedded", model=f"OOXML {known[1]}")


def thumbnail(archive: Archive, most_pixels: int) -> Picture | None:
    """The small picture that the package carries of itself."""
    for relation in relations(archive, "").values():
        if relation.kind == "thumbnail" and relation.target in archive:
            return picture_of(archive.read(relation.target), most_pixels, encode=False)
    return None


def embedded_files(archive: Archive) -> Iterator[str]:
    """Names of documents inside a package that can be read like files of their own."""
    for name in archive.names:
        if "/embeddings/" in name and name.lower().endswith(_READ_INSIDE):
            yield name


def _absolute(folder: str, target: str) -> str:
    target = unquote(target)
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(folder, target))
