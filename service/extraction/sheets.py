"""Fields of many documents as CSV, XLSX and JSON Lines, made while they are sent."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

from service.errors import BadRequest
from service.exchange.exports import Export
from service.extraction.schemas import DocumentField, DocumentFields
from service.record.csv_cells import guarded

Format = Literal["csv", "xlsx", "jsonl"]

MOST_ROWS_XLSX = 100_000

_CHUNK = 1 << 16
_AMOUNT = re.compile(r"-?\d{1,15}\.\d{1,4}")
_BASE = ("id", "file_name", "document_type", "schema", "doubt")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Documents to write.

    Attributes:
        ids: of their assets.
        get: gives one; None where it is gone.
        columns: names of all fields in order, and whether they are amounts.
    """

    ids: Sequence[str]
    get: Callable[[str], DocumentFields | None]
    columns: Mapping[str, bool]


def export(sheet: Sheet, format_: Format) -> Export:
    """The fields of some documents as a file; those without fields are left out.

    Raises:
        BadRequest: there are too many for a workbook, or workbooks cannot be written here.
    """
    if format_ == "csv":
        return Export("fields.csv", "text/csv; charset=utf-8", _as_csv(sheet))
    if format_ == "jsonl":
        return Export("fields.jsonl", "application/x-ndjson", _as_lines(sheet))
    if len(sheet.ids) > MOST_ROWS_XLSX:
        raise BadRequest(
            f"A workbook holds at most {MOST_ROWS_XLSX:,} documents; choose fewer, or CSV."
        )
    if find_spec("openpyxl") is None:
        raise BadRequest("Workbooks need magpie-content[documents]; install it, or choose CSV.")
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return Export("fields.xlsx", media_type, _as_workbook(sheet))


def _documents(sheet: Sheet) -> Iterator[DocumentFields]:
    for asset_id in sheet.ids:
        document = sheet.get(asset_id)
        if document is not None and document.fields:
            yield document


def _rows(sheet: Sheet) -> Iterator[list[str]]:
    """Each field with its source and how sure it is, amounts with their currency.

    Several values of one field stand with semicolons.
    """
    columns = [
        (name, what)
        for name, is_amount in sheet.columns.items()
        for what in ("", *(("_currency",) if is_amount else ()), "_source", "_confidence")
    ]
    yield [*_BASE, *(f"{name}{what}" for name, what in columns)]
    for document in _documents(sheet):
        fields = {each.name: each for each in document.fields}
        base = (
            document.asset_id or "",
            document.name,
            document.document_type,
            document.schema_name,
            "" if document.doubt is None else str(document.doubt),
        )
        yield [*base, *(_cell(fields.get(name), what) for name, what in columns)]


def _cell(field: DocumentField | None, what: str) -> str:
    if field is None or not field.values:
        return ""
    if what == "_confidence":
        return f"{min(each.confidence for each in field.values):.4g}"
    if what == "_source":
        return field.values[0].source
    if what == "_currency":
        return field.values[0].detail
    return "; ".join(each.value for each in field.values)


def _as_csv(sheet: Sheet) -> Iterator[bytes]:
    yield "\ufeff".encode()
    for row in _rows(sheet):
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(map(guarded, row))
        yield line.getvalue().encode()


def _as_lines(sheet: Sheet) -> Iterator[bytes]:
    for document in _documents(sheet):
        said: dict[str, Any] = document.model_dump(mode="json", by_alias=True, exclude={"history"})
        yield json.dumps(said, ensure_ascii=False).encode() + b"\n"


def _as_workbook(sheet: Sheet) -> Iterator[bytes]:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("Fields")
    for row in _rows(sheet):
        page.append([_workbook_cell(cell) for cell in row])
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _workbook_cell(text: str) -> str | float:
    """Amounts as numbers; a text that no program takes for a formula, without control marks."""
    if _AMOUNT.fullmatch(text):
        return float(text)
    return guarded("".join(each for each in text if each.isprintable()))
