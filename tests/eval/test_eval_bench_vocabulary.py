"""The cost of a large vocabulary."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eval.__main__ import main
from eval.tasks.bench_vocabulary import made_up
from pipelines.vocabulary import yaml_file


def test_made_up_terms_are_a_sound_vocabulary() -> None:
    assert len(yaml_file.read({"a.yaml": made_up(4_000).decode()}).terms) == 4_000


@pytest.mark.slow
def test_figures_of_a_small_run(tmp_path: Path) -> None:
    for seed in range(12):
        pixels = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).resize((320, 240)).save(tmp_path / f"{seed}.jpg")
    out = tmp_path / "out.json"
    command = ["bench-vocabulary", "--data", str(tmp_path), "--terms", "1000", "--photos", "2"]
    assert main([*command, "--rounds", "2", "--json", str(out)]) == 0
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["terms"] == 1000
    assert figures["cost"] > -1
