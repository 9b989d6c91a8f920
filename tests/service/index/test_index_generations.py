"""Generations: built beside each other, switched at once, dropped when no longer wanted."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from service.index.base import Filter, IndexUnavailable, Point, Schema
from service.index.generations import Generations

SMALL = Schema(dense={"text": 4}, sparse=[], payload={"kind": "keyword"})
WIDE = Schema(dense={"text": 6}, sparse=[], payload={"kind": "keyword"})


def point(number: int, size: int) -> Point:
    return Point(UUID(int=number), {"text": np.ones(size, np.float32)}, {}, {})


def test_a_next_generation_is_filled_and_switched_to(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    assert generations.current() is None
    with generations.open_current("minilm-1", SMALL) as old:
        old.upsert([point(1, 4)])
        with generations.open("minilm-2", WIDE) as new:
            new.upsert([point(1, 6), point(2, 6)])
            assert generations.current() == "minilm-1"
            assert old.count(Filter()) == 1
    generations.switch("minilm-2")

    # The name is only for the first generation; what is current is opened.
    with Generations(tmp_path).open_current("minilm-1", WIDE) as index:
        assert index.count(Filter()) == 2
    assert generations.names() == ["minilm-1", "minilm-2"]

    generations.switch("minilm-1")
    with generations.open_current("any", SMALL) as index:
        assert index.count(Filter()) == 1


def test_only_what_no_longer_answers_is_dropped(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.open_current("first", SMALL).close()
    with (
        generations.open("second", WIDE),
        pytest.raises(IndexUnavailable, match="in use"),
    ):
        generations.drop("second")
    with pytest.raises(ValueError, match="switch to another"):
        generations.drop("first")
    generations.drop("second")
    assert generations.names() == ["first"]
    assert [folder.name for folder in (tmp_path / "generations").iterdir()] == ["first"]
    with pytest.raises(ValueError, match="no index 'second'"):
        generations.drop("second")


def test_a_pointer_to_nowhere_is_refused(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    with pytest.raises(ValueError, match="no index 'gone'"):
        generations.switch("gone")
    (tmp_path / "current").write_text("gone\n")
    with pytest.raises(IndexUnavailable, match="'gone' is missing"):
        generations.open_current("first", SMALL)


@pytest.mark.parametrize("name", ["", "../away", ".hidden", "a/b", "x" * 200])
def test_a_name_that_is_no_folder_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot name an index"):
        Generations(tmp_path).open(name, SMALL)
