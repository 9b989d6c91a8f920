"""Groups: everybody next to the medoid, no chains, whatever the order."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from pipelines.duplicates.groups import groups
from pipelines.duplicates.links import Link

_PAIRS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11), st.sampled_from([0.5, 0.8, 1.0])),
    max_size=25,
)


def _link(first: int, second: int, score: float = 1.0) -> Link[None]:
    return Link(first, second, "edited", score, None)


@given(_PAIRS)
def test_every_member_is_linked_to_the_medoid_and_stands_once(
    pairs: list[tuple[int, int, float]],
) -> None:
    found = groups(_link(*pair) for pair in pairs)
    linked = {(one, other) for one, other, _ in pairs} | {(b, a) for a, b, _ in pairs}
    members = [item for group in found for item in group.members]
    assert len(members) == len(set(members))
    for group in found:
        assert len(group.members) > 1
        assert all((group.medoid, item) in linked for item in group.members if item != group.medoid)


@given(_PAIRS, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order(
    pairs: list[tuple[int, int, float]], shuffling: random.Random
) -> None:
    numbers = list(range(12))
    shuffling.shuffle(numbers)
    shuffled = [_link(numbers[b], numbers[a], score) for a, b, score in pairs]
    shuffling.shuffle(shuffled)
    by_name = [f"{item:02}" for item in range(12)]
    renamed = ["" for _ in numbers]
    for item, number in enumerate(numbers):
        renamed[number] = by_name[item]
    plain = {group.members for group in groups((_link(*pair) for pair in pairs), by_name)}
    other = {
        tuple(sorted(int(renamed[item]) for item in group.members))
        for group in groups(shuffled, renamed)
    }
    assert plain == other


def test_a_chain_of_look_alikes_does_not_melt() -> None:
    found = groups(_link(item, item + 1) for item in range(20))
    assert max(len(group.members) for group in found) == 3


def test_similar_and_placed_pictures_are_no_duplicates() -> None:
    kept = [Link(0, 1, "similar", 1.0, None), Link(1, 2, "placed", 1.0, None)]
    assert groups(kept) == []
