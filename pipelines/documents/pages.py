"""A document as fields are looked for in it: pieces of text in rows, with places.

A *piece* is a run of words without a wide gap; pieces that stand side by side make a *row*.
The *view* is the text of all rows: pieces parted by a tab, rows by a line feed. What is found
in the view is traced back to the characters of the page it stands on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipelines.analysis import Analysis, Box, Unit

_SAME_ROW = 0.5
_LINE_HEIGHT = 0.015
_LETTER_WIDTH = 0.009
_TOGETHER = 5
_MOST_ROWS = 4_000
"""About 80 full pages; what stands later in a document is not looked at for fields."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words on one line.

    Attributes:
        text: what it says, without white space around it.
        page: page number from 1; 0 where the file has no pages.
        start: its first character in the text of its page.
        box: where it stands; made up from the line number where ``placed`` is false.
        placed: whether the box is a real place.
        confidence: of the engine that recognised it; 1 for text of the file.
        part: tells texts of one page apart, such as those of two pictures on it.
    """

    text: str
    page: int
    start: int
    box: Box
    placed: bool = True
    confidence: float = 1.0
    part: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value stands.

    Attributes:
        page: page number from 1; 0 where the file has no pages.
        start, end: its characters in the text of the page, from the first to the last piece.
        box: around it; None where the file has no places.
        text: what stands there, as it stands there.
    """

    page: int
    start: int
    end: int
    box: Box | None
    text: str


Row = tuple[Piece, ...]


