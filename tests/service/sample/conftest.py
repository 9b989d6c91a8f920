"""The sample library, made once."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder whose sample library has been made."""
    pytest.importorskip("reportlab", reason="the extra `sample` is not installed")
    pytest.importorskip("skimage", reason="the extra `sample` is not installed")
    from service.sample.library import build

    home = tmp_path_factory.mktemp("sample") / ".magpie"
    build(home / "sample")
    return home


@pytest.fixture(scope="session")
def sample(sample_home: Path) -> Path:
    """The folder of the sample library; tests must not change it."""
    return sample_home / "sample"
