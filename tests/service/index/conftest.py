"""An empty index of every implementation, and points to fill it with."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from qdrant_client import QdrantClient

from service.index.base import Filter, Payload, Point, Schema, SparseVector, VectorIndex
from service.index.edge import EdgeIndex
from service.index.server import QdrantIndex

SERVER_URL = os.environ.get("MAGPIE_TEST_QDRANT_URL")

MakePoint = Callable[..., Point]
Open = Callable[[str], VectorIndex]


@pytest.fixture(scope="session")
def schema() -> Schema:
    return Schema(
        dense={"text": 8, "look": 16},
        sparse=["bm25"],
        payload={
            "kind": "keyword",
            "groups": "keyword",
            "pages": "integer",
            "size": "float",
            "scanned": "bool",
            "taken": "datetime",
        },
    )


@pytest.fixture(scope="session")
def empty_generation(schema: Schema, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an empty index; a copy opens much faster than a new one is made."""
    folder = tmp_path_factory.mktemp("empty") / "index"
    EdgeIndex(folder, schema).close()
    return folder


@pytest.fixture
def open_index(schema: Schema, empty_generation: Path, tmp_path: Path) -> Iterator[Open]:
    """Opens an empty index of an implementation by name; all are closed at the end."""
    opened: list[VectorIndex] = []

    def open_(implementation: str) -> VectorIndex:
        index: VectorIndex
        if implementation == "edge":
            shutil.copytree(empty_generation, tmp_path / "index")
            index = EdgeIndex(tmp_path / "index", schema)
        else:
            where = SERVER_URL if implementation == "server" else ":memory:"
            client = QdrantClient(where)
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Payload indexes have no effect")
                index = QdrantIndex(client, f"test-{uuid4()}", schema, create=True)
                index.count(Filter())
        opened.append(index)
        return index

    yield open_
    for index in opened:
        index.close()


@pytest.fixture
def make_point() -> MakePoint:
    """Makes a point with random vectors, the same for the same number."""

    def make(
        number: int,
        payload: Payload | None = None,
        *,
        dense: tuple[str, ...] = ("text", "look"),
        words: tuple[int, ...] | None = None,
    ) -> Point:
        random = np.random.default_rng(number)
        if words is None:
            words = tuple(random.integers(0, 60, size=10).tolist())
        indices = np.unique(np.asarray(words, dtype=np.uint32))
        weights = random.uniform(0.5, 2.0, len(indices)).astype(np.float32)
        sizes = {"text": 8, "look": 16}
        return Point(
            id=UUID(int=number),
            dense={name: random.standard_normal(sizes[name]).astype(np.float32) for name in dense},
            sparse={"bm25": SparseVector(indices, weights)} if len(indices) else {},
            payload=payload if payload is not None else {"kind": "image"},
        )

    return make
