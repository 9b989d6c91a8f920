"""Random writes and questions get the same answers from Edge and from the brute-force oracle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import numpy as np
import pytest

from service.index.base import Condition, Filter, Hit, Leg, Point, SparseVector, VectorIndex

# Edge keeps half precision; BM25 scores are of the order of 10.
TOLERANCE = {"text": 3e-3, "look": 3e-3, "bm25": 2e-2}


def random_payload(random: np.random.Generator) -> dict[str, object]:
    payload: dict[str, object] = {
        "kind": str(random.choice(["image", "document", "Ähre"])),
        "groups": [f"g{n}" for n in range(5) if random.random() < 0.3],
        "pages": int(random.integers(-5, 30)),
        # Edge may change the last bit of a float.
        "size": round(float(random.uniform(0, 10)), 4),
        "scanned": bool(random.random() < 0.5),
        "taken": f"20{random.integers(10, 25)}-0{random.integers(1, 9)}-11T10:00:00+02:00",
    }
    return {name: value for name, value in payload.items() if random.random() < 0.8}


def random_condition(random: np.random.Generator) -> Condition:
    low, high = sorted(random.uniform(-5, 30, size=2).tolist())
    return [
        Condition("kind", any_of=["image", "Ähre"]),
        Condition("groups", any_of=[f"g{random.integers(0, 6)}", "g1"]),
        Condition("pages", any_of=[int(low), int(high)]),
        Condition("pages", gte=low, lte=high),
        Condition("size", gte=low / 3),
        Condition("scanned", any_of=[bool(random.random() < 0.5)]),
        Condition("taken", lte=f"20{random.integers(10, 25)}-05-01"),
    ][random.integers(0, 7)]


def random_filter(random: np.random.Generator) -> Filter:
    conditions = [random_condition(random) for _ in range(random.integers(0, 4))]
    at = random.integers(0, 3)
    return Filter(must=conditions[at:], must_not=conditions[:at])


def assert_same(leg: Leg, ours: Sequence[Hit], theirs: Sequence[Hit]) -> None:
    """Equal but for points whose scores differ less than the precision of the storage."""
    tolerance = TOLERANCE[leg.using]
    assert len(ours) == len(theirs)
    np.testing.assert_allclose(
        [hit.score for hit in ours], [hit.score for hit in theirs], atol=tolerance
    )
    if theirs:
        cut = theirs[-1].score + 2 * tolerance
        found = {hit.id: hit.payload for hit in ours}
        for hit in theirs:
            if hit.score > cut:
                assert found[hit.id] == hit.payload


@pytest.mark.parametrize("seed", [1, 2])
def test_edge_answers_like_the_oracle(
    seed: int, open_index: Callable[[str], VectorIndex], make_point: Callable[..., Point]
) -> None:
    random = np.random.default_rng(seed)
    edge, oracle = open_index("edge"), open_index("memory")
    for _ in range(4):
        points = []
        for number in random.integers(0, 400, size=120).tolist():
            has = tuple(name for name in ("text", "look") if random.random() < 0.8)
            words = tuple(random.integers(0, 60, size=random.integers(0, 12)).tolist())
            newer = make_point(
                int(random.integers(1, 10**6)), random_payload(random), dense=has, words=words
            )
            points.append(Point(UUID(int=number), newer.dense, newer.sparse, newer.payload))
        gone = Filter(must=[Condition("pages", gte=int(random.integers(20, 40)))])
        for index in (edge, oracle):
            index.upsert(points)
            index.delete(gone)

        for _ in range(8):
            filter_ = random_filter(random)
            assert edge.count(filter_) == oracle.count(filter_)
            walked = edge.scroll(filter_, limit=30)
            assert walked == oracle.scroll(filter_, limit=30)
            middle = walked[len(walked) // 2] if walked else None
            assert edge.scroll(filter_, limit=9, after=middle) == oracle.scroll(
                filter_, limit=9, after=middle
            )
            assert edge.facet("groups", filter_, limit=9) == oracle.facet(
                "groups", filter_, limit=9
            )
            terms = np.unique(random.integers(0, 60, size=4).astype(np.uint32))
            legs = [
                Leg("text", random.standard_normal(8).astype(np.float32), 20, filter_),
                Leg("look", random.standard_normal(16).astype(np.float32), 20, filter_),
                Leg("bm25", SparseVector(terms, np.ones(len(terms), np.float32)), 20, filter_),
            ]
            for leg, ours, theirs in zip(legs, edge.search(legs), oracle.search(legs), strict=True):
                assert_same(leg, ours, theirs)

        names = ["text", "look", "bm25"]
        ids = [UUID(int=number) for number in range(400)]
        ours_by_id = {point.id: point for point in edge.retrieve(ids, vectors=names)}
        for point in oracle.retrieve(ids, vectors=names):
            stored = ours_by_id.pop(point.id)
            assert stored.payload == point.payload
            assert stored.dense.keys() == point.dense.keys()
            assert stored.sparse.keys() == point.sparse.keys()
            for name, vector in point.dense.items():
                np.testing.assert_allclose(stored.dense[name], vector, atol=1e-3)
        assert not ours_by_id
