"""The words of selections."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.selection.language import Condition, InvalidSelection, Term, parse_selection


def test_the_forms_that_people_write() -> None:
    assert parse_selection('campaign:"Spring 2026" -region:DE,AT width>=1920 sunset pages=2') == (
        Condition("campaign", ":", (Term("Spring 2026", quoted=True),)),
        Condition("region", ":", (Term("DE"), Term("AT")), negated=True),
        Condition("width", ">=", (Term("1920"),)),
        Condition("", ":", (Term("sunset"),)),
        Condition("pages", ":", (Term("2"),)),
    )


def test_no_words_select_everything() -> None:
    assert parse_selection("  ") == ()


@pytest.mark.parametrize(
    "wrong", ['campaign:"Spring', "width>1,2", "a:,b", 'a:""', "x" * 5000, "a:b " * 60, 'a:b"c"']
)
def test_what_cannot_be_understood_is_said(wrong: str) -> None:
    with pytest.raises(InvalidSelection):
        parse_selection(wrong)


_texts = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)
_plain = _texts.filter(lambda text: not set(text) & set('",\\:<>=-'))
_terms = st.builds(Term, _plain) | st.builds(lambda text: Term(text, quoted=True), _texts)


@given(
    st.lists(
        st.builds(
            Condition,
            st.sampled_from(["campaign", "title", "product_id"]),
            st.just(":"),
            st.lists(_terms, min_size=1, max_size=3).map(tuple),
            st.booleans(),
        ),
        max_size=5,
    )
)
def test_what_is_written_is_read_again(conditions: list[Condition]) -> None:
    assert parse_selection(" ".join(map(str, conditions))) == tuple(conditions)
