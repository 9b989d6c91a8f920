"""Renditions of real files through the readers' processes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from pipelines.pool import ReaderPool
from pipelines.renditions.recipe import Credits, Recipe
from service.downloads.presets import BUILT_IN, Preset
from service.downloads.rendition import Source, make_rendition
from service.errors import BadRequest

PRESETS = {preset.name: preset for preset in BUILT_IN}


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1) as opened:
        yield opened


def source(path: Path, kind: str, media_type: str, size: tuple[int, int] | None = None) -> Source:
    width, height = size or (None, None)
    credits_ = Credits(rights="© Slow Fox")
    return Source(path, path.name, kind, media_type, path.stat().st_size, width, height, credits_)


@pytest.fixture
def scan(tmp_path: Path) -> Source:
    """A CMYK TIFF, which no browser shows."""
    path = tmp_path / "poster: final?.tif"
    Image.new("CMYK", (900, 600), (0, 200, 200, 0)).save(path)
    return source(path, "image", "image/tiff", (900, 600))


@pytest.mark.parametrize(
    ("preset", "size"), [("web", (900, 600)), ("square", (600, 600)), ("story", (338, 600))]
)
def test_pictures_of_any_type_become_what_a_preset_says(
    scan: Source, preset: str, size: tuple[int, int], pool: ReaderPool
) -> None:
    made = make_rendition(scan, PRESETS[preset], pool)
    assert made.name == f"poster_ final__{preset}.jpg"
    assert isinstance(made.data, bytes)
    with Image.open(io.BytesIO(made.data)) as image:
        assert (image.mode, image.size) == ("RGB", size)
        red, green, _ = image.getpixel((5, 5))
        assert red > 200
        assert green < 120


def test_a_large_photo_is_made_no_larger_than_asked(tmp_path: Path, pool: ReaderPool) -> None:
    path = tmp_path / "large.jpg"
    Image.linear_gradient("L").resize((5000, 4000)).save(path)
    made = make_rendition(source(path, "image", "image/jpeg", (5000, 4000)), PRESETS["web"], pool)
    assert isinstance(made.data, bytes)
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.size == (2048, 1638)


def test_full_size_is_full_size(tmp_path: Path, pool: ReaderPool) -> None:
    path = tmp_path / "large.jpg"
    Image.linear_gradient("L").resize((3000, 2500)).save(path)
    made = make_rendition(source(path, "image", "image/jpeg", (3000, 2500)), PRESETS["png"], pool)
    assert isinstance(made.data, bytes)
    with Image.open(io.BytesIO(made.data)) as image:
        assert image.size == (3000, 2500)


def test_a_type_that_keeps_its_place_is_refused_with_a_way_out(
    scan: Source, pool: ReaderPool
) -> None:
    with pytest.raises(BadRequest, match="choose a preset that converts it"):
        make_rendition(scan, PRESETS["original"], pool)


def test_documents_are_handed_out_as_they_are(tmp_path: Path, pool: ReaderPool) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    paper = source(path, "document", "application/pdf")
    assert make_rendition(paper, PRESETS["original"], pool).data == path
    with pytest.raises(BadRequest, match="is no picture"):
        make_rendition(paper, PRESETS["web"], pool)


def test_a_damaged_picture_says_why(tmp_path: Path, pool: ReaderPool) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    broken = source(path, "image", "image/png", (10, 10))
    with pytest.raises(BadRequest, match="damaged"):
        make_rendition(broken, PRESETS["web"], pool)
    with pytest.raises(BadRequest, match="damaged"):
        make_rendition(broken, PRESETS["original"], pool)


def test_an_own_preset_may_keep_the_place(tmp_path: Path, pool: ReaderPool) -> None:
    path = tmp_path / "a.tif"
    Image.new("L", (4, 4)).save(path)
    keep = Preset("mine", "Mine", Recipe(strip_location=False, strip_device=False))
    assert make_rendition(source(path, "image", "image/tiff", (4, 4)), keep, pool).data == path
