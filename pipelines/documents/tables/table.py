"""What a table is, and which grids are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.analysis import Box

MOST_TABLES = 200
MOST_ROWS = 2_000
MOST_COLUMNS = 60
MOST_CELL = 1_000
"""Bounds of what is kept of one document: tables, rows and columns of each, letters of a cell."""

_LEAST_FILLED = 0.4


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        rows: all of one length; an empty cell is an empty text.
        page: page number from 1; 0 where the file has no pages.
        title: of the sheet that it is on; empty elsewhere.
        box: around it on the page, where places are known.
        cut: whether rows or columns beyond the bounds were left out.
    """

    rows: tuple[tuple[str, ...], ...]
    page: int = 0
    title: str = ""
    box: Box | None = None
    cut: bool = False


def table_of(
    rows: Iterable[Sequence[str]], *, page: int = 0, title: str = "", box: Box | None = None
) -> Table | None:
    """A table of rows of cells; None for what only looks like one.

    A table has two rows, two columns that are not empty, and enough cells that say something:
    grids that put letters and columns of prose in place have not.
    """
    kept = [
        [" ".join(cell.split())[:MOST_CELL] for cell in row]
        for row in rows
        if any(map(str.strip, row))
    ]
    width = max((len(row) for row in kept), default=0)
    columns = [at for at in range(width) if any(len(row) > at and row[at] for row in kept)]
    cut = len(kept) > MOST_ROWS or len(columns) > MOST_COLUMNS
    grid = tuple(
        tuple(row[at] if len(row) > at else "" for at in columns[:MOST_COLUMNS])
        for row in kept[:MOST_ROWS]
    )
    if len(grid) < 2 or len(columns) < 2:
        return None
    filled = sum(bool(cell) for row in grid for cell in row)
    full_rows = sum(sum(map(bool, row)) > 1 for row in grid)
    if filled < _LEAST_FILLED * len(grid) * len(grid[0]) or full_rows < 2:
        return None
    return Table(grid, page, title, box, cut)


def blocks(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    """Runs of rows that an empty row parts."""
    held: list[Sequence[str]] = []
    for row in rows:
        if any(cell.strip() for cell in row):
            held.append(row)
        elif held:
            yield held
            held = []
    if held:
        yield held
