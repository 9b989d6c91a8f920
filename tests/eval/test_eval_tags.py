"""The measurement of tags: figures in range on real photos, and clear words on a wrong folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from eval.__main__ import main
from eval.probabilities import brier_skill, calibration_error


@pytest.mark.data
def test_tags_of_a_few_photos(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "voc2007_tags"
    rows = (source / "tags.jsonl").read_text().splitlines()[:12]
    (tmp_path / "images").mkdir()
    for row in rows:
        name = json.loads(row)["file"]
        shutil.copy(source / name, tmp_path / name)
    (tmp_path / "tags.jsonl").write_text("\n".join(rows))
    out = tmp_path / "out.json"
    assert main(["tags", "--data", str(tmp_path), "--json", str(out)]) == 0
    figures = json.loads(out.read_text())
    assert figures["map"] > 0.5
    assert figures["photos"] == 12
    assert 0 <= figures["recall_at_operating"] <= 1


def test_a_folder_without_tags(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags", "--data", str(tmp_path)]) == 1
    assert "tags.jsonl" in capsys.readouterr().err


def test_probabilities_that_hold_have_no_error() -> None:
    truth = np.tile([[True], [False]], (50, 1))
    assert calibration_error(np.full(100, 0.5), truth.ravel()) < 0.2
    assert calibration_error(np.full(100, 0.99), truth.ravel()) > 0.4
    assert brier_skill(truth.astype(float), truth) == 1
    assert abs(brier_skill(np.full((100, 1), 0.5), truth)) < 1e-9
