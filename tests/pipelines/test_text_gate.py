"""The gate before OCR: what looks like text passes, most photos do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.pictures import make_picture
from pipelines.text_gate import TEXT_SCORE, text_score

WORDS = "The harbour master signs every bill of lading before the ship may leave the quay"


def written(size: int, background: int = 255, ink: int = 20, side: int = 600) -> Image.Image:
    font = ImageFont.load_default(size=size)
    image = Image.new("L", (side, side), background)
    draw = ImageDraw.Draw(image)
    for number in range(side // (2 * size) - 1):
        draw.text((size, (2 * number + 1) * size), WORDS[number:], ink, font)
    return image


@pytest.mark.parametrize("size", [9, 14, 28, 48])
@pytest.mark.parametrize(("background", "ink"), [(255, 0), (30, 230), (190, 110)])
def test_writing_passes(size: int, background: int, ink: int) -> None:
    assert text_score(written(size, background, ink)) >= TEXT_SCORE


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 3])
def test_writing_passes_however_it_lies(turn: float) -> None:
    assert text_score(written(14).rotate(turn, fillcolor=255)) >= TEXT_SCORE


def test_a_line_on_a_large_page_passes() -> None:
    page = Image.new("L", (2480, 3508), 250)
    ImageDraw.Draw(page).text((150, 200), WORDS[:36], 40, ImageFont.load_default(size=26))
    assert make_picture(page.convert("RGB"), page.size).text_score >= TEXT_SCORE


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 3), (64, 64)])
def test_empty_pictures_of_any_shape_score_nothing(size: tuple[int, int]) -> None:
    assert text_score(Image.new("RGB", size, "white")) == 0


def test_textures_do_not_pass() -> None:
    rng = np.random.default_rng(7)
    noise = Image.fromarray(rng.integers(0, 256, (480, 640), dtype=np.uint8))
    clouds = Image.fromarray(rng.integers(0, 256, (12, 16), dtype=np.uint8)).resize((640, 480))
    slope = Image.linear_gradient("L").resize((640, 480))
    for image in (noise, clouds, slope):
        assert text_score(image) < TEXT_SCORE


def test_photos_of_a_page_and_of_a_cat() -> None:
    data = pytest.importorskip("skimage.data", reason="needs the extra `sample`")
    assert text_score(Image.fromarray(data.page())) >= TEXT_SCORE
    for name in ("chelsea", "grass", "gravel", "moon"):
        assert text_score(Image.fromarray(getattr(data, name)())) < TEXT_SCORE, name


def test_shared_scans_pass_and_most_photos_do_not(shared_data: Path) -> None:
    scans = sorted((shared_data / "sroie_receipts/images").iterdir())[::6]
    photos = sorted((shared_data / "flickr8k/images").iterdir())[::10]
    passed = [[_score(path) >= TEXT_SCORE for path in paths] for paths in (scans, photos)]
    assert all(passed[0])
    assert np.mean(passed[1]) < 0.35


def _score(path: Path) -> int:
    with Image.open(path) as image:
        score = make_picture(image.convert("RGB"), image.size).text_score
    assert score is not None
    return score
