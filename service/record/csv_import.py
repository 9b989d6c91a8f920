"""Metadata from a CSV file, planned first: what it would change, and what is wrong with it.

Rows are matched to assets by id or by file name. Nothing is written here; a plan says what
to write, and is at the same time the report of a dry run.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from service.record.csv_cells import from_cell
from service.record.csv_sheet import Row, Sheet
from service.record.entries import Key
from service.record.errors import InvalidValue
from service.record.field import Content
from service.record.fieldset import FieldSet
from service.record.records import checked


@dataclass(frozen=True, slots=True)
class Change:
    """What a row says for one asset: contents by field and language; None empties."""

    asset_id: str
    line: int
    contents: Mapping[Key, Content | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that does not fit its field; the rest of its row is imported."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do.

    Attributes:
        changes: for each matched row, what it says.
        unmatched: lines and names of rows that fit no asset.
        ambiguous: lines and names of rows that fit several, or one that an earlier row has.
        faults: cells that do not fit their field.
        ignored: columns that are about no field.
    """

    changes: tuple[Change, ...] = ()
    unmatched: tuple[tuple[int, str], ...] = ()
    ambiguous: tuple[tuple[int, str], ...] = ()
    faults: tuple[Fault, ...] = ()
    ignored: tuple[str, ...] = ()


def plan_import(
    sheet: Sheet,
    fields: FieldSet,
    *,
    ids: Iterable[str],
    by_name: Mapping[str, Sequence[str]],
    clear_empty: bool = False,
) -> Plan:
    """Match the rows of a sheet to assets, and check what they say.

    Args:
        ids: which of the ids in the sheet are those of assets.
        by_name: ids of the assets of each file name, by ``name_key``.
        clear_empty: an empty cell empties the field; otherwise it leaves it alone.
    """
    known = frozenset(ids)
    changes: list[Change] = []
    unmatched, ambiguous = [], []
    faults: list[Fault] = []
    taken: set[str] = set()
    for row in sheet.rows:
        said = row.id or row.file_name
        found = _matches(row, known, by_name)
        if len(found) == 1 and found[0] not in taken:
            taken.add(found[0])
            contents = _contents(row, sheet, fields, clear_empty, faults)
            changes.append(Change(found[0], row.line, contents))
        elif found:
            ambiguous.append((row.line, said))
        else:
            unmatched.append((row.line, said))
    return Plan(tuple(changes), tuple(unmatched), tuple(ambiguous), tuple(faults), sheet.ignored)


def name_key(name: str) -> str:
    """What two file names have in common that people take for the same.

    Folders are left out, upper and lower case and the two ways to write an accent are one.
    """
    last = PureWindowsPath(PurePosixPath(name.strip()).name).name
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", last).casefold())


def _matches(row: Row, ids: frozenset[str], by_name: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if row.id:
        return [row.id] if row.id in ids else []
    return by_name.get(name_key(row.file_name), ()) if row.file_name else ()


def _contents(
    row: Row, sheet: Sheet, fields: FieldSet, clear_empty: bool, faults: list[Fault]
) -> dict[Key, Content | None]:
    found: dict[Key, Content | None] = {}
    for title, cell in row.cells.items():
        name, language = sheet.columns[title]
        given = from_cell(fields[name], cell)
        if not given or (isinstance(given, str) and not given.strip()):
            if clear_empty:
                found[name, language] = None
            continue
        try:
            key, content = checked(fields, name, given, language)
        except InvalidValue as error:
            faults.append(Fault(row.line, title, error.message))
        else:
            found[key] = content
    return found
