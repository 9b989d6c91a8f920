"""Speed of the catalog."""

from __future__ import annotations

import json
from pathlib import Path

from eval.__main__ import main


def test_figures_of_a_small_run(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    command = ["bench-catalog", "--records", "3000", "--rounds", "2", "--json", str(out)]
    assert main(command) == 0
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["records"] == 3000
    assert 0 < figures["list_p50_ms"] <= figures["list_p95_ms"]
    assert 0 < figures["filter_p50_ms"] <= figures["filter_p95_ms"]
    assert figures["edit_1000_s"] > 0
    assert figures["ingest_rows_per_s"] > 0
