"""Measures of rankings."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.ranking import ndcg, reciprocal_rank

ids = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True)


def test_ndcg_discounts_by_rank() -> None:
    assert ndcg(["x", "a"], {"a"}) == pytest.approx(1 / math.log2(3))
    assert ndcg(["a", "x", "b"], {"a", "b"}) == pytest.approx(1.5 / (1 + 1 / math.log2(3)))


def test_only_the_first_k_count() -> None:
    assert ndcg(["x", "a"], {"a"}, k=1) == 0
    assert reciprocal_rank(["x", "a"], {"a"}, k=1) == 0


def test_reciprocal_rank_is_that_of_the_first_hit() -> None:
    assert reciprocal_rank(["x", "b", "a"], {"a", "b"}) == 0.5


@given(ids, st.sets(st.sampled_from("abcdefghijklmnop"), min_size=1))
def test_a_ranking_is_perfect_only_when_what_is_relevant_comes_first(
    ranked: list[str], relevant: set[str]
) -> None:
    value = ndcg(ranked, relevant)
    first = ranked[: min(10, len(relevant))]
    perfect = len(first) == min(10, len(relevant)) and set(first) <= relevant
    assert 0 <= value <= 1 + 1e-9
    assert (value > 1 - 1e-9) == perfect
