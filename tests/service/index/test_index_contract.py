"""What every implementation of the index promises: Edge, a server, and the oracle in memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from uuid import UUID, uuid4

import numpy as np
import pytest

from service.index.base import (
    Condition,
    Filter,
    IndexUnavailable,
    Leg,
    Point,
    SparseVector,
    VectorIndex,
)

MakePoint = Callable[..., Point]
EVERYTHING = Filter()

IMPLEMENTATIONS = ["edge", "memory"]
if "MAGPIE_TEST_QDRANT_URL" in os.environ:
    IMPLEMENTATIONS.append("server")


@pytest.fixture(params=IMPLEMENTATIONS)
def index(request: pytest.FixtureRequest, open_index: Callable[[str], VectorIndex]) -> VectorIndex:
    return open_index(request.param)


def ids(*numbers: int) -> list[UUID]:
    return [UUID(int=number) for number in numbers]


def passing(index: VectorIndex, *must: Condition, must_not: tuple[Condition, ...] = ()) -> set[int]:
    filter_ = Filter(must=must, must_not=must_not)
    found = index.scroll(filter_, limit=1000)
    assert index.count(filter_) == len(found)
    return {id_.int for id_ in found}


def sparse(*pairs: tuple[int, float]) -> SparseVector:
    indices, values = zip(*pairs, strict=True)
    return SparseVector(np.array(indices, np.uint32), np.array(values, np.float32))


def test_a_dense_leg_ranks_by_cosine(index: VectorIndex, make_point: MakePoint) -> None:
    points = [make_point(number) for number in range(1, 40)]
    index.upsert(points)
    query = np.random.default_rng(0).standard_normal(8).astype(np.float32)

    (hits,) = index.search([Leg("text", query, 5)])

    stored = np.stack([point.dense["text"] for point in points])
    cosines = stored @ query / np.linalg.norm(stored, axis=1) / np.linalg.norm(query)
    best = np.argsort(-cosines)[:5]
    assert [hit.id.int for hit in hits] == (best + 1).tolist()
    np.testing.assert_allclose([hit.score for hit in hits], cosines[best], atol=2e-3)
    assert hits[0].payload == {"kind": "image"}


def test_rare_words_weigh_more_than_common_ones(index: VectorIndex, make_point: MakePoint) -> None:
    index.upsert([make_point(number, words=(7,)) for number in range(1, 20)])
    index.upsert([Point(UUID(int=20), {}, {"bm25": sparse((3, 1.0), (7, 1.0))}, {})])
    index.upsert([Point(UUID(int=21), {}, {"bm25": sparse((4_000_000_000, 2.0))}, {})])

    common, rare, huge = index.search(
        [
            Leg("bm25", sparse((7, 1.0)), 30),
            Leg("bm25", sparse((3, 1.0)), 30),
            Leg("bm25", sparse((4_000_000_000, 1.0)), 30),
        ]
    )

    assert len(common) == 20
    assert [hit.id.int for hit in rare] == [20]
    assert rare[0].score > 5 * next(hit.score for hit in common if hit.id.int == 20)
    # Robertson's IDF, as Qdrant writes it: 1 of 21 points holds the word.
    idf = np.log(1 + (21 - 1 + 0.5) / (1 + 0.5))
    assert rare[0].score == pytest.approx(idf, rel=1e-3)
    assert huge[0].score == pytest.approx(2 * idf, rel=1e-3)


def test_deleted_words_no_longer_count(index: VectorIndex) -> None:
    def pages(number: int, *words: int) -> Point:
        vector = sparse(*((word, 1.0) for word in words))
        return Point(UUID(int=number), {}, {"bm25": vector}, {"pages": number})

    index.upsert([pages(n, 7) for n in range(10)] + [pages(n, 3) for n in range(10, 20)])
    index.delete(Filter(must=[Condition("pages", lte=5)]))
    index.upsert([pages(n, 3) for n in range(3)])

    ((hit,),) = index.search([Leg("bm25", sparse((7, 1.0)), 1)])

    assert hit.score == pytest.approx(np.log(1 + (17 - 4 + 0.5) / (4 + 0.5)), rel=1e-3)


def test_a_leg_finds_only_points_that_have_its_vector(
    index: VectorIndex, make_point: MakePoint
) -> None:
    index.upsert([make_point(1, dense=("text",), words=()), make_point(2, dense=(), words=(5,))])
    query = np.ones(8, np.float32)

    text, look, words = index.search(
        [
            Leg("text", query, 10),
            Leg("look", np.ones(16, np.float32), 10),
            Leg("bm25", sparse((5, 1.0)), 10),
        ]
    )

    assert [hit.id.int for hit in text] == [1]
    assert look == []
    assert [hit.id.int for hit in words] == [2]


def test_legs_that_ask_for_nothing_find_nothing(index: VectorIndex, make_point: MakePoint) -> None:
    index.upsert([make_point(1)])
    no_words = SparseVector(np.empty(0, np.uint32), np.empty(0, np.float32))
    everything = Leg("text", np.ones(8, np.float32), 5)

    empty, limited, found = index.search(
        [Leg("bm25", no_words, 5), Leg("text", np.ones(8, np.float32), 0), everything]
    )

    assert (empty, limited, len(found)) == ([], [], 1)
    assert index.search([]) == []


def test_a_leg_may_score_some_points_only(index: VectorIndex, make_point: MakePoint) -> None:
    kinds = ["image", "page"]
    points = [make_point(number, {"kind": kinds[number % 2]}) for number in range(1, 30)]
    index.upsert([*points, make_point(90, dense=("text",))])
    vector = points[0].dense["look"]
    scores = {hit.id: hit.score for hit in index.search([Leg("look", vector, 100)])[0]}
    among = [UUID(int=number) for number in (4, 9, 17, 90, 999)]
    images = Filter(must=[Condition("kind", any_of=["image"])])
    some, fewer, none = index.search(
        [
            Leg("look", vector, 5, among=among),
            Leg("look", vector, 5, images, among=among),
            Leg("look", vector, 5, among=[]),
        ]
    )
    assert {hit.id: hit.score for hit in some} == {
        id_: pytest.approx(scores[id_], abs=1e-5) for id_ in among[:3]
    }
    assert [hit.id.int for hit in fewer] == [4]
    assert none == []


def test_equal_scores_come_in_order_of_id(index: VectorIndex) -> None:
    vector = np.ones(8, np.float32)
    order = [5, 2, 9, 1]
    index.upsert([Point(UUID(int=number), {"text": vector}, {}, {}) for number in order])

    (hits,) = index.search([Leg("text", vector, 10)])

    assert [hit.id.int for hit in hits] == sorted(order)


def test_filters(index: VectorIndex, make_point: MakePoint) -> None:
    index.upsert(
        [
            make_point(1, {"kind": "image", "groups": ["all", "editors"], "pages": 1}),
            make_point(2, {"kind": "document", "groups": ["editors"], "pages": 12, "size": 0.5}),
            make_point(3, {"kind": "Ähre 穂", "groups": [], "size": 2.25, "scanned": True}),
            make_point(4, {"kind": None, "scanned": False, "taken": "2024-05-31T23:30:00Z"}),
            make_point(5, {"taken": "2024-06-01", "pages": -3}),
            make_point(6, {"taken": "2024-06-01T01:00:00+02:00"}),
        ]
    )

    assert passing(index, Condition("kind", any_of=["image", "document"])) == {1, 2}
    assert passing(index, Condition("kind", any_of=["Ähre 穂"])) == {3}
    assert passing(index, Condition("kind", any_of=[])) == set()
    assert passing(index, Condition("groups", any_of=["all", "nobody"])) == {1}
    assert passing(index, Condition("groups", any_of=["editors"])) == {1, 2}
    assert passing(index, Condition("pages", any_of=[12, -3])) == {2, 5}
    assert passing(index, Condition("pages", gte=1)) == {1, 2}
    assert passing(index, Condition("pages", gte=-3, lte=1)) == {1, 5}
    assert passing(index, Condition("size", lte=0.5)) == {2}
    assert passing(index, Condition("size", gte=0.4, lte=3)) == {2, 3}
    assert passing(index, Condition("scanned", any_of=[True])) == {3}
    assert passing(index, Condition("scanned", any_of=[True, False])) == {3, 4}
    assert passing(index, Condition("taken", gte="2024-06-01")) == {5}
    assert passing(index, Condition("taken", lte="2024-05-31T23:15:00Z")) == {6}
    assert passing(index, Condition("taken", gte="2024-05-31T23:00:00Z")) == {4, 5, 6}
    both = Condition("pages", any_of=[1, 12], gte=5)
    assert passing(index, both) == {2}
    assert passing(index, must_not=(both,)) == {1, 3, 4, 5, 6}
    assert passing(index, must_not=(Condition("groups", any_of=["editors"]),)) == {3, 4, 5, 6}
    editors = Condition("groups", any_of=["editors"])
    assert passing(index, editors, must_not=(Condition("kind", any_of=["image"]),)) == {2}
    assert passing(index) == {1, 2, 3, 4, 5, 6}


def test_a_filter_is_applied_before_the_limit(index: VectorIndex, make_point: MakePoint) -> None:
    index.upsert([make_point(n, {"pages": n, "groups": ["a"]}) for n in range(1, 101)])
    last = Filter(must=[Condition("pages", gte=96)])

    dense, words = index.search(
        [
            Leg("look", make_point(1).dense["look"], 5, last),
            Leg("bm25", sparse(*((n, 1.0) for n in range(60))), 5, last),
        ]
    )

    assert {hit.id.int for hit in dense} == {96, 97, 98, 99, 100}
    assert {hit.id.int for hit in words} == {96, 97, 98, 99, 100}


def test_a_condition_that_does_not_fit_is_refused(index: VectorIndex) -> None:
    for condition, words in [
        (Condition("colour", any_of=["red"]), "no field 'colour'"),
        (Condition("kind"), "tests nothing"),
        (Condition("kind", any_of="image"), "give a list"),
        (Condition("kind", any_of=[3]), "give a list"),
        (Condition("pages", any_of=[True]), "give a list"),
        (Condition("size", any_of=[1]), "by a range"),
        (Condition("kind", gte=3), "has no range"),
        (Condition("pages", gte="3"), "holds numbers"),
        (Condition("taken", gte="last May"), "holds dates"),
    ]:
        with pytest.raises(ValueError, match=words):
            index.count(Filter(must=[condition]))


def test_upsert_replaces_the_whole_point(index: VectorIndex, make_point: MakePoint) -> None:
    index.upsert([make_point(1, {"kind": "image", "pages": 3}), make_point(2)])
    newer = make_point(7, {"kind": "document"}, dense=("text",), words=())
    index.upsert([Point(UUID(int=1), newer.dense, newer.sparse, newer.payload)] * 2)

    (point,) = index.retrieve(ids(1), vectors=["text", "look", "bm25"])

    assert index.count(EVERYTHING) == 2
    assert point.payload == {"kind": "document"}
    assert set(point.dense) == {"text"}
    assert point.sparse == {}
    assert [hit.id.int for hit in index.search([Leg("look", np.ones(16, np.float32), 9)])[0]] == [2]
    assert passing(index, Condition("pages", any_of=[3])) == set()


def test_retrieve_gives_back_what_was_stored(index: VectorIndex, make_point: MakePoint) -> None:
    payload = {
        "kind": "straße 東京 🐦",
        "groups": ("a", "b"),
        "pages": 2**40,
        "size": 1.5,
        "scanned": True,
        "taken": "2024-05-31",
        "note": None,
        "text": 'quotes " and\nlines',
    }
    index.upsert([make_point(1, payload), make_point(2)])

    (point,) = index.retrieve([UUID(int=1), uuid4()], vectors=["look", "bm25"])
    (bare,) = index.retrieve(ids(2))

    assert point.payload == {**payload, "groups": ["a", "b"]}
    assert point.payload["scanned"] is True
    given = make_point(1)
    look = given.dense["look"] / np.linalg.norm(given.dense["look"])
    assert set(point.dense) == {"look"}
    np.testing.assert_allclose(point.dense["look"], look, atol=1e-3)
    np.testing.assert_array_equal(point.sparse["bm25"].indices, given.sparse["bm25"].indices)
    np.testing.assert_allclose(point.sparse["bm25"].values, given.sparse["bm25"].values, rtol=1e-3)
    assert (bare.dense, bare.sparse) == ({}, {})
    assert index.retrieve([]) == []


def test_scroll_walks_all_ids_in_order(index: VectorIndex, make_point: MakePoint) -> None:
    points = [make_point(1, words=())] + [
        Point(uuid4(), {}, {}, {"kind": "image" if n % 2 else "document"}) for n in range(60)
    ]
    index.upsert(points)
    images = Filter(must=[Condition("kind", any_of=["image"])])

    walked: list[UUID] = []
    while page := index.scroll(images, limit=7, after=walked[-1] if walked else None):
        walked += page

    assert walked == sorted(point.id for point in points if point.payload["kind"] == "image")
    assert index.scroll(EVERYTHING, limit=1, after=max(point.id for point in points)) == []
    # Going on from an id that has been deleted meanwhile.
    assert index.scroll(EVERYTHING, limit=1, after=UUID(int=0)) == ids(1)


def test_facet_counts_values_of_points_that_pass(index: VectorIndex, make_point: MakePoint) -> None:
    groups = [["a", "b"], ["b"], ["b", "c"], ["c"], [], ["d"]]
    index.upsert([make_point(n, {"groups": g, "pages": n}) for n, g in enumerate(groups)])

    counts = index.facet("groups", EVERYTHING, limit=10)
    assert list(counts.items()) == [("b", 3), ("c", 2), ("a", 1), ("d", 1)]
    late = Filter(must=[Condition("pages", gte=2)])
    assert index.facet("groups", late, limit=1) == {"c": 2}
    with pytest.raises(ValueError, match="cannot count values of 'pages'"):
        index.facet("pages", EVERYTHING, limit=10)


def test_delete_removes_what_passes_and_refuses_everything(
    index: VectorIndex, make_point: MakePoint
) -> None:
    index.upsert([make_point(n, {"kind": "image", "pages": n}) for n in range(10)])

    index.delete(
        Filter(must=[Condition("kind", any_of=["image"])], must_not=[Condition("pages", gte=4)])
    )
    assert passing(index) == {4, 5, 6, 7, 8, 9}
    index.delete(Filter(must=[Condition("kind", any_of=["nothing"])]))
    with pytest.raises(ValueError, match="every point"):
        index.delete(EVERYTHING)

    assert passing(index) == {4, 5, 6, 7, 8, 9}
    assert len(index.search([Leg("text", np.ones(8, np.float32), 50)])[0]) == 6


def test_a_bad_dense_vector_is_refused_by_name(index: VectorIndex, make_point: MakePoint) -> None:
    for vector, words in [
        (np.array([1, 2, np.nan, 4, 5, 6, 7, 8], np.float32), "not finite"),
        (np.array([1, 2, np.inf, 4, 5, 6, 7, 8], np.float32), "not finite"),
        (np.zeros(8, np.float32), "all zeros"),
        (np.ones(7, np.float32), r"shape \(7,\)"),
        (np.ones((1, 8), np.float32), r"shape \(1, 8\)"),
    ]:
        bad = Point(UUID(int=77), {"text": vector}, {}, {})
        with pytest.raises(ValueError, match=words) as refusal:
            index.upsert([make_point(1), bad])
        assert str(bad.id) in str(refusal.value)
        with pytest.raises(ValueError, match=words):
            index.search([Leg("text", vector, 5)])
    assert index.count(EVERYTHING) == 0


def test_a_bad_sparse_vector_is_refused(index: VectorIndex) -> None:
    for indices, values, words in [
        ([3, 3], [1.0, 2.0], "increasing"),
        ([3, 1], [1.0, 2.0], "increasing"),
        ([1, 2], [1.0], "one value an index"),
        ([1, 2], [1.0, np.nan], "not finite"),
    ]:
        vector = SparseVector(np.array(indices, np.uint32), np.array(values, np.float32))
        with pytest.raises(ValueError, match=words):
            index.upsert([Point(UUID(int=1), {}, {"bm25": vector}, {})])
        with pytest.raises(ValueError, match=words):
            index.search([Leg("bm25", vector, 5)])


def test_an_unknown_vector_name_is_refused(index: VectorIndex) -> None:
    with pytest.raises(ValueError, match="no dense vector 'sound'"):
        index.upsert([Point(UUID(int=1), {"sound": np.ones(8, np.float32)}, {}, {})])
    with pytest.raises(ValueError, match="no sparse vector 'splade'"):
        index.search([Leg("splade", sparse((1, 1.0)), 5)])


def test_very_long_and_very_short_vectors_count_by_direction(index: VectorIndex) -> None:
    ramp = np.arange(1, 9, dtype=np.float32)
    index.upsert(
        [
            Point(UUID(int=1), {"text": ramp * np.float32(1e-20)}, {}, {}),
            Point(UUID(int=2), {"text": ramp * np.float32(1e30)}, {}, {}),
        ]
    )
    (hits,) = index.search([Leg("text", ramp * np.float32(1e25), 5)])
    assert [hit.score for hit in hits] == pytest.approx([1.0, 1.0], abs=2e-3)


def test_a_closed_index_says_so(index: VectorIndex) -> None:
    index.close()
    index.close()
    with pytest.raises(IndexUnavailable, match="closed"):
        index.count(EVERYTHING)
