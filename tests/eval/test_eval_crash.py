"""The task ``crash`` notices what it is to notice, and a real kill loses nothing."""

from __future__ import annotations

import argparse
import sqlite3
import sys
from io import BytesIO
from pathlib import Path

import pytest

from eval.crashes.check import check_stores
from eval.tasks.crash import run
from service.hub import Hub
from service.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    with Hub(Settings(home=folder)) as hub:
        hub.upload(BytesIO(b"The magpie collects shiny things."), "note.txt")
        hub.ingest([])
    return folder


def test_stores_that_agree_have_no_faults(home: Path) -> None:
    assert check_stores(home)["disagreements"] == 0


def test_bytes_that_changed_are_noticed(home: Path) -> None:
    for path in (home / "blobs").rglob("*"):
        if path.is_file():
            path.write_bytes(b"other bytes")
    assert check_stores(home)["disagreements"] == 1


def test_points_without_a_unit_are_noticed(home: Path) -> None:
    with sqlite3.connect(home / "catalog.sqlite3") as catalog:
        catalog.execute("DELETE FROM unit")
    assert check_stores(home)["disagreements"] == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_a_kill_loses_nothing() -> None:
    figures = run(argparse.Namespace(runs=1, seed=1))
    assert [figures[fault] for fault in ("lost", "half_visible", "disagreements")] == [0, 0, 0]
    assert figures["assets"] > 0
