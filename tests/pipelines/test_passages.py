"""Passages are bounded, exact, and lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.passages import MAX_WORDS, Section, count_words, passages

WORDS = st.sampled_from(
    ["contract", "the", "fee.", "Is", "it?", "sky!", "x" * 90, "価格", "。", "é"]
)
GAPS = st.sampled_from([" ", "\n", "\n\n", "  ", "\t", " \n \n ", ""])
TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(st.tuples(WORDS, GAPS), max_size=700).map(
        lambda pairs: "".join(word + gap for word, gap in pairs)
    ),
)


@given(TEXTS, st.lists(st.integers(0, 500), max_size=5))
def test_every_word_is_in_a_passage_of_bounded_length(text: str, starts: list[int]) -> None:
    sections = [Section(at, f"Part {at}") for at in sorted({s for s in starts if s < len(text)})]
    covered = [False] * len(text)
    found = passages(text, sections=sections)
    for number, unit in enumerate(found):
        assert unit.char_start is not None and unit.char_end is not None
        assert text[unit.char_start : unit.char_end] == unit.text
        assert unit.text.strip() == unit.text != ""
        assert unit.key == f"passage:{number}"
        assert count_words(unit.text) <= MAX_WORDS
        covered[unit.char_start : unit.char_end] = [True] * len(unit.text)
    assert all(seen or letter.isspace() for seen, letter in zip(covered, text, strict=True))
    positions = [(unit.char_start, unit.char_end) for unit in found]
    assert positions == sorted(set(positions))


@pytest.mark.parametrize("text", ["x" * 1_000_000, "汉字" * 20_000, "word " * 50_000, " \n" * 9])
def test_text_without_sentences_or_spaces_is_cut_all_the_same(text: str) -> None:
    found = passages(text)
    assert sum(len(unit.text) for unit in found) >= len(text.rstrip()) - len(found)
    assert all(count_words(unit.text) <= MAX_WORDS for unit in found)


def test_a_cut_inside_a_paragraph_repeats_its_last_sentence() -> None:
    text = " ".join(f"Sentence number {number} speaks of something else." for number in range(60))
    first, second = passages(text)[:2]
    assert first.char_end is not None and second.char_start is not None
    assert second.char_start < first.char_end
    assert first.text.endswith(".") and second.text.startswith("Sentence")


def test_a_passage_ends_with_its_paragraph_where_it_can() -> None:
    paragraphs = ["All of it concerns one matter. " * 20] * 4
    found = passages("\n\n".join(paragraphs))
    assert [unit.text for unit in found] == [paragraph.strip() for paragraph in paragraphs]


def test_a_passage_knows_the_heading_it_stands_under() -> None:
    body = "Words that explain the heading above. " * 12
    text = f"Opening. {body}\n\n# Fees\n{body}\n\n# Notice\n{body}"
    sections = [Section(text.index("# Fees"), "Fees"), Section(text.index("# Notice"), "Notice")]
    found = passages(text, sections=sections, page=3, first=7)
    assert [unit.section for unit in found] == ["", "Fees", "Notice"]
    assert [unit.key for unit in found] == ["passage:7", "passage:8", "passage:9"]
    assert {unit.page for unit in found} == {3}
    assert found[1].text.startswith("# Fees")
