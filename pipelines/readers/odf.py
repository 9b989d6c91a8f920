"""OpenDocument text, spreadsheets and presentations (ISO/IEC 26300)."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipelines.analysis import Analysis, Picture, Unit, Value
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.embedded import EmbeddedPictures, picture_of
from pipelines.readers.flow import Flow
from pipelines.readers.markup import attribute, child, descendants, local, part, words
from pipelines.readers.odf_locked import UnlockedArchive
from pipelines.readers.odf_text import cell_text, hidden_tables, paragraph_text, repeats
from pipelines.readers.xlsx import hidden_warning, sheet_section
from pipelines.readers.zipped import Archive, open_archive

_ODF = "application/vnd.oasis.opendocument."
MEDIA_TYPES = frozenset(
    _ODF + kind + flavour
    for kind in ("text", "spreadsheet", "presentation", "graphics")
    for flavour in ("", "-template")
)

_PROPERTIES = {
    "title": ("title", "dc:title"),
    "initial-creator": ("creator", "meta:initial-creator"),
    "description": ("description", "dc:description"),
    "subject": ("subject", "dc:subject"),
    "keyword": ("keywords", "meta:keyword"),
    "creation-date": ("created_at", "meta:creation-date"),
    "date": ("modified_at", "dc:date"),
    "language": ("language", "dc:language"),
}
_LEFT_OUT = frozenset(
    {"tracked-changes", "sequence-decls", "forms", "variable-decls", "annotation-end", "scripts"}
)


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield properties first, then one part a sheet or slide, or one for a text."""
    with open_archive(file) as opened:
        manifest = part(opened, "META-INF/manifest.xml")
        archive = opened
        if manifest is not None and any(descendants(manifest, "encryption-data")):
            archive = UnlockedArchive(opened, manifest, file)
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            values=tuple(_values(part(archive, "meta.xml"))),
            preview=_thumbnail(archive, file),
        )
        content = part(archive, "content.xml")
        body = child(content, "body")
        if content is None or body is None or not len(body):
            raise Unreadable("corrupt", "The file holds no document; upload a sound copy.")
        writer = _Writer(archive, file, content)
        yield from writer.parts(body[0])


class _Writer:
    """Puts the body of one document into a flow."""

    def __init__(self, archive: Archive, file: InputFile, content: Element) -> None:
        self._archive = archive
        self._file = file
        self._flow = Flow(file.limits)
        self._embedded = EmbeddedPictures(file)
        self._hidden = hidden_tables(content)
        self._pictures: list[Unit] = []
        self._comments: list[str] = []
        self._section = ""
        self._page: int | None = None

    def parts(self, body: Element) -> Iterator[Analysis]:
        """The parts of a document by its kind."""
        kind = local(body)
        if kind == "spreadsheet":
            yield from self._sheets(body)
        elif kind in {"presentation", "drawing"}:
            yield from self._slides(body)
        else:
            self._blocks(body)
            self._end_with_comments()
            yield self._part()

    def _sheets(self, body: Element) -> Iterator[Analysis]:
        for table in (found for found in body if local(found) == "table"):
            name = attribute(table, "name")
            hidden = attribute(table, "style-name") in self._hidden
            self._section = sheet_section(name, hidden=hidden)
            self._flow.begin(self._section)
            self._table(table)
            self._end_with_comments()
            yield self._part(hidden_warning(name, hidden=hidden))

    def _slides(self, body: Element) -> Iterator[Analysis]:
        slides = [found for found in body if local(found) == "page"]
        yield Analysis(kind="document", media_type=self._file.media_type, pages=len(slides))
        for number, slide in enumerate(slides[: self._file.limits.pages], start=1):
            self._page, self._section = number, ""
            notes = [found for found in slide if local(found) == "notes"]
            self._blocks([found for found in slide if local(found) != "notes"])
            for note in notes:
                self._flow.begin("speaker notes")
                self._blocks(note)
            self._end_with_comments()
            yield self._part()

    def _part(self, warnings: tuple[str, ...] = ()) -> Analysis:
        pictures, self._pictures = self._pictures, []
        return Analysis(
            kind="document",
            media_type=self._file.media_type,
            units=(*self._flow.take(self._page), *pictures),
            warnings=(*self._flow.warnings(), *warnings),
        )

    def _end_with_comments(self) -> None:
        if self._comments:
            self._flow.begin("comments")
        for text in self._comments:
            self._flow.paragraph(text)
        self._comments = []

    def _blocks(self, container: Element | list[Element], level: int = -1) -> None:
        for element in container:
            kind = local(element)
            if kind in _LEFT_OUT:
                continue
            if kind in {"p", "h"}:
                self._paragraph(element, level)
            elif kind == "list":
                self._blocks(element, level + 1)
            elif kind == "table":
                self._table(element)
            elif kind == "frame" and attribute(element, "class") == "title":
                self._title(element)
            elif kind == "annotation":
                self._comments.append(words(element).strip())
            elif kind == "image":
                self._picture(element)
            else:
                self._blocks(element, level)

    def _title(self, frame: Element) -> None:
        text = " ".join(" ".join(paragraph_text(p) for p in descendants(frame, "p")).split())
        self._section = text or self._section
        self._flow.heading(text)

    def _paragraph(self, element: Element, level: int) -> None:
        text = paragraph_text(element)
        if local(element) == "h":
            self._flow.heading(text)
            self._section = " ".join(text.split()) or self._section
        elif level >= 0:
            self._flow.item(text, level)
        else:
            self._flow.paragraph(text)
        self._anchored(element)

    def _anchored(self, element: Element) -> None:
        """Pictures, text boxes and comments that hang on a paragraph."""
        for found in element:
            kind = local(found)
            if kind in {"frame", "custom-shape", "annotation", "rect", "g"}:
                self._blocks([found])
            elif kind not in _LEFT_OUT:
                self._anchored(found)

    def _table(self, table: Element) -> None:
        self._flow.end_table()
        for row in _rows(table):
            cells: list[str] = []
            for cell in row:
                if local(cell) not in {"table-cell", "covered-table-cell"}:
                    continue
                cells += [cell_text(cell)] * repeats(cell, "number-columns-repeated")
                for note in descendants(cell, "annotation"):
                    self._comments.append(words(note).strip())
                for image in descendants(cell, "image"):
                    self._picture(image)
            filled = any(cells)
            for _ in range(repeats(row, "number-rows-repeated") if filled else 1):
                self._flow.row(cells)
        for shapes in (found for found in table if local(found) == "shapes"):
            self._blocks(shapes)
        self._flow.end_table()

    def _picture(self, image: Element) -> None:
        name = attribute(image, "href").removeprefix("./")
        if name not in self._archive:
            return
        data = self._archive.read(name)
        unit = self._embedded.unit(data, page=self._page, section=self._section)
        if unit is not None:
            self._pictures.append(unit)


def _rows(table: Element) -> Iterator[Element]:
    for element in table:
        kind = local(element)
        if kind == "table-row":
            yield element
        elif kind in {"table-rows", "table-header-rows", "table-row-group"}:
            yield from _rows(element)


def _values(meta: Element | None) -> Iterator[Value]:
    for element in meta.iter() if meta is not None else ():
        known = _PROPERTIES.get(local(element))
        text = words(element).strip()
        if known and text:
            yield Value(known[0], text, "embedded", model=f"ODF {known[1]}")


def _thumbnail(archive: Archive, file: InputFile) -> Picture | None:
    name = "Thumbnails/thumbnail.png"
    if name not in archive:
        return None
    return picture_of(archive.read(name), file.limits.pixels, encode=False)
