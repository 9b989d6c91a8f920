"""Word documents (docx): body in order, then notes, comments, headers and footers.

Read straight from the XML rather than through ``unstructured``, which loses inserted text of
tracked changes, text boxes, notes, comments and pictures, and takes ten times as long. What
a tracked change deleted, and text formatted as hidden, is not text of the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.analysis import Analysis, Unit
from pipelines.readers.attachments import Attachments
from pipelines.readers.base import InputFile
from pipelines.readers.docx_styles import Styles
from pipelines.readers.embedded import EmbeddedPictures
from pipelines.readers.flow import Flow
from pipelines.readers.markup import attribute, child, descendants, local, part
from pipelines.readers.office import (
    Relation,
    embedded_files,
    main_part,
    properties,
    relations,
    thumbnail,
)
from pipelines.readers.zipped import Archive, open_archive

MEDIA_TYPES = frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"})

_BESIDE = (
    ("footnotes", "footnotes"),
    ("endnotes", "endnotes"),
    ("comments", "comments"),
    ("header", "header"),
    ("footer", "footer"),
)
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_GONE = frozenset({"del", "moveFrom", "rPr", "pPr", "instrText", "delText", "sectPr", "tblPr"})


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield properties first, then the text, then files inside."""
    with open_archive(file) as archive:
        name = main_part(archive)
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            values=tuple(properties(archive)),
            preview=thumbnail(archive, file.limits.pixels),
        )
        writer = _Writer(archive, file)
        writer.story(name)
        related = relations(archive, name)
        for kind, section in _BESIDE:
            writer.beside(section, [r.target for r in related.values() if r.kind == kind])
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            units=(*writer.flow.take(), *writer.pictures),
            warnings=writer.flow.warnings(),
        )
        inside = Attachments(file)
        for embedded in embedded_files(archive):
            yield from inside.read(archive.read(embedded), embedded.rpartition("/")[2])


def read_tables(file: InputFile) -> Iterator[list[list[str]]]:
    """The tables of the body as rows of cells, without what a tracked change deleted.

    Raises:
        Unreadable: the file is damaged or too large.
    """
    with open_archive(file) as archive:
        writer = _Writer(archive, file)
        root = part(archive, main_part(archive))
        if root is None:
            return
        for table in descendants(root, "tbl"):
            yield [[writer.cell(cell) for cell in _cells(row)] for row in _rows(table)]


class _Writer:
    """Puts the stories of one document (body, notes, comments) into a flow."""

    def __init__(self, archive: Archive, file: InputFile) -> None:
        self.flow = Flow(file.limits)
        self.pictures: list[Unit] = []
        self._archive = archive
        self._embedded = EmbeddedPictures(file)
        self._relations: dict[str, Relation] = {}
        self._section = ""
        styles = [
            r.target for r in relations(archive, main_part(archive)).values() if r.kind == "styles"
        ]
        self._styles = Styles(part(archive, styles[0]) if styles else None)

    def story(self, name: str) -> None:
        """Write all blocks of a part."""
        root = part(self._archive, name)
        if root is None:
            return
        self._relations = relations(self._archive, name)
        container = child(root, "body")
        self._blocks(root if container is None else container)

    def beside(self, section: str, names: list[str]) -> None:
        """Write what stands beside the body, each different text once."""
        seen: set[str] = set()
        for name in names:
            root = part(self._archive, name)
            if root is None:
                continue
            self._relations = relations(self._archive, name)
            for note in root if section not in {"header", "footer"} else (root,):
                text = " ".join(self._text(p) for p in descendants(note, "p")).strip()
                author = attribute(note, "author")
                if not text or text in seen:
                    continue
                if not seen:
                    self.flow.begin(section)
                seen.add(text)
                self.flow.paragraph(f"{author}: {text}" if author else text)

    def _blocks(self, container: Element) -> None:
        for element in container:
            kind = local(element)
            if kind == "p":
                self._paragraph(element)
            elif kind == "tbl":
                self._table(element)
            elif kind not in _GONE:
                self._blocks(element)

    def _paragraph(self, element: Element) -> None:
        text = self._text(element)
        look = self._styles.look(element)
        if look.heading:
            self.flow.heading(text)
            self._section = " ".join(text.split()) or self._section
        elif look.level is not None:
            self.flow.item(text, look.level)
        else:
            self.flow.paragraph(text)
        self._drawings(element)

    def _table(self, table: Element) -> None:
        self.flow.end_table()
        for row in _rows(table):
            cells = list(_cells(row))
            self.flow.row([self.cell(cell) for cell in cells])
            for cell in cells:
                self._drawings(cell)
        self.flow.end_table()

    def cell(self, cell: Element) -> str:
        """The text of a cell, tables inside it row by row."""
        texts = []
        for element in cell:
            kind = local(element)
            if kind == "p":
                texts.append(self._text(element))
            elif kind == "tbl":
                texts += (
                    ", ".join(self.cell(inner) for inner in _cells(row)) for row in _rows(element)
                )
            elif kind not in _GONE:
                texts.append(self.cell(element))
        return " ".join(text for text in texts if text)

    def _text(self, element: Element) -> str:
        return "".join(self._runs(element))

    def _runs(self, element: Element) -> Iterator[str]:
        for found in element:
            kind = local(found)
            if kind == "t":
                yield found.text or ""
            elif kind in _CHARACTERS:
                yield _CHARACTERS[kind]
            elif (
                kind == "AlternateContent" or kind in {"drawing", "pict", "object"} or kind in _GONE
            ):
                continue
            elif kind != "r" or not self._styles.hides(found):
                yield from self._runs(found)

    def _drawings(self, element: Element) -> None:
        """Pictures and text boxes that hang on a paragraph or cell, of alternatives the first."""
        for found in element:
            kind = local(found)
            if kind == "AlternateContent":
                chosen = next(iter(found), None)
                if chosen is not None:
                    self._drawings(chosen)
            elif kind == "txbxContent":
                self._blocks(found)
            elif kind in {"blip", "imagedata"}:
                self._picture(attribute(found, "embed") or attribute(found, "id"))
            elif kind not in {"del", "moveFrom"}:
                self._drawings(found)

    def _picture(self, relation_id: str) -> None:
        relation = self._relations.get(relation_id)
        if relation is None or relation.target not in self._archive:
            return
        data = self._archive.read(relation.target)
        unit = self._embedded.unit(data, section=self._section)
        if unit is not None:
            self.pictures.append(unit)


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        kind = local(element)
        if kind == "tr":
            # A row that a tracked change deleted is marked in its properties.
            if child(element, "trPr", "del") is None:
                yield element
        elif kind in {"sdt", "sdtContent", "ins", "customXml"}:
            yield from _rows(element)


def _cells(row: Element) -> Iterator[Element]:
    for element in row:
        kind = local(element)
        if kind == "tc":
            yield element
        elif kind in {"sdt", "sdtContent", "customXml"}:
            yield from _cells(element)
