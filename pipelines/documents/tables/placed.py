"""Tables on pages, found by where words stand: columns are parted by space that no row crosses.

Rules between cells are not looked at: what has them has the space, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from statistics import median

from pipelines.analysis import Box
from pipelines.documents.pages import Row, around
from pipelines.documents.tables.table import MOST_TABLES, Table, table_of

_STEPS = 400
"""Parts of a page's width that space is looked for in."""

_LEAST_ROWS = 3
_FAR_DOWN = 2.6
"""Rows further below than that many heights begin another table."""

_CROSSED = 0.12
"""Share of the rows that may cross the space between two columns, such as headings do."""

_WORDS_OF_PROSE = 9
_NUMBER = re.compile(r"^[^\w]*[\d][\d.,'\s/%:-]*[^\w]*(?:[A-Za-z€$£%]{0,4})$")


def placed_tables(rows: Sequence[Row]) -> list[Table]:
    """The tables in rows of pieces whose places are known, from top to bottom."""
    found: list[Table] = []
    for group in _groups(rows):
        made = _table(group)
        if made is not None:
            found.append(made)
        if len(found) >= MOST_TABLES:
            break
    return found


def _groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Runs of rows with several pieces each; single pieces between such rows belong to them."""
    held: list[Row] = []
    for row in rows:
        if not row or not row[0].placed:
            continue
        if held and _apart(held[-1], row):
            yield from _trimmed(held)
            held = []
        if held and len(row) == 1 and len(held[-1]) == 1:
            yield from _trimmed(held)
            held = []
        if held or len(row) > 1:
            held.append(row)
    yield from _trimmed(held)


def _apart(above: Row, row: Row) -> bool:
    if above[0].page != row[0].page or above[0].part != row[0].part:
        return True
    height = median(piece.box.bottom - piece.box.top for piece in (*above, *row))
    return around([p.box for p in row]).top - around([p.box for p in above]).bottom > (
        _FAR_DOWN * height
    )


def _trimmed(rows: list[Row]) -> Iterator[list[Row]]:
    while rows and len(rows[-1]) == 1:
        rows = rows[:-1]
    if sum(len(row) > 1 for row in rows) >= _LEAST_ROWS:
        yield rows


def _table(rows: list[Row]) -> Table | None:
    spans = _columns(rows)
    if len(spans) < 2:
        return None
    cells = _cells(rows, spans)
    if not _tabular(cells):
        return None
    box = around([piece.box for row in rows for piece in row])
    return table_of(cells, page=rows[0][0].page, box=box)


def _columns(rows: list[Row]) -> list[tuple[float, float]]:
    """Spans across the page that hold words, parted by space that next to no row crosses."""
    covered = [0] * _STEPS
    several = [row for row in rows if len(row) > 1]
    for row in several:
        for piece in row:
            first, last = int(piece.box.left * _STEPS), int(piece.box.right * _STEPS)
            for at in range(max(first, 0), min(last + 1, _STEPS)):
                covered[at] += 1
    most = _CROSSED * len(several)
    spans: list[tuple[float, float]] = []
    begin: int | None = None
    for at, count in enumerate([*covered, 0]):
        if count > most and begin is None:
            begin = at
        elif count <= most and begin is not None:
            spans.append((begin / _STEPS, at / _STEPS))
            begin = None
    return spans


def _cells(rows: list[Row], spans: Sequence[tuple[float, float]]) -> list[list[str]]:
    """One list of texts a row; a row of one piece goes on with the row above it."""
    made: list[list[str]] = []
    for row in rows:
        cells = [""] * len(spans)
        for piece in row:
            column = _column(piece.box, spans)
            cells[column] = f"{cells[column]} {piece.text}".strip()
        if len(row) == 1 and made:
            made[-1] = [f"{old} {new}".strip() for old, new in zip(made[-1], cells, strict=True)]
        else:
            made.append(cells)
    return made


def _column(box: Box, spans: Sequence[tuple[float, float]]) -> int:
    """The span that a box shares most of its width with, or is nearest to."""
    shared = [min(box.right, right) - max(box.left, left) for left, right in spans]
    return shared.index(max(shared))


def _tabular(cells: list[list[str]]) -> bool:
    """Whether these are the cells of a table, rather than columns of prose or of addresses."""
    texts = [cell for row in cells for cell in row if cell]
    if median(len(text.split()) for text in texts) > _WORDS_OF_PROSE:
        return False
    columns = list(zip(*cells, strict=True))
    numeric = sum(
        2 * sum(bool(_NUMBER.match(cell)) for cell in column if cell) > sum(map(bool, column))
        for column in columns
    )
    return numeric > 0 or (len(columns) > 3 and len(texts) >= 0.6 * len(cells) * len(columns))
