"""Fixtures for all tests: shared data where it is, and small real files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets; skips the test where there is none."""
    folder = Path(os.environ.get("MAGPIE_TEST_DATA", _ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder} (set MAGPIE_TEST_DATA)")
    return folder