class View:
    """The rows of a document as one text.

    Attributes:
        rows: from top to bottom, page by page; pieces from left to right.
        text: the rows' text; see the top of this file.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = tuple(rows[:_MOST_ROWS])
        self.pieces: list[Piece] = []
        self.starts: list[int] = []
        self.row_starts: list[int] = []
        parts: list[str] = []
        at = 0
        for row in self.rows:
            self.row_starts.append(at)
            for piece in row:
                self.pieces.append(piece)
                self.starts.append(at)
                parts.append(piece.text)
                parts.append("\t")
                at += len(piece.text) + 1
            parts[-1] = "\n"
        self.text = "".join(parts)

    def row_of(self, at: int) -> int:
        """Number of the row that a character of the view stands in."""
        return bisect_right(self.row_starts, at) - 1

    def piece_of(self, at: int) -> int:
        """Number of the piece that a character of the view stands in."""
        return bisect_right(self.starts, at) - 1

    def row_text(self, number: int) -> str:
        """Text of a row; empty beyond the first and last."""
        if not 0 <= number < len(self.rows):
            return ""
        return "\t".join(piece.text for piece in self.rows[number])

    def evidence(self, start: int, end: int) -> Evidence:
        """What and where the characters ``start`` to ``end`` of the view are."""
        first, last = self.piece_of(start), self.piece_of(max(start, end - 1))
        page = self.pieces[first].page
        boxes, placed = [], True
        begins, ends = [], []
        for number in range(first, last + 1):
            piece = self.pieces[number]
            if piece.page != page:
                break
            low = max(start - self.starts[number], 0)
            high = min(end - self.starts[number], len(piece.text))
            boxes.append(_cut(piece.box, low, high, len(piece.text)))
            placed = placed and piece.placed
            begins.append(piece.start + low)
            ends.append(piece.start + high)
        return Evidence(
            page,
            min(begins),
            max(ends),
            around(boxes) if placed else None,
            " ".join(self.text[start:end].split()),
        )

    def certainty(self, start: int, end: int) -> float:
        """How sure it is that all of these characters were recognised rightly.

        Engines give the mean over the letters of a line; several letters of one line are
        right or wrong together.
        """
        first, last = self.piece_of(start), self.piece_of(max(start, end - 1))
        sure = 1.0
        for number in range(first, last + 1):
            piece = self.pieces[number]
            low = max(start - self.starts[number], 0)
            high = min(end - self.starts[number], len(piece.text))
            sure *= piece.confidence ** ((high - low) / _TOGETHER)
        return sure


def view_of(analysis: Analysis) -> View:
    """The view of an analysis: its passages, recognised ones with the places of their lines."""
    return View(rows_of(pieces_of(analysis)))


def pieces_of(analysis: Analysis) -> list[Piece]:
    """The text of an analysis in pieces: lines, or what OCR recognised as one."""
    units = [unit for unit in analysis.units if unit.kind == "passage" and unit.text]
    found: list[Piece] = []
    for part, same in groupby(units, key=_part):
        found += _pieces_of_part(list(same), part)
    return found


def rows_of(pieces: Iterable[Piece]) -> list[Row]:
    """Pieces into rows; text whose places are made up stays line by line."""
    rows: list[Row] = []
    for (_, _, placed), same in groupby(pieces, key=lambda p: (p.page, p.part, p.placed)):
        together = list(same)
        rows += _placed_rows(together) if placed else [(piece,) for piece in together]
    return rows


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box around boxes."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _part(unit: Unit) -> str:
    return unit.key.rpartition(":")[0] + f"/{unit.page or 0}"


def _pieces_of_part(units: list[Unit], part: str) -> list[Piece]:
    recognised: dict[int, Piece] = {}
    plain: dict[int, str] = {}
    for unit in units:
        page, base = unit.page or 0, unit.char_start or 0
        for line in unit.lines:
            text = unit.text[line.start : line.end]
            kept = recognised.get(base + line.start)
            if text.strip() and (kept is None or len(text) > len(kept.text)):
                recognised[base + line.start] = Piece(
                    text, page, base + line.start, line.box, True, line.confidence, part
                )
        if not unit.lines:
            at = base
            for line_text in unit.text.split("\n"):
                lead = len(line_text) - len(line_text.lstrip())
                kept_text = plain.get(at + lead, "")
                if len(line_text.strip()) > len(kept_text):
                    plain[at + lead] = line_text.strip()
                at += len(line_text) + 1
    return [*recognised.values(), *_made_up(plain, units[0].page or 0, part)]


def _made_up(lines: dict[int, str], page: int, part: str) -> Iterable[Piece]:
    """Lines one below the other; what a passage repeats of the one before comes once."""
    reached = -1
    for number, (start, text) in enumerate(sorted(lines.items())):
        if start < reached:
            continue
        reached = start + len(text)
        top = min(number * _LINE_HEIGHT % 1.0, 1.0 - _LINE_HEIGHT)
        right = min(1.0, max(_LETTER_WIDTH, len(text) * _LETTER_WIDTH))
        yield Piece(text, page, start, Box(0.0, top, right, top + _LINE_HEIGHT), False, 1.0, part)


def _placed_rows(pieces: list[Piece]) -> list[Row]:
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: each.box.top + each.box.bottom):
        if rows and _beside(piece.box, [each.box for each in rows[-1]]):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [tuple(sorted(row, key=lambda each: each.box.left)) for row in rows]


def _beside(box: Box, row: list[Box]) -> bool:
    """Whether a box stands in a row, by the box of it that is nearest to its side."""
    middle = (box.top + box.bottom) / 2
    nearest = min(row, key=lambda each: max(each.left - box.right, box.left - each.right))
    overlap = min(box.right, nearest.right) - max(box.left, nearest.left)
    if overlap > 0.5 * min(box.right - box.left, nearest.right - nearest.left):
        return False
    height = min(box.bottom - box.top, nearest.bottom - nearest.top)
    return abs(middle - (nearest.top + nearest.bottom) / 2) < _SAME_ROW * height


def _cut(box: Box, start: int, end: int, length: int) -> Box:
    """The part of a line's box that some of its characters take, all being equally wide."""
    width = (box.right - box.left) / max(length, 1)
    return Box(box.left + start * width, box.top, box.left + max(end, 1) * width, box.bottom)
