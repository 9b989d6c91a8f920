"""Every picture format is read: pages, animations, photos of phones, old bitmaps."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from pipelines.analysis import Analysis
from pipelines.limits import Limits
from pipelines.reading import read_file

MakePhoto = Callable[..., Image.Image]
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAhJtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAAEZpbG9jAAAAAERAAAMAAQAAAAACNgABAAAAAAAAACUAAgAAAAACWwABAAAAAAAAAGgAAwAAAAAC"
    "wwABAAAAAAAAAQoAAABiaWluZgAAAAAAAwAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlm"
    "AAAAACppbmZlAgAAAQADAABtaW1lAGFwcGxpY2F0aW9uL3JkZit4bWwAAAAAAA5waXRtAAAAAAABAAABB2lwcnAA"
    "AADmaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroC"
    "QGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29s"
    "cm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv//"
    "//AAAAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEAAQaBAgMFhIYAAAAoaXJlZgAA"
    "AAAAAAAOY2RzYwACAAEAAQAAAA5jZHNjAAMAAQABAAABn21kYXQAAAAhKAGvGYDvSaW///CvIR92Ub+GsheF8vFH"
    "/iR359bkQ21vAAAABkV4aWYAAE1NACoAAAAIAAMBDwACAAAABgAAADIBEgADAAAAAQAGAACHaQAEAAAAAQAAADgA"
    "AAAAQXBwbGUAAAGQAwACAAAAFAAAAEoAAAAAMjAyNDowNTowMSAxMDowMDowMAA8eDp4bXBtZXRhIHhtbG5zOng9"
    "ImFkb2JlOm5zOm1ldGEvIj48cmRmOlJERiB4bWxuczpyZGY9Imh0dHA6Ly93d3cudzMub3JnLzE5OTkvMDIvMjIt"
    "cmRmLXN5bnRheC1ucyMiPjxyZGY6RGVzY3JpcHRpb24geG1sbnM6ZGM9Imh0dHA6Ly9wdXJsLm9yZy9kYy9lbGVt"
    "ZW50cy8xLjEvIj48ZGM6c3ViamVjdD48cmRmOkJhZz48cmRmOmxpPnNlYTwvcmRmOmxpPjwvcmRmOkJhZz48L2Rj"
    "OnN1YmplY3Q+PC9yZGY6RGVzY3JpcHRpb24+PC9yZGY6UkRGPjwveDp4bXBtZXRhPg=="
)
"""64x48, blue left, red right, EXIF orientation 6, keyword "sea"."""


def shown(analysis: Analysis, unit: int = 0) -> Image.Image:
    assert analysis.failure is None, analysis.failure
    picture = analysis.units[unit].picture
    assert picture is not None
    return Image.open(io.BytesIO(picture.thumbnail)).convert("RGB")


def is_near(pixel: object, colour: tuple[int, int, int], most: int = 30) -> bool:
    assert isinstance(pixel, tuple)
    return max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) <= most


@pytest.mark.parametrize(
    ("picture_format", "extension"),
    [
        ("AVIF", ".avif"),
        ("BMP", ".bmp"),
        ("DDS", ".dds"),
        ("GIF", ".gif"),
        ("ICO", ".ico"),
        ("JPEG2000", ".jp2"),
        ("PCX", ".pcx"),
        ("PPM", ".ppm"),
        ("QOI", ".qoi"),
        ("SGI", ".sgi"),
        ("TGA", ".tga"),
        ("TIFF", ".tif"),
        ("WEBP", ".webp"),
    ],
)
def test_pictures_of_all_formats_are_shown(
    tmp_path: Path, picture_format: str, extension: str
) -> None:
    image = Image.new("RGB", (128, 128), (200, 40, 40))
    image.paste((40, 40, 200), (0, 0, 128, 64))
    path = tmp_path / f"picture{extension}"
    image.save(path, picture_format)
    analysis = read_file(path)
    assert (analysis.kind, analysis.width, analysis.height) == ("image", 128, 128)
    assert is_near(shown(analysis).getpixel((64, 30)), (40, 40, 200))
    assert is_near(shown(analysis).getpixel((64, 100)), (200, 40, 40))


@pytest.mark.parametrize("extension", [".xbm", ".pfm"])
def test_bitmaps_of_one_channel_are_shown(tmp_path: Path, extension: str) -> None:
    mode, picture_format = ("1", "XBM") if extension == ".xbm" else ("F", "PPM")
    path = tmp_path / f"picture{extension}"
    Image.new(mode, (32, 32), 1).save(path, picture_format)
    analysis = read_file(path)
    assert (analysis.kind, analysis.width) == ("image", 32)
    assert shown(analysis).size == (32, 32)


def test_old_formats_that_nobody_saves_any_more_are_shown(tmp_path: Path) -> None:
    import struct

    xpm = b'/* XPM */\nstatic char *x[] = {\n"2 2 1 1",\n"a c #ff0000",\n"aa",\n"aa"\n};\n'
    sun = struct.pack(">8I", 0x59A66A95, 2, 2, 24, 12, 1, 0, 0) + b"\0\0\xff" * 4
    icon = io.BytesIO()
    Image.new("RGBA", (32, 32), "red").save(icon, "ICO", sizes=[(32, 32)], bitmap_format="bmp")
    cursor = b"\0\0\2\0" + icon.getvalue()[4:]
    for data, media_type in (
        (xpm, "image/x-xpixmap"),
        (sun, "image/x-sun-raster"),
        (cursor, "image/x-win-cursor"),
    ):
        path = tmp_path / "old"
        path.write_bytes(data)
        analysis = read_file(path)
        assert analysis.media_type == media_type
        assert is_near(shown(analysis).getpixel((1, 1)), (255, 0, 0))


def test_photos_of_phones_are_read_upright_with_their_metadata(tmp_path: Path) -> None:
    pytest.importorskip("pi_heif")
    path = tmp_path / "IMG_1.HEIC"
    path.write_bytes(HEIC)
    analysis = read_file(path)
    assert (analysis.media_type, analysis.width, analysis.height) == ("image/heic", 48, 64)
    assert is_near(shown(analysis).getpixel((24, 8)), (0, 0, 255))
    assert is_near(shown(analysis).getpixel((24, 56)), (255, 0, 0))
    values = {value.name: value.value for value in analysis.values}
    assert values["keywords"] == ("sea",)
    assert values["camera_make"] == "Apple"


def test_each_page_of_a_scan_is_a_unit(photo: MakePhoto, tmp_path: Path) -> None:
    pages = [photo(90, 120, seed) for seed in range(3)]
    path = tmp_path / "scan.tif"
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_lzw")
    analysis = read_file(path)
    assert (analysis.kind, analysis.pages) == ("document", 3)
    assert [(unit.key, unit.kind, unit.page) for unit in analysis.units] == [
        ("page:1", "page", 1),
        ("page:2", "page", 2),
        ("page:3", "page", 3),
    ]
    for number, page in enumerate(pages):
        pixel = page.getpixel((45, 60))
        assert isinstance(pixel, tuple)
        assert is_near(shown(analysis, number).getpixel((45, 60)), pixel)


def test_pages_beyond_the_limit_are_left_out_and_named(photo: MakePhoto, tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    page = photo(40, 40)
    page.save(path, save_all=True, append_images=[page, page])
    analysis = read_file(path, limits=Limits(pages=2))
    assert (analysis.pages, len(analysis.units)) == (3, 2)
    assert "Only the first 2 of 3 pages" in analysis.warnings[0]


def test_smaller_copies_inside_a_tiff_are_no_pages(photo: MakePhoto, tmp_path: Path) -> None:
    small = photo(60, 40)
    small.encoderinfo = {"tiffinfo": {254: 1}}
    path = tmp_path / "pyramid.tif"
    photo(120, 80).save(path, save_all=True, append_images=[small])
    analysis = read_file(path)
    assert [unit.key for unit in analysis.units] == ["image"]
    assert (analysis.width, analysis.height) == (120, 80)


def test_a_damaged_page_leaves_the_others(photo: MakePhoto, tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    page = photo(100, 100)
    page.save(path, save_all=True, append_images=[page, page], compression="tiff_adobe_deflate")
    data = path.read_bytes()
    starts = [i for i in range(len(data)) if data.startswith(b"\x78", i)]
    offsets = []
    for number in range(3):
        with Image.open(path) as image:
            image.seek(number)
            offsets.append(image.tag_v2[273][0])  # type: ignore[attr-defined]
    assert set(offsets) <= set(starts)
    broken = bytearray(data)
    broken[offsets[1] : offsets[1] + 40] = bytes(40)
    path.write_bytes(broken)
    analysis = read_file(path)
    assert analysis.failure is None
    assert [unit.page for unit in analysis.units] == [1, 3]
    assert any("Page 2 is damaged" in text for text in analysis.warnings)


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_tiff_is_turned_once(tmp_path: Path, orientation: int) -> None:
    image = Image.new("RGB", (60, 40), "white")
    image.paste("red", (0, 0, 20, 20))
    path = tmp_path / "turned.tif"
    image.save(path, tiffinfo={274: orientation})
    analysis = read_file(path)
    assert (analysis.width, analysis.height) == ((60, 40) if orientation == 3 else (40, 60))
    width, height = shown(analysis).size
    corner = {3: (width - 5, height - 5), 6: (width - 5, 5), 8: (5, height - 5)}[orientation]
    assert is_near(shown(analysis).getpixel(corner), (255, 0, 0))


@pytest.mark.parametrize("picture_format", ["AVIF", "GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_and_its_length_are_kept(
    tmp_path: Path, picture_format: str
) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    for number, frame in enumerate(frames):
        ImageDraw.Draw(frame).ellipse((number, number, 20, 20), fill="black")
    path = tmp_path / "moving"
    durations = 233 if picture_format == "AVIF" else [100, 200, 400]
    frames[0].save(
        path, picture_format, save_all=True, append_images=frames[1:], duration=durations
    )
    analysis = read_file(path)
    assert is_near(shown(analysis).getpixel((50, 30)), (255, 0, 0))
    assert analysis.duration_s == pytest.approx(0.7, abs=0.002)
    assert [value.value for value in analysis.values if value.name == "frames"] == [3]


def test_a_still_gif_has_no_length(tmp_path: Path) -> None:
    Image.new("RGB", (60, 40)).save(tmp_path / "still.gif")
    analysis = read_file(tmp_path / "still.gif")
    assert analysis.duration_s is None
    assert "frames" not in {value.name for value in analysis.values}


def test_a_large_jpeg_2000_keeps_its_size(photo: MakePhoto, tmp_path: Path) -> None:
    photo(2600, 2000).save(tmp_path / "large.jp2", quality_layers=[40])
    analysis = read_file(tmp_path / "large.jp2")
    assert (analysis.width, analysis.height) == (2600, 2000)
    assert shown(analysis).size == (480, 369)


def test_a_kind_of_tiff_that_cannot_be_shown_is_not_called_damaged(tmp_path: Path) -> None:
    import struct

    tags = {256: 4, 257: 4, 258: 32, 259: 1, 262: 2, 273: 8, 277: 3, 278: 4, 279: 192, 339: 3}
    samples = struct.pack("<48f", *([0.5] * 48))
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    path = tmp_path / "light.tif"
    path.write_bytes(
        b"II*\0" + struct.pack("<I", 200) + samples + struct.pack("<H", len(tags)) + rows + bytes(4)
    )
    analysis = read_file(path)
    assert analysis.failure is not None
    assert analysis.failure.code == "unsupported"
    assert "32 bits" in analysis.failure.reason
    path.write_bytes(path.read_bytes()[:150])
    damaged = read_file(path).failure
    assert damaged is not None
    assert damaged.code == "corrupt"


def test_a_heic_without_its_picture_keeps_its_metadata(tmp_path: Path) -> None:
    pytest.importorskip("pi_heif")
    # Without the configuration of its decoder nobody can decode the picture.
    path = tmp_path / "IMG_1.HEIC"
    path.write_bytes(HEIC.replace(b"hvcC", b"hvcX"))
    analysis = read_file(path)
    assert analysis.failure is not None
    assert {value.name: value.value for value in analysis.values}["keywords"] == ("sea",)
