"""Tables of workbooks and of Word documents, read from their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from pipelines.documents.tables.table import MOST_ROWS, MOST_TABLES, Table, blocks, table_of
from pipelines.readers import docx, xlsx
from pipelines.readers.base import InputFile


def file_tables(file: InputFile) -> list[Table]:
    """The tables of a workbook's visible sheets, or of a Word document; else none.

    Raises:
        Unreadable: the file cannot be read.
    """
    if file.media_type in docx.MEDIA_TYPES:
        return list(islice(_tables(("", rows) for rows in docx.read_tables(file)), MOST_TABLES))
    if file.media_type in xlsx.MEDIA_TYPES:
        return list(islice(_tables(xlsx.read_visible(file)), MOST_TABLES))
    return []


def _tables(grids: Iterable[tuple[str, Iterable[Sequence[str]]]]) -> Iterator[Table]:
    for title, rows in grids:
        # One row more than is kept tells that some were left out.
        for block in blocks(islice(rows, MOST_ROWS + 1)):
            made = table_of(block, title=title)
            if made is not None:
                yield made
