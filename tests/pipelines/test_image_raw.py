"""Raw photos are shown by the preview that the camera saved, upright, with their metadata."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipelines.analysis import Analysis
from pipelines.reading import read_file

MakePhoto = Callable[..., Image.Image]
Tags = dict[int, tuple[int, int, bytes]]


def short(*numbers: int) -> tuple[int, int, bytes]:
    return 3, len(numbers), struct.pack(f"<{len(numbers)}H", *numbers)


def long(*numbers: int) -> tuple[int, int, bytes]:
    return 4, len(numbers), struct.pack(f"<{len(numbers)}I", *numbers)


def text(words: str) -> tuple[int, int, bytes]:
    return 2, len(words) + 1, words.encode() + b"\0"


def directory(tags: Tags, at: int) -> bytes:
    """A TIFF directory that stands at an offset, followed by its longer values."""
    rows, body = b"", b""
    start = at + 2 + 12 * len(tags) + 4
    for tag, (kind, count, data) in sorted(tags.items()):
        if len(data) <= 4:
            field = data + bytes(4 - len(data))
        else:
            field = struct.pack("<I", start + len(body))
            body += data + bytes(len(data) % 2)
        rows += struct.pack("<HHI", tag, kind, count) + field
    return struct.pack("<H", len(tags)) + rows + bytes(4) + body


def raw_photo(preview: bytes, tags: Tags, magic: bytes = b"II*\0") -> bytes:
    """A raw file as makers build it: main tags, EXIF and sensor data behind pointers, preview."""
    exif: Tags = {0x9003: text("2024:06:01 08:30:00"), 0x8827: short(400)}
    sensor: Tags = {254: long(0), 256: long(1200), 257: long(800), 262: short(32803)}
    pointers: Tags = {0x8769: long(0), 330: long(0)}
    first = len(directory({**tags, **pointers}, 8))
    second = len(directory(exif, 0))
    pointers = {0x8769: long(8 + first), 330: long(8 + first + second)}
    data = magic + struct.pack("<I", 8) + directory({**tags, **pointers}, 8)
    data += directory(exif, len(data))
    data += directory(sensor, len(data))
    return data + preview + bytes(5000)


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def two_colours(width: int = 600, height: int = 400) -> Image.Image:
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (0, 0, width // 2, height))
    return image


def shown(analysis: Analysis) -> Image.Image:
    assert analysis.failure is None, analysis.failure
    picture = analysis.units[0].picture
    assert picture is not None
    return Image.open(io.BytesIO(picture.thumbnail)).convert("RGB")


@pytest.mark.parametrize(
    ("make", "extra", "media_type"),
    [
        ("NIKON CORPORATION", {}, "image/x-nikon-nef"),
        ("SONY", {}, "image/x-sony-arw"),
        ("Leica", {0xC612: (1, 4, b"\x01\x04\0\0")}, "image/x-adobe-dng"),
        ("Maker", {}, "image/x-raw"),
    ],
)
def test_the_preview_of_a_raw_photo_is_shown(
    tmp_path: Path, make: str, extra: Tags, media_type: str
) -> None:
    small = jpeg(two_colours(160, 120))
    tags = {0x010F: text(make), 0x0110: text("Model 1"), **extra}
    path = tmp_path / "photo.raw"
    path.write_bytes(raw_photo(small + bytes(100) + jpeg(two_colours()), tags))
    analysis = read_file(path)
    assert (analysis.media_type, analysis.kind) == (media_type, "image")
    assert (analysis.width, analysis.height) == (1200, 800), "the size of the sensor's picture"
    assert shown(analysis).size == (480, 320)
    values = {value.name: value.value for value in analysis.values}
    assert values["camera_make"] == make
    assert values["captured_at"] == "2024-06-01T08:30:00"
    assert values["iso"] == 400


def test_a_raw_photo_is_turned_as_its_main_tags_say(tmp_path: Path) -> None:
    path = tmp_path / "photo.nef"
    path.write_bytes(raw_photo(jpeg(two_colours()), {0x010F: text("NIKON"), 0x0112: short(6)}))
    analysis = read_file(path)
    assert (analysis.width, analysis.height) == (800, 1200)
    top, bottom = shown(analysis).getpixel((100, 20)), shown(analysis).getpixel((100, 460))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[2] > 200
    assert bottom[0] > 200


@pytest.mark.parametrize(
    ("magic", "media_type"),
    [(b"IIRO", "image/x-olympus-orf"), (b"IIU\0", "image/x-panasonic-rw2")],
)
def test_formats_that_only_resemble_tiff_are_read_too(
    tmp_path: Path, magic: bytes, media_type: str
) -> None:
    path = tmp_path / "photo"
    path.write_bytes(raw_photo(jpeg(two_colours()), {0x010F: text("Maker")}, magic))
    analysis = read_file(path)
    assert analysis.media_type == media_type
    assert {value.name: value.value for value in analysis.values}["camera_make"] == "Maker"
    assert shown(analysis).size == (480, 320)


def test_fuji_photos_take_their_metadata_from_the_preview(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "FUJIFILM"
    buffer = io.BytesIO()
    two_colours().save(buffer, "JPEG", exif=exif)
    path = tmp_path / "photo.raf"
    path.write_bytes(b"FUJIFILMCCD-RAW " + bytes(132) + buffer.getvalue() + bytes(2000))
    analysis = read_file(path)
    assert analysis.media_type == "image/x-fuji-raf"
    assert {value.name: value.value for value in analysis.values}["camera_make"] == "FUJIFILM"


def test_canon_s_newer_format_keeps_its_metadata_in_boxes(tmp_path: Path) -> None:
    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", 8 + len(content)) + kind + content

    main = b"II*\0" + struct.pack("<I", 8)
    main += directory({0x010F: text("Canon"), 0x0112: short(8)}, 8)
    exposure = b"II*\0" + struct.pack("<I", 8) + directory({0x8827: short(800)}, 8)
    identity = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    boxes = box(b"uuid", identity + box(b"CMT1", main) + box(b"CMT2", exposure))
    path = tmp_path / "photo.cr3"
    path.write_bytes(
        box(b"ftyp", b"crx \0\0\0\1crx isom")
        + box(b"moov", boxes)
        + box(b"mdat", jpeg(two_colours()))
    )
    analysis = read_file(path)
    assert (analysis.media_type, analysis.width, analysis.height) == (
        "image/x-canon-cr3",
        400,
        600,
    )
    values = {value.name: value.value for value in analysis.values}
    assert (values["camera_make"], values["iso"]) == ("Canon", 800)


def test_a_raw_photo_without_a_preview_keeps_its_metadata_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "photo.nef"
    path.write_bytes(raw_photo(b"", {0x010F: text("NIKON")}))
    analysis = read_file(path)
    assert analysis.failure is not None
    assert analysis.failure.code in {"unsupported", "corrupt"}
    assert {value.name: value.value for value in analysis.values}["camera_make"] == "NIKON"


def test_a_raw_photo_without_a_preview_is_developed(tmp_path: Path) -> None:
    pytest.importorskip("rawpy", reason="needs magpie-content[images]")
    width, height = 256, 192
    samples = struct.pack(f"<{width * height}H", *([9_000] * (width * height)))
    tags: Tags = {
        254: long(0),
        256: long(width),
        257: long(height),
        258: short(16),
        259: short(1),
        262: short(32803),
        271: text("Maker"),
        272: text("Model 1"),
        277: short(1),
        278: long(height),
        279: long(len(samples)),
        33421: short(2, 2),
        33422: (1, 4, b"\0\1\1\2"),
        50706: (1, 4, b"\1\4\0\0"),
        50708: text("Maker Model 1"),
        50714: short(0),
        50717: long(65535),
        50721: (10, 9, struct.pack("<18i", 1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1)),
        50728: (5, 3, struct.pack("<6I", 1, 1, 1, 1, 1, 1)),
        50778: short(21),
    }
    at = 8 + len(directory({**tags, 273: long(0)}, 8))
    path = tmp_path / "photo.dng"
    head = directory({**tags, 273: long(at)}, 8)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8) + head + samples)
    analysis = read_file(path)
    assert analysis.failure is None, analysis.failure
    assert (analysis.width, analysis.height) == (width, height)
    assert shown(analysis).size == (width // 2, height // 2)
