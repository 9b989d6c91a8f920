"""Photos that a camera would write, and a hub of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from service.hub import Hub
from service.settings import Settings

MakePhoto = Callable[[Path, str], Path]


@pytest.fixture
def own_hub(own_settings: Settings) -> Iterator[Hub]:
    """A hub with an empty home, without text recognition."""
    with Hub(own_settings.model_copy(update={"ocr": "off"})) as hub:
        yield hub


@pytest.fixture(scope="session")
def photo() -> MakePhoto:
    """Writes a picture of one colour; a raw photo is one by its name."""

    def make(path: Path, colour: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        format_ = "JPEG" if path.suffix.lower() in {".jpg", ".jpeg"} else "TIFF"
        Image.new("RGB", (120, 80), colour).save(path, format_)
        return path

    return make
