"""Colours are those that people see: profiles applied, deep greys scaled."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.analysis import Analysis
from pipelines.colour import eight_bits, to_srgb
from pipelines.reading import read_file


def s15(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def profile(space: bytes, tags: dict[bytes, bytes], *, connection: bytes = b"XYZ ") -> bytes:
    """An ICC profile of version 2 by hand."""
    described = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"Test\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0\0\0\0",
        b"wtpt": b"XYZ " + bytes(4) + s15(0.9642, 1.0, 0.8249),
        **tags,
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(described)
    for name, content in described.items():
        data = content + bytes(-len(content) % 4)
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    size = start + len(body)
    header = struct.pack(">I4sI", size, bytes(4), 0x02400000)
    header += (b"prtr" if space == b"CMYK" else b"mntr") + space + connection + bytes(12)
    header += b"acsp" + bytes(28) + s15(0.9642, 1.0, 0.8249)
    header += bytes(128 - len(header))
    return header + struct.pack(">I", len(described)) + table + body


def wide_gamut() -> bytes:
    """Adobe RGB (1998): gamma 2.2, green far beyond that of sRGB."""
    gamma = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.19921875 * 256)) + bytes(2)
    return profile(
        b"RGB ",
        {
            b"rXYZ": b"XYZ " + bytes(4) + s15(0.60974, 0.31111, 0.01947),
            b"gXYZ": b"XYZ " + bytes(4) + s15(0.20528, 0.62567, 0.06087),
            b"bXYZ": b"XYZ " + bytes(4) + s15(0.14919, 0.06322, 0.74457),
            b"rTRC": gamma,
            b"gTRC": gamma,
            b"bTRC": gamma,
        },
    )


def grey() -> bytes:
    """Grey with gamma 1: a value of half the light looks much brighter than half."""
    return profile(b"GRAY", {b"kTRC": b"curv" + bytes(4) + struct.pack(">I", 0)})


def inks() -> bytes:
    """CMYK by a table of 2x2x2x2 points in Lab: every ink darkens, none has a colour."""
    points = b""
    for index in range(16):
        number_of_inks = index.bit_count()
        points += bytes([255 - number_of_inks * 63, 128, 128])
    identity = bytes(range(256))
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0])
    lut += s15(1, 0, 0, 0, 1, 0, 0, 0, 1) + identity * 4 + points + identity * 3
    return profile(b"CMYK", {b"A2B0": lut}, connection=b"Lab ")


def middle(analysis: Analysis) -> tuple[int, ...]:
    assert analysis.failure is None, analysis.failure
    picture = analysis.units[0].picture
    assert picture is not None
    image = Image.open(io.BytesIO(picture.thumbnail)).convert("RGB")
    pixel = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize("extension", [".jpg", ".png", ".webp", ".tif"])
def test_wide_gamut_is_shown_in_srgb(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"wide{extension}"
    image = Image.new("RGB", (64, 64), (150, 180, 120))
    image.save(path, icc_profile=wide_gamut(), **({"quality": 98} if extension != ".png" else {}))
    red, green, blue = middle(read_file(path))
    # Adobe RGB (150, 180, 120) is sRGB (137, 181, 117).
    assert abs(red - 137) <= 5
    assert abs(green - 181) <= 5
    assert abs(blue - 117) <= 5
    names = {value.name: value.value for value in read_file(path).values}
    assert names["colour_profile"] == "Test"


def test_inks_are_shown_through_their_profile(tmp_path: Path) -> None:
    path = tmp_path / "inks.tif"
    Image.new("CMYK", (64, 64), (255, 0, 0, 0)).save(path, icc_profile=inks())
    red, green, blue = middle(read_file(path))
    assert max(red, green, blue) - min(red, green, blue) < 12, "cyan has no colour in this profile"
    assert 150 < green < 215


def test_greys_are_shown_through_their_profile(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    Image.new("L", (64, 64), 128).save(path, icc_profile=grey())
    assert abs(middle(read_file(path))[0] - 188) <= 6


def test_a_damaged_profile_is_ignored_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "odd.png"
    broken = bytearray(wide_gamut())
    broken[132:400] = bytes(268)
    Image.new("RGB", (64, 64), (150, 180, 120)).save(path, icc_profile=bytes(broken))
    analysis = read_file(path)
    assert abs(middle(analysis)[0] - 150) <= 5
    assert any("colour profile" in text for text in analysis.warnings)


def test_a_profile_of_another_kind_of_picture_is_ignored() -> None:
    image, trusted = to_srgb(Image.new("RGB", (8, 8), (10, 200, 30)), inks())
    assert not trusted
    assert image.getpixel((4, 4)) == (10, 200, 30)


def test_the_same_photo_with_and_without_an_srgb_profile_is_the_same(tmp_path: Path) -> None:
    from PIL import ImageCms

    image = Image.radial_gradient("L").convert("RGB")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.save(tmp_path / "with.png", icc_profile=srgb)
    image.save(tmp_path / "without.png")
    prints = []
    for name in ("with.png", "without.png"):
        picture = read_file(tmp_path / name).units[0].picture
        assert picture is not None
        prints.append(picture.fingerprints)
    assert prints[0] == prints[1]


@pytest.mark.parametrize(
    ("mode", "values", "expected"),
    [
        ("I;16", [0, 1000, 4095], [0, 62, 255]),
        ("I;16", [0, 32768, 65535], [0, 127, 255]),
        ("I;16", [0, 100, 255], [0, 100, 255]),
        ("F", [0.0, 0.5, 1.0], [0, 127, 255]),
        ("F", [float("nan"), 0.5, 1.0], [0, 127, 255]),
        ("I", [-100, 0, 100], [0, 127, 255]),
    ],
)
def test_deep_greys_use_the_whole_range(
    mode: str, values: list[float], expected: list[int]
) -> None:
    types = {"I;16": np.uint16, "F": np.float32, "I": np.int32}
    image = Image.fromarray(np.array([values], dtype=types[mode]))
    assert image.mode == mode
    assert np.abs(np.asarray(eight_bits(image), dtype=int)[0] - expected).max() <= 1


def test_the_outliers_of_floating_point_do_not_flatten_the_rest() -> None:
    values = np.linspace(10, 20, 10_000, dtype=np.float32).reshape(100, 100)
    values[0, 0] = 1e9
    shown = np.asarray(eight_bits(Image.fromarray(values)))
    assert shown[50, 50] > 100
    assert shown.max() == 255
