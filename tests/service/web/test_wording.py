"""Words on the pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.schemas import Span
from service.web import wording

_SPANS = st.lists(
    st.builds(lambda a, b: Span(start=a, end=b), st.integers(-3, 30), st.integers(-3, 30))
)


@given(st.text(max_size=25), _SPANS)
def test_marking_loses_nothing_and_marks_exactly_the_spans(text: str, spans: list[Span]) -> None:
    pieces = list(wording.marked(text, spans))
    assert "".join(piece for piece, _ in pieces) == text
    marked = [found for piece, found in pieces for _ in piece]
    wanted = {at for span in spans for at in range(span.start, span.end)}
    assert marked == [at in wanted for at in range(len(text))]


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 KB"),
        (45_300, "45 KB"),
        (999_600, "1.0 MB"),
        (3_240_000, "3.2 MB"),
        (5_000_000_000_000_000, "5000 TB"),
    ],
)
def test_sizes_read_naturally(octets: int, words: str) -> None:
    assert wording.size(octets) == words


def test_relevance_is_said_in_three_steps() -> None:
    assert [wording.strength(each).level for each in (0.36, 0.6, 0.95)] == [1, 2, 3]
