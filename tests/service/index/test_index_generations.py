"""Generations: made beside each other, each with its own vectors, dropped when not wanted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from qdrant_client import QdrantClient

from service.errors import MagpieError
from service.index.base import Filter, Generations, IndexDamaged, IndexUnavailable, Point, Schema
from service.index.generations import EdgeGenerations
from service.index.server_generations import ALIAS, ServerGenerations

SMALL = Schema(dense={"text": 4}, sparse=[], payload={"kind": "keyword"})
WIDE = Schema(dense={"text": 6}, sparse=[], payload={"kind": "keyword"})


def point(number: int, size: int) -> Point:
    return Point(UUID(int=number), {"text": np.ones(size, np.float32)}, {}, {})


@pytest.fixture(params=["edge", "memory"])
def generations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Generations]:
    place: Generations = (
        EdgeGenerations(tmp_path)
        if request.param == "edge"
        else ServerGenerations(QdrantClient(":memory:"))
    )
    yield place
    place.close()


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
def test_each_generation_has_vectors_of_its_own(generations: Generations) -> None:
    old = generations.create("minilm-1", SMALL)
    new = generations.create("minilm-2", WIDE)
    old.upsert([point(1, 4)])
    new.upsert([point(1, 6), point(2, 6)])
    assert old.count(Filter()) == 1
    old.flush()
    old.close()
    new.close()
    assert generations.names() == ["minilm-1", "minilm-2"]
    again = generations.open("minilm-2", WIDE)
    assert again.count(Filter()) == 2
    again.close()
    with pytest.raises(IndexUnavailable, match="closed"):
        again.count(Filter())

    generations.drop("minilm-1")
    generations.drop("minilm-1")
    assert generations.names() == ["minilm-2"]


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
def test_a_generation_that_cannot_be_used_says_so(generations: Generations) -> None:
    with pytest.raises(IndexDamaged, match="magpie reindex"):
        generations.open("gone", SMALL).count(Filter())
    index = generations.create("minilm", SMALL)
    index.upsert([point(1, 4)])
    index.close()
    with pytest.raises(IndexDamaged, match="other models"):
        generations.open("minilm", WIDE).count(Filter())


def test_unreadable_files_are_damage(tmp_path: Path) -> None:
    generations = EdgeGenerations(tmp_path)
    index = generations.create("minilm", SMALL)
    index.upsert([point(number, 4) for number in range(1, 100)])
    index.close()
    files = list((tmp_path / "generations" / "minilm" / "shard").rglob("*.json"))
    assert files
    for file in files:
        file.write_bytes(b"\0" * 7)
    with pytest.raises(IndexDamaged):
        generations.open("minilm", SMALL)


def test_an_open_generation_is_neither_dropped_nor_taken_for_damaged(tmp_path: Path) -> None:
    generations = EdgeGenerations(tmp_path)
    with generations.create("minilm", SMALL):
        with pytest.raises(IndexUnavailable, match="in use"):
            generations.drop("minilm")
        with pytest.raises(IndexUnavailable, match="in use") as error:
            generations.open("minilm", SMALL)
    assert not isinstance(error.value, IndexDamaged)
    assert generations.names() == ["minilm"]


@pytest.mark.parametrize("name", ["", "../away", ".hidden", "a/b", "x" * 200])
def test_a_name_that_is_no_folder_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot name an index"):
        EdgeGenerations(tmp_path).create(name, SMALL)


@pytest.mark.filterwarnings("ignore:Payload indexes have no effect")
def test_the_alias_follows_the_generation_that_answers() -> None:
    client = QdrantClient(":memory:")
    generations = ServerGenerations(client)
    for name, size, schema in (("one", 4, SMALL), ("two", 6, WIDE)):
        index = generations.create(name, schema)
        index.upsert([point(number, size) for number in range(size)])
        generations.announce(name)
        assert client.count(ALIAS).count == size


def test_a_missing_server_is_one_clear_error() -> None:
    generations = ServerGenerations.at("http://127.0.0.1:9", None)
    index = generations.open("minilm", SMALL)
    with pytest.raises(IndexUnavailable, match="MAGPIE_INDEX_URL"):
        index.count(Filter())
    with pytest.raises(IndexUnavailable, match="MAGPIE_INDEX_URL"):
        generations.names()


def test_a_missing_client_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "qdrant_client", None)
    with pytest.raises(MagpieError, match=r"magpie-content\[server\]"):
        ServerGenerations.at("http://127.0.0.1:9", None)
