"""A library of photos that is tagged, served to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from service.hub import Hub
from service.settings import Settings


@pytest.fixture(scope="session")
def photos() -> Path:
    skimage = pytest.importorskip("skimage", reason="photos come with scikit-image")
    return Path(skimage.__file__).parent / "data"


@pytest.fixture
def album(tmp_path: Path, photos: Path) -> Path:
    """A cat, a cup of coffee and an astronaut, under names that say nothing."""
    folder = tmp_path / "album"
    folder.mkdir()
    for number, name in enumerate(("chelsea.png", "coffee.png", "astronaut.png")):
        copyfile(photos / name, folder / f"IMG_{number}.png")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", ocr="off", readers=1)


@pytest.fixture
def hub(settings: Settings, album: Path) -> Iterator[Hub]:
    """A home that has taken the album in."""
    with Hub(settings) as opened:
        assert opened.ingest([album]).failed == 0
        yield opened
