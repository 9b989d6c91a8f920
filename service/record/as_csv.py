"""Records as CSV (RFC 4180) in UTF-8 with a byte order mark, which spreadsheets want to see.

The first columns are ``id``, ``file_name``, ``kind`` and ``media_type``; then a column for
each field and language in use, named ``title`` or ``title@de``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import cast, get_args

from pipelines.analysis import AssetKind
from service.record.contents import canonical, language_tag
from service.record.csv_cells import from_cell, guarded, to_cell, unguarded
from service.record.entries import Key
from service.record.errors import InvalidFile, InvalidValue
from service.record.field import Content, Field
from service.record.fieldset import FieldSet
from service.record.records import Record

HEAD = ("id", "file_name", "kind", "media_type")
_MARK = "\ufeff"
_LONGEST_CELL = 2**25
"""A list of the most and longest items; the reader's own limit is below it."""


def write_csv(records: Iterable[Record], fields: FieldSet, columns: Sequence[Key]) -> Iterator[str]:
    """The lines of a CSV file, one after the other.

    Args:
        columns: field and language of each column (``columns_of`` finds them).
    """
    yield _MARK + _line([*HEAD, *(column_name(key) for key in columns)])
    for record in records:
        cells = [guarded(getattr(record, name)) for name in HEAD]
        for key in columns:
            content = record.contents.get(key)
            cells.append("" if content is None else to_cell(fields[key[0]], content))
        yield _line(cells)


def columns_of(records: Iterable[Record], fields: FieldSet) -> list[Key]:
    """The columns that some records need, in the order of the fields."""
    used = {key for record in records for key in record.contents}
    place = {each.name: number for number, each in enumerate(fields)}
    return sorted((key for key in used if key[0] in place), key=lambda key: (place[key[0]], key[1]))


def read_csv(text: str, fields: FieldSet) -> Iterator[Record]:
    """The records of a file that ``write_csv`` wrote.

    Raises:
        InvalidFile: a column or a value does not fit; the error names row and column.
    """
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(io.StringIO(text.removeprefix(_MARK), newline=""))
    header = next(rows, [])
    if tuple(header[: len(HEAD)]) != HEAD:
        raise InvalidFile(f"The first columns have to be {', '.join(HEAD)}; export it once more.")
    columns = [_column(name, fields) for name in header[len(HEAD) :]]
    try:
        for row in rows:
            if row:
                yield _record(row, columns, rows.line_num)
    except csv.Error as error:
        raise InvalidFile(
            f"Line {rows.line_num} is damaged ({error}); export once more."
        ) from error


def column_name(key: Key) -> str:
    """``title``, or ``title@de`` for a language."""
    name, language = key
    return f"{name}@{language}" if language else name


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _column(title: str, fields: FieldSet) -> tuple[Field, str]:
    name, _, language = title.partition("@")
    return fields[name], language_tag(language)


def _record(row: list[str], columns: list[tuple[Field, str]], line: int) -> Record:
    head = [unguarded(cell) for cell in row[: len(HEAD)]]
    cells = row[len(HEAD) :]
    if len(cells) != len(columns) or head[2] not in get_args(AssetKind):
        raise InvalidFile(f"Line {line} does not fit the columns; export the file once more.")
    contents: dict[Key, Content] = {}
    for (field, language), cell in zip(columns, cells, strict=True):
        given = from_cell(field, cell)
        if not given:
            continue
        try:
            contents[field.name, language] = canonical(field, given)
        except InvalidValue as error:
            raise InvalidFile(f"Line {line}: {error.message}") from error
    return Record(head[0], head[1], cast("AssetKind", head[2]), head[3], contents)
