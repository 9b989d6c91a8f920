"""Quotations show the words that were asked for, and mark exactly those."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.bm25 import Bm25Encoder
from service.search.snippets import snippet

_bm25 = Bm25Encoder()


@given(st.text(max_size=600), st.text(max_size=40), st.integers(40, 300))
def test_highlights_are_exactly_the_words_asked_for(text: str, words: str, length: int) -> None:
    terms = {token.term for token in _bm25.tokens(words)}
    found = snippet(text, terms, _bm25, length=length)
    for start, end in found.highlights:
        marked = {token.term for token in _bm25.tokens(found.text[start:end])}
        assert marked & terms
    assert len(found.text) <= length + 4


def test_window_holds_the_most_different_words() -> None:
    text = "alpha. " + "filler " * 100 + "alpha beta gamma." + " filler" * 100
    found = snippet(text, {"alpha", "beta", "gamma"}, _bm25, length=80)
    assert [found.text[start:end] for start, end in found.highlights] == ["alpha", "beta", "gamma"]
    assert found.text.startswith("… ")
    assert found.text.endswith(" …")
