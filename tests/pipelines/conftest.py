"""Small real files for the tests of this room."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The shared data sets; tests that need them are skipped where they are absent."""
    folder = Path(os.environ.get("MAGPIE_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the shared data sets are not at {folder}; set MAGPIE_TEST_DATA")
    return folder


@pytest.fixture
def photo() -> Callable[..., Image.Image]:
    """Make an image with structure at all scales; another seed makes another image."""

    def make(width: int = 320, height: int = 240, seed: int = 0) -> Image.Image:
        rng = np.random.default_rng(seed)
        small = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        large = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
        noise = rng.normal(0, 4, (height, width, 1))
        pixels = np.asarray(large, dtype=np.float32) + noise
        return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))

    return make


@pytest.fixture
def photo_file(tmp_path: Path, photo: Callable[..., Image.Image]) -> Path:
    path = tmp_path / "photo.jpg"
    photo().save(path, quality=90)
    return path
