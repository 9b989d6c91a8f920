"""Reading order: rows, columns, paragraphs, and pages that lie on their side."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ocr.base import Corner, Line
from pipelines.layout import page_text

WIDTH, HEIGHT = 1000, 1400


def line(text: str, left: float, top: float, width: float, height: float = 20) -> Line:
    """A line at a place in pixels of an upright page."""
    around = (
        (left, top),
        (left + width, top),
        (left + width, top + height),
        (left, top + height),
    )
    first, second, third, fourth = ((x / WIDTH, y / HEIGHT) for x, y in around)
    return Line(text, (first, second, third, fourth), 0.9)


def turned(lines: list[Line], degrees: float) -> list[Line]:
    """The page turned clockwise around its middle."""
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def move(corner: Corner) -> Corner:
        x, y = (corner[0] - 0.5) * WIDTH, (corner[1] - 0.5) * HEIGHT
        return ((x * cosine - y * sine) / WIDTH + 0.5, (x * sine + y * cosine) / HEIGHT + 0.5)

    moved = []
    for each in lines:
        first, second, third, fourth = map(move, each.corners)
        moved.append(Line(each.text, (first, second, third, fourth), each.confidence))
    return moved


RECEIPT = [
    line("CORNER SHOP", 380, 40, 240),
    line("Milk", 100, 200, 60),
    line("1.20", 700, 203, 60),
    line("Bread, sliced", 100, 230, 180),
    line("2.45", 700, 228, 60),
    line("TOTAL", 100, 300, 80),
    line("3.65", 700, 301, 60),
]
RECEIPT_TEXT = "CORNER SHOP\n\nMilk 1.20\nBread, sliced 2.45\n\nTOTAL 3.65"


def columns() -> tuple[list[Line], list[str]]:
    """Two columns of prose under a heading that spans both."""
    heading = line("News from the harbour and the town", 100, 50, 800, 40)
    texts = ["News from the harbour and the town"]
    lines = [heading]
    for column, left in enumerate((100, 520)):
        for number in range(8):
            text = f"column {column} and its line of prose number {number}"
            lines.append(line(text, left, 150 + 26 * number, 380))
            texts.append(text)
    return lines, texts


def test_a_receipt_is_read_row_by_row() -> None:
    assert page_text(RECEIPT, WIDTH, HEIGHT).text == RECEIPT_TEXT


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    lines, texts = columns()
    random.Random(5).shuffle(lines)
    assert page_text(lines, WIDTH, HEIGHT).text.split("\n\n") == [
        texts[0],
        "\n".join(texts[1:9]),
        "\n".join(texts[9:]),
    ]


def test_a_table_is_read_row_by_row() -> None:
    lines = [
        line(text, left, 100 + 30 * row, 120)
        for row in range(6)
        for left, text in ((100, f"item {row}"), (400, f"{row} pieces"), (700, f"{row}.50"))
    ]
    text = page_text(lines, WIDTH, HEIGHT).text
    assert text.splitlines() == [f"item {row} {row} pieces {row}.50" for row in range(6)]


@pytest.mark.parametrize("degrees", [90, 180, 270, 4, -6, 94, 176])
def test_the_order_does_not_depend_on_how_the_page_lies(degrees: float) -> None:
    assert page_text(turned(RECEIPT, degrees), WIDTH, HEIGHT).text == RECEIPT_TEXT
    lines, texts = columns()
    text = page_text(turned(lines, degrees), WIDTH, HEIGHT).text
    assert text.split() == " ".join(texts).split()


def test_an_empty_page_says_nothing() -> None:
    assert page_text([], WIDTH, HEIGHT).text == ""


places = st.tuples(
    st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=40),
    st.integers(0, 900),
    st.integers(0, 1300),
    st.integers(5, 400),
    st.integers(5, 60),
)


@given(st.lists(places, max_size=40), st.sampled_from([0, 90, 3, 181]))
def test_every_line_stands_in_the_text_once(
    given_places: list[tuple[str, int, int, int, int]], degrees: float
) -> None:
    lines = turned([line(*place) for place in given_places], degrees)
    page = page_text(lines, WIDTH, HEIGHT)
    spans = sorted((placed.start, placed.end) for placed in page.lines)
    assert sorted(page.text[start:end] for start, end in spans) == sorted(
        each.text for each in lines
    )
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))
    between = "".join(
        page.text[before[1] : after[0]] for before, after in itertools.pairwise(spans)
    )
    assert not between.strip()
