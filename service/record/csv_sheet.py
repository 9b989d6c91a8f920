"""A CSV file with metadata from anywhere, understood: what its columns and rows are about."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.text_decoding import decode
from service.record.contents import language_tag
from service.record.csv_cells import unguarded
from service.record.entries import Key
from service.record.errors import InvalidFile, InvalidValue
from service.record.fieldset import FieldSet

MOST_BYTES = 64 * 2**20
MOST_ROWS = 200_000
_MOST_COLUMNS = 1_000
_LONGEST_CELL = 2**25
_IDS = frozenset({"id", "asset id", "asset_id"})
_NAMES = frozenset({"file_name", "file name", "filename", "file", "path"})
_ABOUT_FILES = frozenset({"kind", "media_type"})
"""Columns of Magpie's own export that say what a file is; they change nothing."""

IGNORED = "-"
"""In a column map: leave this column out."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its line, what it is matched by, and its cells by column."""

    line: int
    id: str
    file_name: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read.

    Attributes:
        rows: in order.
        columns: the field and language that each column is about.
        ignored: columns that are about no field.
    """

    rows: tuple[Row, ...]
    columns: Mapping[str, Key]
    ignored: tuple[str, ...]


def read_sheet(data: bytes, fields: FieldSet, columns: Mapping[str, str] | None = None) -> Sheet:
    """Read a CSV file in any usual encoding, with commas, semicolons or tabs.

    Args:
        columns: of a column's title, the field that it means (``title``, ``title@de``, ``id``,
            ``file_name``, or ``-`` to ignore it); titles that are not in it are understood by
            the fields' names, labels and aliases.

    Raises:
        InvalidFile: it is too large, damaged, or no column tells which assets it is about.
    """
    if len(data) > MOST_BYTES:
        raise InvalidFile(f"The file is over {MOST_BYTES // 2**20} MB; import it in parts.")
    # Line ends within cells are plain from here on; so are those of the record.
    text, _ = decode(data)
    csv.field_size_limit(_LONGEST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        titles = [title.strip() for title in next(lines, [])]
        meanings = _meanings(titles, columns or {})
        keys, ignored = _keys(meanings, fields)
        rows = tuple(_rows(lines, titles, meanings, keys))
    except csv.Error as error:
        raise InvalidFile(f"Line {lines.line_num} of the file is damaged ({error}).") from error
    return Sheet(rows, keys, ignored)


def column_map(given: Iterable[str]) -> dict[str, str]:
    """A column map as people write it, ``COLUMN=FIELD`` each.

    Raises:
        InvalidFile: one is no mapping.
    """
    found = {}
    for each in given:
        column, sign, field = each.rpartition("=")
        if not sign or not column.strip() or not field.strip():
            raise InvalidFile(f"“{each[:60]}” is no mapping; write it as column=field.")
        found[column.strip()] = field.strip()
    return found


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _meanings(titles: list[str], columns: Mapping[str, str]) -> dict[str, str]:
    """What each column is said to be, by its title."""
    for title in titles:
        if title and titles.count(title) > 1:
            raise InvalidFile(f"Two columns are called “{title[:60]}”; rename one.")
    if len(titles) > _MOST_COLUMNS:
        raise InvalidFile(f"The file has over {_MOST_COLUMNS} columns; import it in parts.")
    for title in columns:
        if title not in titles:
            raise InvalidFile(f"There is no column “{title[:60]}” that the column map speaks of.")
    return {title: columns.get(title, title).strip() for title in titles if title}


def _keys(meanings: Mapping[str, str], fields: FieldSet) -> tuple[dict[str, Key], tuple[str, ...]]:
    keys: dict[str, Key] = {}
    ignored: list[str] = []
    for title, meaning in meanings.items():
        if _is_handle(meaning) or meaning in _ABOUT_FILES:
            continue
        word, _, language = meaning.partition("@")
        found = fields.heard_as(word)
        if found is None or not found.writable:
            ignored.append(title)
            continue
        try:
            key = (found.name, language_tag(language))
        except InvalidValue as error:
            raise InvalidFile(f"Column “{title[:60]}”: {error.message}") from error
        if key in keys.values():
            raise InvalidFile(
                f"Two columns are about {found.label}; map one of them to “{IGNORED}”."
            )
        keys[title] = key
    if not any(_is_handle(meaning) for meaning in meanings.values()):
        raise InvalidFile(
            "No column says which assets the rows are about; name one id or file_name, or map one."
        )
    return keys, tuple(ignored)


def _is_handle(meaning: str) -> bool:
    return meaning.lower() in _IDS | _NAMES


def _rows(
    lines: Iterator[list[str]],
    titles: list[str],
    meanings: Mapping[str, str],
    keys: Mapping[str, Key],
) -> Iterator[Row]:
    start = 2
    for number, cells in enumerate(lines, 1):
        if number > MOST_ROWS:
            raise InvalidFile(f"The file has over {MOST_ROWS:,} rows; import it in parts.")
        line, start = start, lines.line_num + 1  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        by_title = dict(zip(titles, cells, strict=False))
        handles = {
            meanings[title].lower() in _IDS: unguarded(cell).strip()
            for title, cell in by_title.items()
            if title and _is_handle(meanings[title])
        }
        said = {title: cell for title, cell in by_title.items() if title in keys}
        yield Row(line, handles.get(True, ""), handles.get(False, ""), said)
