"""One order for lines of text that are known by their places alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Placed(NamedTuple):
    """Text in a rectangle; any unit of length."""

    left: float
    top: float
    right: float
    bottom: float
    text: str


def by_rows(lines: Iterable[Placed]) -> str:
    """The text of lines row by row, each row from the left, joined by spaces.

    A line belongs to a row if its middle lies above the bottom of the row's first line.
    """
    found: list[list[Placed]] = []
    for line in sorted(lines, key=lambda each: each.top + each.bottom):
        if found and (line.top + line.bottom) / 2 < found[-1][0].bottom:
            found[-1].append(line)
        else:
            found.append([line])
    return " ".join(line.text for row in found for line in sorted(row, key=lambda each: each.left))
