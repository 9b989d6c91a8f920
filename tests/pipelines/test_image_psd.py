"""Photoshop files: the composite of any depth, the layers, or the small preview."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.analysis import Analysis
from pipelines.reading import read_file


def pack_bits(row: bytes) -> bytes:
    """Literal runs only, which every decoder has to understand."""
    parts = (row[at : at + 128] for at in range(0, len(row), 128))
    return b"".join(bytes([len(part) - 1]) + part for part in parts)


def photoshop_file(
    colour: tuple[int, ...],
    *,
    depth: int = 8,
    mode: int = 3,
    large: bool = False,
    packed: bool = False,
    resources: dict[int, bytes] | None = None,
    size: tuple[int, int] = (40, 30),
) -> bytes:
    """A Photoshop file of one colour without layers."""
    width, height = size
    data = b"8BPS" + struct.pack(
        ">H6xHIIHH", 2 if large else 1, len(colour), height, width, depth, mode
    )
    section = b""
    for number, content in (resources or {}).items():
        section += b"8BIM" + struct.pack(">HH", number, 0) + struct.pack(">I", len(content))
        section += content + bytes(len(content) % 2)
    data += struct.pack(">I", 0) + struct.pack(">I", len(section)) + section
    data += struct.pack(">Q" if large else ">I", 0)
    form = {8: ">u1", 16: ">u2", 32: ">f4"}[depth]
    rows = [np.full(width, value, form).tobytes() for value in colour for _ in range(height)]
    if not packed:
        return data + struct.pack(">H", 0) + b"".join(rows)
    packs = [pack_bits(row) for row in rows]
    counts = struct.pack(f">{len(packs)}{'I' if large else 'H'}", *map(len, packs))
    return data + struct.pack(">H", 1) + counts + b"".join(packs)


def pixel(analysis: Analysis) -> tuple[int, ...]:
    assert analysis.failure is None, analysis.failure
    picture = analysis.units[0].picture
    assert picture is not None
    image = Image.open(io.BytesIO(picture.thumbnail)).convert("RGB")
    found = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("depth", [8, 16])
def test_the_composite_is_shown(tmp_path: Path, depth: int, large: bool, packed: bool) -> None:
    scale = 1 if depth == 8 else 257
    colour = tuple(value * scale for value in (200, 100, 50))
    path = tmp_path / "design.psd"
    path.write_bytes(photoshop_file(colour, depth=depth, large=large, packed=packed))
    analysis = read_file(path)
    assert (analysis.kind, analysis.width, analysis.height) == ("image", 40, 30)
    assert np.abs(np.subtract(pixel(analysis), (200, 100, 50))).max() <= 4


def test_inks_and_greys_of_16_bits_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "inks.psd"
    # Photoshop stores inks the other way round: 0 is full.
    path.write_bytes(photoshop_file((0, 65535, 65535, 65535), depth=16, mode=4))
    red, green, blue = pixel(read_file(path))
    assert red < 60 < min(green, blue)
    path.write_bytes(photoshop_file((32768,), depth=16, mode=1))
    assert abs(pixel(read_file(path))[0] - 128) <= 3


def test_light_of_32_bits_is_shown_as_the_eye_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "light.psd"
    path.write_bytes(photoshop_file((0.2, 0.2, 0.2), depth=32))  # type: ignore[arg-type]
    assert abs(pixel(read_file(path))[1] - 123) <= 5


def test_without_a_composite_the_small_preview_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "psd_tools", None)
    buffer = io.BytesIO()
    Image.new("RGB", (20, 15), (200, 100, 50)).save(buffer, "JPEG")
    preview = struct.pack(">I24x", 1) + buffer.getvalue()
    no_composite = struct.pack(">IB", 1, 0) + bytes(8)
    path = tmp_path / "layers.psd"
    path.write_bytes(photoshop_file((255, 255, 255), resources={1057: no_composite, 1036: preview}))
    analysis = read_file(path)
    assert np.abs(np.subtract(pixel(analysis), (200, 100, 50))).max() <= 6
    assert (analysis.width, analysis.height) == (40, 30)
    assert "Maximize compatibility" in analysis.warnings[0]
    path.write_bytes(photoshop_file((255, 255, 255), resources={1057: no_composite}))
    analysis = read_file(path)
    assert analysis.failure is not None
    assert analysis.failure.code == "unsupported"
    assert "magpie-content[images]" in analysis.failure.reason


def test_without_a_composite_the_layers_are_put_together(tmp_path: Path) -> None:
    psd_tools = pytest.importorskip("psd_tools", reason="needs magpie-content[images]")
    document = psd_tools.PSDImage.new("RGB", (80, 60))
    document.create_pixel_layer(Image.new("RGB", (80, 60), (200, 100, 50)), name="all")
    path = tmp_path / "layers.psd"
    document.save(path)
    data = path.read_bytes()
    flag = data.index(struct.pack(">H", 1057)) + 4
    assert data[flag + 8] == 1
    path.write_bytes(data[: flag + 8] + b"\0" + data[flag + 9 :])
    assert np.abs(np.subtract(pixel(read_file(path)), (200, 100, 50))).max() <= 4
    assert read_file(path).warnings == ()


def test_titles_in_image_resources_are_kept(tmp_path: Path) -> None:
    iptc = b"\x1c\x02\x05" + struct.pack(">H", 6) + b"Poster"
    path = tmp_path / "poster.psd"
    path.write_bytes(photoshop_file((1, 2, 3), resources={1028: iptc, 1034: b"\x01"}))
    values = {value.name: value for value in read_file(path).values}
    assert values["title"].value == "Poster"
    assert values["title"].model == "IPTC 2:05 Object Name"
    assert values["rights_marked"].value is True


def test_a_cut_file_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "cut.psd"
    path.write_bytes(photoshop_file((1, 2, 3))[:200])
    analysis = read_file(path)
    assert analysis.failure is not None
    assert analysis.failure.code == "corrupt"
