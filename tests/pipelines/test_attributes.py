"""Attributes: what pixels alone say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFilter

from pipelines.analysis import Analysis, Picture, Unit
from pipelines.attribute_values import with_attributes
from pipelines.attributes import PALETTE, measure
from pipelines.pictures import make_picture
from pipelines.text_gate import text_score
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


def test_a_thing_before_a_plain_wall_is_no_drawing(photo: Callable[..., Image.Image]) -> None:
    shot = Image.new("RGB", (480, 480), "white")
    shot.paste(photo().resize((160, 160)), (160, 160))
    assert measure(shot).kind == "photo"


def test_text_that_was_scored_already_counts_the_same(photo: Callable[..., Image.Image]) -> None:
    image = photo()
    assert measure(image, text_score(image)) == measure(image)


def _unit(key: str, image: Image.Image, kind: str = "scene") -> Unit:
    return Unit(key, kind, picture=make_picture(image, image.size))  # type: ignore[arg-type]


def test_the_key_frames_of_a_video_speak_together() -> None:
    red, blue = (Image.new("RGB", (64, 48), shade) for shade in ("#c81e1e", "#1e50b4"))
    units = (_unit("a", red), _unit("b", red), _unit("c", blue))
    found = with_attributes(Analysis("video", "video/mp4", units=units))
    values = {value.name: value for value in found.values}
    assert values["colours"].value == ("red", "blue")
    assert values["colour_codes"].value == ("#c81e1e", "#1e50b4")
    assert values["colours"].evidence == "red 67%, blue 33%"
    assert values["kind_of_picture"].value == "graphic"
    assert {value.source for value in found.values} == {"rule"}


def test_pictures_inside_documents_say_nothing_of_the_document() -> None:
    image = Image.new("RGB", (64, 48), "#c81e1e")
    reading = Analysis("document", "application/pdf", units=(_unit("p", image, "embedded_image"),))
    assert with_attributes(reading) == reading
    drawn = make_picture(image, image.size, fingerprint=False)
    assert isinstance(drawn, Picture)
    assert drawn.attributes is None
