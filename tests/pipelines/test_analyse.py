"""Readings of several files become analyses with vectors, each unit with its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.load import load_text, load_visual
from pipelines.analyse import encode
from pipelines.reading import read_file


def test_each_unit_gets_the_vector_of_its_own_content(
    tmp_path: Path, photo: Callable[..., Image.Image]
) -> None:
    for seed in range(3):
        photo(seed=seed).save(tmp_path / f"{seed}.png")
    (tmp_path / "a.txt").write_text("The lease ends in May.")
    (tmp_path / "empty.txt").touch()
    names = ("0.png", "a.txt", "1.png", "empty.txt", "2.png")
    readings = [read_file(tmp_path / name) for name in names]
    text, visual = load_text(), load_visual()

    together = encode(readings, text=text, visual=visual)

    assert together[3] == readings[3]
    for reading, analysis in zip(readings, together, strict=True):
        alone = encode([reading], text=text, visual=visual)[0]
        for unit, single in zip(analysis.units, alone.units, strict=True):
            for made, expected in (
                (unit.visual, single.visual),
                (unit.look, single.look),
                (unit.words, single.words),
            ):
                assert (made is None) == (expected is None)
                if made is not None and expected is not None:
                    assert made @ expected == pytest.approx(1, abs=1e-3)
            assert (unit.words is not None) == bool(unit.text)
            assert (unit.visual is not None) == (unit.picture is not None)
            if unit.picture is not None:
                assert unit.picture.pixels is None
                assert unit.picture.thumbnail
    different = together[0].units[0].look, together[2].units[0].look
    assert different[0] is not None and different[1] is not None
    assert float(np.dot(*different)) < 0.999


def test_nothing_to_encode_is_no_work() -> None:
    assert encode([], text=load_text(), visual=load_visual()) == []
