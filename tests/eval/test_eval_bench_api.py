"""The measurement of the API, on a very small library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_all_figures_are_there(tmp_path: Path) -> None:
    pytest.importorskip("skimage", reason="photos come with scikit-image")
    figures = tmp_path / "figures.json"
    options = ["--texts", "40", "--photos", "2", "--questions", "10", "--uploads", "4"]
    subprocess.run(
        [sys.executable, "-m", "eval", "bench-api", *options, "--json", str(figures)],
        check=True,
        timeout=300,
    )
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert set(found) >= {
        "p95_ms_1",
        "p95_ms_20",
        "searches_per_s",
        "uploads_per_s",
        "p95_ms_while_ingesting",
    }
    assert all(value > 0 for value in found.values())
