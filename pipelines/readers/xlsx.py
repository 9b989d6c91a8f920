"""Excel workbooks (xlsx, xlsm): a sheet is a section; formulas show their last result."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from pipelines.analysis import Analysis, Unit
from pipelines.readers.attachments import Attachments
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.embedded import EmbeddedPictures
from pipelines.readers.flow import Flow
from pipelines.readers.markup import descendants, part, words
from pipelines.readers.office import embedded_files, main_part, properties, relations, thumbnail
from pipelines.readers.zipped import Archive, open_archive

if TYPE_CHECKING:
    from openpyxl import Workbook

MEDIA_TYPES = frozenset({"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"})

_MIDNIGHT = time()
_ROWS_PER_PART = 5_000


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield properties first, then parts of each sheet, then files inside.

    Hidden sheets are read like others; their sections begin with ``hidden sheet``, and a
    warning names them.
    """
    with open_archive(file) as archive:
        book = _open(file, archive)
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            values=tuple(properties(archive)),
            preview=thumbnail(archive, file.limits.pixels),
        )
        flow, pictures = Flow(file.limits), EmbeddedPictures(file)
        parts = _sheet_parts(archive)
        for sheet in book.worksheets:
            hidden = sheet.sheet_state != "visible"
            section = sheet_section(sheet.title, hidden=hidden)
            flow.begin(section)
            # The size that a sheet declares may be a million rows that are not there.
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                flow.row([cell_text(value) for value in row])
                if flow.cut:
                    break
                if number % _ROWS_PER_PART == 0:
                    yield Analysis("document", file.media_type, units=flow.take())
            units = _beside(archive, parts.get(sheet.title, ""), section, flow, pictures)
            yield Analysis(
                kind="document",
                media_type=file.media_type,
                units=(*flow.take(), *units),
                warnings=(*flow.warnings(), *hidden_warning(sheet.title, hidden=hidden)),
            )
        inside = Attachments(file)
        for embedded in embedded_files(archive):
            yield from inside.read(archive.read(embedded), embedded.rpartition("/")[2])


def read_visible(file: InputFile) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """The title of each visible sheet and its rows of cells; rows are to be taken at once.

    Raises:
        Unreadable: the file is damaged or too large.
    """
    with open_archive(file) as archive:
        for sheet in _open(file, archive).worksheets:
            if sheet.sheet_state == "visible":
                sheet.reset_dimensions()
                rows = sheet.iter_rows(values_only=True)
                yield sheet.title, ([cell_text(value) for value in row] for row in rows)


def cell_text(value: object) -> str:
    """The value of a cell as people read it: dates in ISO 8601, no trailing zeros."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def sheet_section(title: str, *, hidden: bool) -> str:
    """What passages of a sheet stand under."""
    return f"hidden sheet {title}" if hidden else title


def hidden_warning(title: str, *, hidden: bool) -> tuple[str, ...]:
    """That a sheet is hidden, where it is."""
    return (f"The sheet {title!r} is hidden in the file.",) if hidden else ()


def _open(file: InputFile, archive: Archive) -> Workbook:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if main_part(archive).endswith(".bin"):
        raise Unreadable(
            "unsupported", "Binary workbooks (xlsb) have no reader; save the file as xlsx."
        )
    try:
        # A stream, since the library judges a path by its extension.
        return load_workbook(file.path.open("rb"), read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, TypeError) as error:
        raise Unreadable(
            "corrupt", "The workbook is damaged and cannot be read; upload a sound copy."
        ) from error


def _sheet_parts(archive: Archive) -> dict[str, str]:
    """Names of the parts of sheets by their titles."""
    name = main_part(archive)
    root, related = part(archive, name), relations(archive, name)
    found = {}
    for sheet in descendants(root, "sheet") if root is not None else ():
        relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
        if relation in related:
            found[sheet.attrib.get("name", "")] = related[relation].target
    return found


def _beside(
    archive: Archive, name: str, section: str, flow: Flow, pictures: EmbeddedPictures
) -> list[Unit]:
    """Text boxes and comments of a sheet go into the flow; its pictures are returned."""
    units: list[Unit] = []
    for relation in relations(archive, name).values() if name else ():
        root = part(archive, relation.target) if relation.target.endswith(".xml") else None
        if root is None:
            continue
        if relation.kind in {"comments", "threadedComment"}:
            tag = "comment" if relation.kind == "comments" else "threadedComment"
            texts = [words(comment).strip() for comment in descendants(root, tag)]
            _list_under(flow, f"{section} comments", texts)
        elif relation.kind == "drawing":
            _list_under(flow, section, _drawn_texts(root))
            units += _images(archive, relation.target, section, pictures)
    return units


def _drawn_texts(root: Any) -> list[str]:
    return [
        " ".join(words(paragraph) for paragraph in descendants(box, "p")).strip()
        for box in descendants(root, "txBody")
    ]


def _list_under(flow: Flow, section: str, texts: Sequence[str]) -> None:
    if any(texts):
        flow.begin(section)
    for text in texts:
        flow.paragraph(text)


def _images(
    archive: Archive, drawing: str, section: str, pictures: EmbeddedPictures
) -> Iterator[Unit]:
    for relation in relations(archive, drawing).values():
        if relation.kind == "image" and relation.target in archive:
            unit = pictures.unit(archive.read(posixpath.normpath(relation.target)), section=section)
            if unit is not None:
                yield unit
