"""A small mixed library on disk, and a hub that has read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from service.hub import Hub
from service.settings import Settings

_NDA = """Mutual Non-Disclosure Agreement

This agreement is made between Blackbird Media GmbH and Northwind Traders Ltd.

1 Term
The duties of confidentiality end three years after the last disclosure.

2 Governing law
This agreement is governed by the laws of Switzerland. The courts of Zurich decide.
"""

_POLICY = """# Travel policy

## Trains
Employees travel by train in second class. Night trains may be booked as a single cabin.

## Hotels
A hotel may cost 140 euros a night in large cities, breakfast included.
"""


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three photos and two texts in folders."""
    skimage = pytest.importorskip("skimage", reason="photos come with scikit-image")
    photos = Path(skimage.__file__).parent / "data"
    folder = tmp_path_factory.mktemp("library")
    (folder / "photos").mkdir()
    (folder / "texts").mkdir()
    for source, name in (
        ("chelsea.png", "IMG_0001.png"),
        ("coffee.png", "IMG_0002.png"),
        ("rocket.jpg", "launch day.jpg"),
    ):
        copyfile(photos / source, folder / "photos" / name)
    (folder / "texts" / "nda.txt").write_text(_NDA, encoding="utf-8")
    (folder / "texts" / "travel-policy.md").write_text(_POLICY, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a home that all reading tests share."""
    return Settings(home=tmp_path_factory.mktemp("home"), offline=True)


@pytest.fixture(scope="session")
def hub(settings: Settings, library: Path) -> Iterator[Hub]:
    """A hub that has read the library; tests must not change it."""
    with Hub(settings) as opened:
        job = opened.ingest([library])
        assert job.failed == 0
        assert not job.problems
        yield opened


@pytest.fixture
def own_settings(tmp_path: Path) -> Settings:
    """Settings of a fresh home for tests that change things."""
    return Settings(home=tmp_path / "home")
