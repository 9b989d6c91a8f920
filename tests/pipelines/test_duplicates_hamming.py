"""Near hashes: the same pairs as by comparing all with all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.duplicates.hamming import (
    MOST_BITS,
    MOST_EQUAL,
    Hashes,
    NearPairs,
    pairs_between,
    pairs_within,
)

_HASH = st.integers(0, 2**64 - 1)
_FEW = st.lists(st.integers(0, 63), max_size=9)


@st.composite
def _hashes(draw: st.DrawFn) -> Hashes:
    """Hashes, and some of them again with a few bits flipped."""
    seeds = draw(st.lists(_HASH, min_size=1, max_size=12))
    near = draw(st.lists(st.tuples(st.sampled_from(seeds), _FEW), max_size=12))
    flipped = [value ^ sum(1 << bit for bit in set(bits)) for value, bits in near]
    return np.array(draw(st.permutations(seeds + flipped)), np.uint64)


def _as_set(pairs: NearPairs) -> set[tuple[int, int, int]]:
    columns = (pairs.first.tolist(), pairs.second.tolist(), pairs.bits.tolist())
    found = list(zip(*columns, strict=True))
    assert len(set(found)) == len(found)
    return set(found)


@settings(max_examples=25)
@given(_hashes(), st.integers(0, 8))
def test_all_pairs_within_are_found(hashes: Hashes, bits: int) -> None:
    distance = np.bitwise_count(hashes[:, None] ^ hashes[None])
    first, second = np.nonzero(np.triu(distance <= bits, 1))
    wanted = {(i, j, int(distance[i, j])) for i, j in zip(first, second, strict=True)}
    runs = np.unique(hashes, return_counts=True)[1]
    found = _as_set(pairs_within(hashes, bits))
    if runs.max() <= MOST_EQUAL:
        assert found == wanted
    else:
        assert found <= wanted


@settings(max_examples=15)
@given(_hashes(), _hashes())
def test_all_pairs_between_are_found(left: Hashes, right: Hashes) -> None:
    distance = np.bitwise_count(left[:, None] ^ right[None])
    runs = [np.unique(side, return_counts=True)[1].max() for side in (left, right)]
    wanted = {(i, j, int(distance[i, j])) for i, j in zip(*np.nonzero(distance <= 8), strict=True)}
    found = _as_set(pairs_between(left, right, 8))
    assert found == wanted if max(runs) <= MOST_EQUAL else found <= wanted


def test_many_equal_hashes_stay_connected_without_all_pairs() -> None:
    hashes = np.full(1000, 7, np.uint64)
    hashes[400] = 6
    found = _as_set(pairs_within(hashes, 2))
    assert found == {(0, other, int(other == 400)) for other in range(1, 1000)}


def test_no_hashes() -> None:
    none = np.empty(0, np.uint64)
    assert len(pairs_within(none, 8).first) == 0
    assert len(pairs_between(none, np.array([1], np.uint64), 8).first) == 0


def test_too_far_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and"):
        pairs_within(np.array([1, 2], np.uint64), MOST_BITS + 1)
