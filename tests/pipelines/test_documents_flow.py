"""The text of documents: spans, sections and limits hold whatever is put in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.limits import Limits
from pipelines.readers.flow import Flow

WORDS = st.text(st.sampled_from("ab .\n\x00é漢"), max_size=40)
STEPS = st.lists(st.tuples(st.sampled_from(["heading", "paragraph", "item", "lines"]), WORDS))


def fill(flow: Flow, steps: list[tuple[str, str]]) -> None:
    for kind, text in steps:
        getattr(flow, kind)(text)


@given(STEPS, STEPS)
def test_spans_of_a_file_without_pages_go_on_from_part_to_part(
    first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    flow = Flow(Limits())
    fill(flow, first)
    units = list(flow.take())
    flow.begin("notes")
    fill(flow, second)
    later = flow.take()
    ends = [unit.char_end or 0 for unit in units]
    assert all((unit.char_start or 0) > max(ends, default=-1) for unit in later)
    for unit in (*units, *later):
        assert (unit.char_end or 0) - (unit.char_start or 0) == len(unit.text)
    keys = [unit.key for unit in (*units, *later)]
    assert len(set(keys)) == len(keys)
    assert all(unit.section for unit in later)


@given(STEPS, st.integers(1, 60))
def test_no_more_text_than_allowed_is_kept_and_it_says_so(
    steps: list[tuple[str, str]], most: int
) -> None:
    whole, cut = Flow(Limits()), Flow(Limits(text_chars=most))
    fill(whole, steps)
    fill(cut, steps)
    all_text = "".join(unit.text for unit in whole.take())
    kept = "".join(unit.text for unit in cut.take())
    assert len(kept) <= most
    assert bool(cut.warnings()) or kept == all_text


def test_pages_count_from_their_own_start_and_sections_end_with_them() -> None:
    flow = Flow(Limits())
    flow.heading("Title")
    first = flow.take(1)
    flow.paragraph("Second page")
    second = flow.take(2)
    assert [(unit.page, unit.section, unit.char_start) for unit in (*first, *second)] == [
        (1, "Title", 0),
        (2, "", 0),
    ]


def test_a_part_begun_shares_no_passage_with_the_one_before() -> None:
    flow = Flow(Limits())
    flow.paragraph("Public")
    flow.begin("hidden sheet")
    flow.row(["private", "", "x", ""])
    assert [(unit.section, unit.text) for unit in flow.take()] == [
        ("", "Public"),
        ("hidden sheet", "private |  | x"),
    ]
