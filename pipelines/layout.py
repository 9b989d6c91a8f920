"""From lines scattered over a page to text in the order in which a person reads it.

Lines are turned upright and straight by their own direction. Columns of prose are read one
after the other; what stands side by side without being prose, such as the cells of a table
or the items and prices of a receipt, is read row by row. The cuts between columns follow
the recursive XY-cut (Nagy and Seth 1984), with lines across all columns as borders.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from models.ocr.base import Line
from pipelines.analysis import Box, TextLine

_SAME_ROW = 0.5
_PARAGRAPH_GAP = 0.6
_LEAST_COLUMN_LINES = 4
_PROSE = 18
_SIDE_BY_SIDE = 0.5
_MOST_DEPTH = 4


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page says, in reading order: rows on lines, an empty line between paragraphs."""

    text: str
    lines: tuple[TextLine, ...]


class _Piece(NamedTuple):
    """A line with its place on the upright page; lengths in pixels."""

    line: Line
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


_Row = list[_Piece]


def page_text(lines: Sequence[Line], width: int, height: int) -> PageText:
    """Put lines into reading order.

    Args:
        lines: of one picture, in any order.
        width, height: of the picture in pixels.
    """
    text = ""
    placed: list[TextLine] = []
    for block in _blocks(_upright(lines, width, height), _MOST_DEPTH):
        rows = _rows(block)
        paragraphs = _paragraph_starts(rows)
        for number, row in enumerate(rows):
            if text:
                text += "\n\n" if number == 0 or number in paragraphs else "\n"
            for place, piece in enumerate(row):
                text += " " if place else ""
                start = len(text)
                text += piece.line.text
                placed.append(TextLine(start, len(text), _box(piece.line), piece.line.confidence))
    return PageText(text, tuple(placed))


def _upright(lines: Sequence[Line], width: int, height: int) -> list[_Piece]:
    """Turn and straighten lines by the direction in which most of the text, by length, runs."""
    if not lines:
        return []
    corners = np.array([line.corners for line in lines]) * (width, height)
    along = corners[:, 1] - corners[:, 0]
    lengths = np.hypot(along[:, 0], along[:, 1])
    angles = np.arctan2(along[:, 1], along[:, 0])
    quarters = np.rint(angles / (np.pi / 2)).astype(int)
    main = int(np.bincount(quarters % 4, weights=lengths).argmax())
    askew = (angles - quarters * np.pi / 2)[quarters % 4 == main]
    angle = main * np.pi / 2 + float(np.median(askew))
    cosine, sine = np.cos(angle), np.sin(angle)
    turned = corners @ np.array([(cosine, -sine), (sine, cosine)])
    low, high = turned.min(axis=1).tolist(), turned.max(axis=1).tolist()
    return [_Piece(line, *first, *last) for line, first, last in zip(lines, low, high, strict=True)]


def _blocks(pieces: list[_Piece], depth: int) -> Iterator[list[_Piece]]:
    """Runs of lines that are read row by row, in reading order."""
    gutter = _gutter(pieces) if depth else None
    if gutter is None:
        if pieces:
            yield pieces
        return
    held: list[_Piece] = []
    for piece in sorted(pieces, key=lambda each: each.middle):
        if piece.left < gutter < piece.right:
            yield from _columns(held, gutter, depth)
            yield [piece]
            held = []
        else:
            held.append(piece)
    yield from _columns(held, gutter, depth)


def _columns(pieces: list[_Piece], gutter: float, depth: int) -> Iterator[list[_Piece]]:
    left = [piece for piece in pieces if piece.right <= gutter]
    right = [piece for piece in pieces if piece.right > gutter]
    if min(len(left), len(right)) < _LEAST_COLUMN_LINES:
        if pieces:
            yield pieces
        return
    yield from _blocks(left, depth - 1)
    yield from _blocks(right, depth - 1)


def _gutter(pieces: list[_Piece]) -> float | None:
    """Where a vertical strip parts two columns of prose; None where there is none.

    Some lines may cross it, such as headings above both columns.
    """
    lefts = np.array([piece.left for piece in pieces])
    rights = np.array([piece.right for piece in pieces])
    best, fewest = None, len(pieces) // 2
    for at in np.unique(lefts):
        left = [piece for piece in pieces if piece.right <= at]
        right = [piece for piece in pieces if piece.left >= at]
        crossing = len(pieces) - len(left) - len(right)
        if crossing < fewest and _are_columns(left, right):
            best, fewest = (float(rights[rights <= at].max()) + float(at)) / 2, crossing
    return best


def _are_columns(left: list[_Piece], right: list[_Piece]) -> bool:
    """Whether two groups of lines are prose, side by side."""
    if min(len(left), len(right)) < _LEAST_COLUMN_LINES:
        return False
    if any(np.median([len(each.line.text) for each in side]) < _PROSE for side in (left, right)):
        return False
    spans = [
        (min(each.top for each in side), max(each.bottom for each in side))
        for side in (left, right)
    ]
    shared = min(bottom for _, bottom in spans) - max(top for top, _ in spans)
    return shared >= _SIDE_BY_SIDE * min(bottom - top for top, bottom in spans)


def _rows(pieces: list[_Piece]) -> list[_Row]:
    """Lines that stand side by side, from the top; each row from the left."""
    rows: list[_Row] = []
    for piece in sorted(pieces, key=lambda each: each.middle):
        if rows and _in_row(piece, rows[-1]):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _in_row(piece: _Piece, row: _Row) -> bool:
    middle = float(np.mean([each.middle for each in row]))
    least = min(piece.height, *(each.height for each in row))
    return abs(piece.middle - middle) < _SAME_ROW * least


def _paragraph_starts(rows: list[_Row]) -> set[int]:
    """Numbers of the rows that a wider gap than usual parts from the row before."""
    tops = [min(piece.top for piece in row) for row in rows]
    bottoms = [max(piece.bottom for piece in row) for row in rows]
    gaps = [top - bottom for top, bottom in zip(tops[1:], bottoms[:-1], strict=True)]
    if not gaps:
        return set()
    height = float(np.median([piece.height for row in rows for piece in row]))
    # In a short text of short paragraphs, half of the gaps may be those between paragraphs.
    wide = float(np.percentile(gaps, 25)) + _PARAGRAPH_GAP * height
    return {number for number, gap in enumerate(gaps, start=1) if gap > wide}


def _box(line: Line) -> Box:
    across = [corner[0] for corner in line.corners]
    down = [corner[1] for corner in line.corners]
    return Box(min(across), min(down), max(across), max(down))
