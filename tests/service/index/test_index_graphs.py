"""Graphs over a large index, built in a process of its own on an index that nobody has open."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from service.index.base import Condition, Filter, IndexUnavailable, Leg, Point, Schema
from service.index.generations import EdgeGenerations

SCHEMA = Schema(dense={"text": 64}, sparse=[], payload={"kind": "keyword"})
COUNT = 6000


@pytest.fixture
def generations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EdgeGenerations:
    monkeypatch.setattr("service.index.generations.EXACT_VECTORS", 1000)
    place = EdgeGenerations(tmp_path)
    vectors = np.random.default_rng(1).standard_normal((COUNT, 64)).astype(np.float32)
    with place.create("first", SCHEMA) as index:
        index.upsert(
            [
                Point(UUID(int=row), {"text": vector}, {}, {"kind": ("a", "b")[row % 2]})
                for row, vector in enumerate(vectors)
            ]
        )
    return place


def legs() -> list[Leg]:
    queries = np.random.default_rng(2).standard_normal((20, 64)).astype(np.float32)
    only = Filter(must=[Condition("kind", any_of=["a"])])
    return [Leg("text", query, 10, filter_) for query in queries for filter_ in (Filter(), only)]


def test_graphs_find_what_looking_at_all_finds(generations: EdgeGenerations) -> None:
    with generations.open("first", SCHEMA) as index:
        assert generations.worth_optimising(index)
        expected = index.search(legs())
        with pytest.raises(IndexUnavailable, match="in use"):
            generations.optimise("first", SCHEMA, lambda: False)
    generations.optimise("first", SCHEMA, lambda: False)
    with generations.open("first", SCHEMA) as index:
        assert index.count(Filter()) == COUNT
        assert not generations.worth_optimising(index)
        found = index.search(legs())
        shares = [
            len({hit.id for hit in mine} & {hit.id for hit in true}) / 10
            for mine, true in zip(found, expected, strict=True)
        ]
        assert np.mean(shares) >= 0.98
        # What comes later is found beside the graph.
        vector = np.full(64, 0.5, np.float32)
        index.upsert([Point(UUID(int=COUNT), {"text": vector}, {}, {"kind": "a"})])
        assert index.search([Leg("text", vector, 1)])[0][0].id == UUID(int=COUNT)


def test_a_building_that_is_stopped_leaves_the_index_as_it_was(
    generations: EdgeGenerations,
) -> None:
    stopped = threading.Event()
    threading.Timer(0.6, stopped.set).start()
    started = time.monotonic()
    generations.optimise("first", SCHEMA, stopped.is_set)
    assert time.monotonic() - started < 30
    with generations.open("first", SCHEMA) as index:
        assert index.count(Filter()) == COUNT
        assert all(len(hits) == 10 for hits in index.search(legs()))
