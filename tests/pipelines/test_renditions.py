"""Renditions: what people download, and what must not leave with it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipelines.reading import read_file
from pipelines.renditions.draw import crop_to, draw, side_needed
from pipelines.renditions.recipe import Credits, Recipe
from pipelines.renditions.rewrite import CannotRewrite, rewrite

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"><xmpRights:UsageTerms><rdf:Alt>'
    b'<rdf:li xml:lang="x-default">Press only</rdf:li></rdf:Alt></xmpRights:UsageTerms>'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)
CREDITS = Credits(
    title="Herbst",
    description="Café am Fluß",
    keywords=("Möwe", "harbour"),
    creator="Ada Bøe",
    credit="Slow Fox",
    rights="© 2026 Slow Fox",
    xmp=XMP,
)


def photo(width: int = 320, height: int = 200) -> Image.Image:
    ramp = np.linspace(0, 255, width * height * 3).reshape(height, width, 3)
    return Image.fromarray(ramp.astype(np.uint8))


def private_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Makers"
    exif[0x8298] = "somebody else"
    exif.get_ifd(0x8769)[0xA431] = "SERIAL-4711"
    exif.get_ifd(0x8769)[0x927C] = b"SERIAL-4711 in a maker note"
    exif.get_ifd(0x8769)[0x9003] = "2026:03:01 10:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    exif.get_ifd(0x8825)[3] = "E"
    exif.get_ifd(0x8825)[4] = (13.0, 24.0, 36.0)
    return exif


def saved(image: Image.Image, picture_format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, picture_format, **options)
    return buffer.getvalue()


def values_in(data: bytes, folder: Path) -> dict[str, object]:
    path = folder / "rendition"
    path.write_bytes(data)
    return {value.name: value.value for value in read_file(path).values}


@pytest.mark.parametrize("picture_format", ["jpeg", "png", "webp", "tiff"])
def test_a_rendition_has_its_size_and_credits(picture_format: str, tmp_path: Path) -> None:
    recipe = Recipe(picture_format, width=100, height=100, ratio=1.0)
    data, size = draw(np.asarray(photo()), recipe, CREDITS)
    assert size == (100, 100)
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (100, 100)
        assert image.format == picture_format.upper()
        assert image.info["icc_profile"]
    values = values_in(data, tmp_path)
    assert values["description"] == "Café am Fluß"
    assert values["rights"] == "© 2026 Slow Fox"
    assert values["usage_terms"] == "Press only"


def test_a_jpeg_says_keywords_and_credit_to_old_programs_too(tmp_path: Path) -> None:
    data, _ = draw(np.asarray(photo()), Recipe("jpeg"), CREDITS)
    values = values_in(data, tmp_path)
    assert values["keywords"] == ("Möwe", "harbour")
    assert values["credit"] == "Slow Fox"


def test_nothing_is_written_where_the_recipe_says_so(tmp_path: Path) -> None:
    data, _ = draw(np.asarray(photo()), Recipe("jpeg", credits=False), CREDITS)
    assert "rights" not in values_in(data, tmp_path)


@given(
    width=st.integers(1, 4000),
    height=st.integers(1, 4000),
    ratio=st.none() | st.floats(0.05, 20),
    most=st.none() | st.integers(1, 5000),
)
def test_a_crop_lies_inside_and_has_the_ratio(
    width: int, height: int, ratio: float | None, most: int | None
) -> None:
    left, top, right, bottom = crop_to((width, height), ratio)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    if ratio is not None:
        wide, high = right - left, bottom - top
        assert wide == width or high == height
        assert abs(wide - ratio * high) <= max(1.0, ratio)
    assert 1 <= side_needed(Recipe("jpeg", width=most, ratio=ratio), (width, height)) <= 4000


def test_a_rendition_is_never_enlarged() -> None:
    _, size = draw(np.asarray(photo(30, 20)), Recipe("png", width=600), Credits())
    assert size == (30, 20)


@pytest.mark.parametrize(
    ("picture_format", "media_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")],
)
class TestOriginals:
    def test_place_and_serial_number_go_and_the_picture_stays(
        self, picture_format: str, media_type: str, tmp_path: Path
    ) -> None:
        original = saved(photo(), picture_format, exif=private_exif(), comment=b"SERIAL-4711")
        assert "latitude" in values_in(original, tmp_path)
        cleaned = rewrite(original, media_type, Recipe(), CREDITS)
        assert b"SERIAL-4711" not in cleaned
        values = values_in(cleaned, tmp_path)
        assert not {"latitude", "longitude", "camera_serial"} & set(values)
        assert values["usage_terms"] == "Press only"
        assert values["rights"] == "© 2026 Slow Fox"
        assert values["captured_at"]
        with Image.open(io.BytesIO(original)) as old, Image.open(io.BytesIO(cleaned)) as new:
            assert new.getexif()[0x0112] == 6
            assert np.array_equal(np.asarray(old), np.asarray(new))

    def test_what_the_recipe_keeps_stays(
        self, picture_format: str, media_type: str, tmp_path: Path
    ) -> None:
        original = saved(photo(), picture_format, exif=private_exif())
        recipe = Recipe(strip_location=False, strip_device=False, credits=False)
        values = values_in(rewrite(original, media_type, recipe, CREDITS), tmp_path)
        assert values["latitude"] == pytest.approx(52.52, abs=0.01)
        assert values["camera_serial"] == "SERIAL-4711"
        assert values["rights"] == "somebody else"

    def test_a_picture_without_metadata_gets_them(
        self, picture_format: str, media_type: str, tmp_path: Path
    ) -> None:
        cleaned = rewrite(saved(photo(), picture_format), media_type, Recipe(), CREDITS)
        assert values_in(cleaned, tmp_path)["usage_terms"] == "Press only"

    @settings(max_examples=60)
    @given(cut=st.floats(0, 1), noise=st.binary(max_size=40))
    def test_damage_is_a_clear_refusal(
        self, picture_format: str, media_type: str, cut: float, noise: bytes
    ) -> None:
        original = saved(photo(40, 30), picture_format, exif=private_exif())
        at = int(cut * len(original))
        damaged = original[:at] + noise + original[at + len(noise) :]
        try:
            rewrite(damaged[: max(at, 20)], media_type, Recipe(), CREDITS)
            rewrite(damaged, media_type, Recipe(), CREDITS)
        except CannotRewrite as error:
            assert "preset" in str(error)


def test_a_second_picture_behind_a_jpeg_is_left_out() -> None:
    hidden = saved(photo(8, 8), "JPEG", exif=private_exif())
    original = saved(photo(), "JPEG", progressive=True)
    assert b"SERIAL-4711" not in rewrite(original + hidden, "image/jpeg", Recipe(), Credits())


def test_other_types_are_refused_with_a_way_out() -> None:
    with pytest.raises(CannotRewrite, match="preset that converts it"):
        rewrite(b"RIFF", "image/heic", Recipe(), Credits())


@pytest.mark.parametrize(
    "wrong",
    [{"width": 0}, {"ratio": 0.001}, {"quality": 0}, {"format": "original", "width": 5}],
)
def test_a_recipe_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must|keeps"):
        Recipe(**{"format": "jpeg", **wrong})  # type: ignore[arg-type]
