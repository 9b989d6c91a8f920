"""Speed and memory of taking photos in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from eval.__main__ import main
from eval.large_photos import make_large
from eval.memory import family_bytes


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(6):
        pixels = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
        photo = Image.fromarray(pixels).resize((320, 240), Image.Resampling.BICUBIC)
        photo.save(folder / f"{seed}.jpg")
    return folder


@pytest.mark.parametrize("extra", [[], ["--megapixels", "0.5"]])
def test_figures_of_a_small_run(photos: Path, tmp_path: Path, extra: list[str]) -> None:
    out = tmp_path / "out.json"
    command = ["bench-ingest", "--data", str(photos), "--limit", "4", "--rounds", "1", *extra]
    assert main([*command, "--json", str(out)]) == 0
    figures = json.loads(out.read_text(encoding="utf-8"))
    assert figures["images"] == 4
    assert figures["ratio"] == pytest.approx(
        figures["images_per_s"] / figures["encoder_only_images_per_s"], rel=0.02
    )
    assert 0 < figures["ratio_full"] <= figures["ratio"]
    assert figures["peak_mb"] > 100


def test_large_photos_have_their_size_and_bytes_of_their_own(photos: Path, tmp_path: Path) -> None:
    small = sorted(photos.iterdir())[:2]
    large = make_large(small, tmp_path, count=5, megapixels=1)
    assert len({path.read_bytes() for path in large}) == 5
    for path in large:
        with Image.open(path) as photo:
            photo.load()
            assert photo.width * photo.height == pytest.approx(1e6, rel=0.01)


def test_memory_counts_processes_that_a_process_started() -> None:
    before = family_bytes(os.getpid())
    code = "block = bytearray(b'x') * (200 << 20); print('ready', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert family_bytes(os.getpid()) - before > 190 << 20
        child.communicate(b"\n")
