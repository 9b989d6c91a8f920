"""Attributes: what pixels alone say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFilter

from pipelines.attributes import PALETTE, measure
from pipelines.vocabulary.general import general


@pytest.mark.parametrize(
    ("shade", "name"),
    [("#c81e1e", "red"), ("#1e50b4", "blue"), ("#0a0a0a", "black"), ("#309040", "green")],
)
def test_the_colour_of_a_thing_on_a_plain_background(shade: str, name: str) -> None:
    image = Image.new("RGB", (120, 160), "white")
    ImageDraw.Draw(image).rectangle((30, 40, 90, 120), fill=shade)
    found = measure(image)
    assert found.colours[0].name == name
    assert found.colours[0].hex == shade
    assert found.background == "#ffffff"
    assert found.kind == "graphic"


def test_soft_is_less_sharp_and_dark_is_dark(photo: Callable[..., Image.Image]) -> None:
    sharp = Image.new("RGB", (400, 300), "black")
    ImageDraw.Draw(sharp).rectangle((100, 80, 250, 200), fill="white")
    soft = sharp.filter(ImageFilter.GaussianBlur(6))
    assert measure(sharp).sharpness > measure(soft).sharpness + 0.2
    assert measure(Image.new("RGB", (50, 50), "black")).brightness == 0
    assert measure(photo()).kind == "photo"


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (700, 2)])
def test_any_size_is_measured(size: tuple[int, int]) -> None:
    assert 0 <= measure(Image.new("RGB", size, "#808080")).sharpness <= 1


def test_every_colour_is_a_term() -> None:
    assert PALETTE.keys() <= general().by_id.keys()
    assert all(general().by_id[name].by == "pixels" for name in PALETTE)
