"""Photos are shown upright, in true colours, and damage costs no more than it has to."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.pixels import SIDE
from pipelines.analysis import Analysis, Picture
from pipelines.limits import Limits
from pipelines.pictures import THUMBNAIL_SIDE
from pipelines.reading import read_file

MakePhoto = Callable[..., Image.Image]
TOP_LEFT_OF_ORIENTATION = {
    1: "red",
    2: "lime",
    3: "white",
    4: "blue",
    5: "red",
    6: "blue",
    7: "white",
    8: "lime",
}


def picture_of(analysis: Analysis) -> Picture:
    assert analysis.failure is None, analysis.failure
    (unit,) = analysis.units
    assert unit.key == unit.kind == "image"
    assert unit.picture is not None
    return unit.picture


def thumbnail_of(analysis: Analysis) -> Image.Image:
    return Image.open(io.BytesIO(picture_of(analysis).thumbnail)).convert("RGB")


def close(pixel: object, colour: str) -> bool:
    from PIL import ImageColor

    wanted = np.array(ImageColor.getrgb(colour)[:3], dtype=int)
    return bool(np.abs(np.array(pixel, dtype=int) - wanted).max() < 40)


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_one_unit(photo: MakePhoto, tmp_path: Path, picture_format: str) -> None:
    path = tmp_path / "photo.txt"
    photo(320, 200).save(path, picture_format)
    analysis = read_file(path)
    picture = picture_of(analysis)
    assert (analysis.kind, analysis.media_type) == ("image", f"image/{picture_format.lower()}")
    assert (analysis.width, analysis.height) == (picture.width, picture.height) == (320, 200)
    assert picture.pixels is not None
    assert (picture.pixels.shape, picture.pixels.dtype) == ((SIDE, SIDE, 3), np.uint8)
    assert thumbnail_of(analysis).size == (320, 200)
    assert picture.fingerprints is not None
    assert (len(picture.fingerprints.pixels), len(picture.fingerprints.perceptual)) == (64, 16)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_are_turned_as_the_camera_says(tmp_path: Path, orientation: int) -> None:
    image = Image.new("RGB", (60, 40))
    for x, y, colour in ((0, 0, "red"), (30, 0, "lime"), (0, 20, "blue"), (30, 20, "white")):
        image.paste(colour, (x, y, x + 30, y + 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "turned.png"
    image.save(path, exif=exif)
    analysis = read_file(path)
    assert (analysis.width, analysis.height) == ((60, 40) if orientation < 5 else (40, 60))
    shown = thumbnail_of(analysis)
    assert shown.size == (analysis.width, analysis.height)
    assert close(shown.getpixel((6, 6)), TOP_LEFT_OF_ORIENTATION[orientation])


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (Image.new("RGBA", (50, 50), (255, 0, 0, 0)), "white"),
        (Image.new("LA", (50, 50), (0, 0)), "white"),
        (Image.new("L", (50, 50), 128), "gray"),
        (Image.new("1", (50, 50), 1), "white"),
        (Image.new("P", (50, 50), 0), "black"),
        (Image.new("I;16", (50, 50), 0xFFFF), "white"),
        (Image.new("CMYK", (50, 50), (0, 255, 255, 0)), "red"),
    ],
    ids=lambda value: value.mode if isinstance(value, Image.Image) else value,
)
def test_every_colour_mode_becomes_rgb_and_transparency_white(
    tmp_path: Path, image: Image.Image, colour: str
) -> None:
    path = tmp_path / ("a.tif" if image.mode in {"CMYK", "I;16"} else "a.png")
    image.save(path)
    assert close(thumbnail_of(read_file(path)).getpixel((25, 25)), colour)


def test_a_large_photo_keeps_its_size_and_gets_a_small_thumbnail(
    photo: MakePhoto, tmp_path: Path
) -> None:
    image = photo(3000, 2000)
    image.save(tmp_path / "large.jpg")
    analysis = read_file(tmp_path / "large.jpg")
    assert (analysis.width, analysis.height) == (3000, 2000)
    shown = thumbnail_of(analysis)
    assert max(shown.size) == THUMBNAIL_SIDE
    difference = np.asarray(image.resize(shown.size), dtype=int) - np.asarray(shown, dtype=int)
    assert np.abs(difference).mean() < 6


def test_new_metadata_leaves_the_fingerprint_and_new_pixels_change_it(
    photo: MakePhoto, tmp_path: Path
) -> None:
    def fingerprint(name: str, image: Image.Image, author: str) -> str:
        exif = Image.Exif()
        exif[0x013B] = author
        image.save(tmp_path / name, exif=exif, quality=90)
        found = picture_of(read_file(tmp_path / name)).fingerprints
        assert found is not None
        return found.pixels

    image = photo(2600, 2000)
    retouched = image.copy()
    retouched.paste("red", (1000, 1000, 1016, 1016))
    first = fingerprint("a.jpg", image, "Ann")
    assert first == fingerprint("b.jpg", image, "Bob")
    assert first != fingerprint("c.jpg", retouched, "Ann")


def test_values_say_which_exif_property_they_come_from(photo: MakePhoto, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x010E] = "Canon", "EOS 5D", "Harbour at dusk"
    exif.get_ifd(0x8769).update({0x9003: "2011:05:01 19:30:00", 0x9011: "+02:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "W", 4: (13.0, 15.0, 36.0)})
    path = tmp_path / "a.jpg"
    photo().save(path, exif=exif)
    values = {value.name: value for value in read_file(path).values}
    assert values["captured_at"].value == "2011-05-01T19:30:00+02:00"
    assert values["captured_at"].model == "EXIF DateTimeOriginal"
    assert (values["latitude"].value, values["longitude"].value) == (52.5, -13.26)
    assert values["camera_make"].value == "Canon"
    assert values["description"].value == "Harbour at dusk"
    assert {value.source for value in values.values()} == {"embedded"}


def test_a_truncated_photo_shows_what_is_left_and_says_so(photo_file: Path) -> None:
    photo_file.write_bytes(photo_file.read_bytes()[: photo_file.stat().st_size * 2 // 3])
    analysis = read_file(photo_file)
    assert picture_of(analysis).width == 320
    assert "too early" in analysis.warnings[0]


def test_a_photo_cut_before_its_pixels_fails_with_a_reason(photo_file: Path) -> None:
    photo_file.write_bytes(photo_file.read_bytes()[:300])
    analysis = read_file(photo_file)
    assert analysis.failure is not None
    assert analysis.failure.code == "corrupt"
    assert analysis.units == ()


def test_a_picture_of_absurd_size_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x" * 90))
    analysis = read_file(path)
    assert analysis.failure is not None
    assert analysis.failure.code == "too_large"


def test_the_limit_of_pixels_is_a_setting(photo_file: Path) -> None:
    analysis = read_file(photo_file, limits=Limits(pixels=320 * 240 - 1))
    assert analysis.failure is not None
    assert analysis.failure.code == "too_large"
