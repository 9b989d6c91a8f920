"""Excel workbooks of 1997 to 2003 (xls), by ``xlrd``; macros are not looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from pipelines.analysis import Analysis
from pipelines.readers.base import InputFile, Unreadable
from pipelines.readers.flow import Flow
from pipelines.readers.ole import ole_values, unlocked
from pipelines.readers.xlsx import cell_text, hidden_warning, sheet_section

MEDIA_TYPES = frozenset({"application/vnd.ms-excel"})


def read(file: InputFile) -> Iterator[Analysis]:
    """Yield properties first, then one part a sheet."""
    import xlrd

    data = unlocked(file)
    yield Analysis(kind="document", media_type=file.media_type, values=ole_values(data))
    try:
        book = xlrd.open_workbook(
            file_contents=data, on_demand=True, logfile=_Silence(), ignore_workbook_corruption=True
        )
    except (xlrd.XLRDError, AssertionError, IndexError, ValueError) as error:
        raise Unreadable(
            "corrupt", "The workbook is damaged and cannot be read; upload a sound copy."
        ) from error
    flow = Flow(file.limits)
    for number in range(book.nsheets):
        sheet = book.sheet_by_index(number)
        hidden = bool(sheet.visibility)
        flow.begin(sheet_section(sheet.name, hidden=hidden))
        for row in range(sheet.nrows):
            flow.row([_text(cell, book.datemode) for cell in sheet.row(row)])
            if flow.cut:
                break
        book.unload_sheet(number)
        yield Analysis(
            kind="document",
            media_type=file.media_type,
            units=flow.take(),
            warnings=(*flow.warnings(), *hidden_warning(sheet.name, hidden=hidden)),
        )


def _text(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR}:
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return cell_text(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return cell_text(_moment(cell.value, datemode))
    return cell_text(cell.value)


def _moment(value: float, datemode: int) -> datetime | time | float:
    """A date, a time of day for less than a day, or the number where it is neither."""
    import xlrd

    try:
        moment = xlrd.xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError, xlrd.XLDateError):
        return value
    assert isinstance(moment, datetime)
    return moment.time() if value < 1 else moment


class _Silence:
    """Where ``xlrd`` writes its remarks."""

    def write(self, text: str) -> None:
        """Drop it."""

    def flush(self) -> None:
        """Nothing is held."""
