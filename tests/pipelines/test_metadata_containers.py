"""Metadata is found in every container, and in files that nothing else is read of."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipelines.analysis import Value
from pipelines.reading import read_file

MakePhoto = Callable[..., Image.Image]


def xmp(more: str = "") -> bytes:
    """A packet with the keyword "sea" and the headline "Calm"."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:xmpGImg="http://ns.adobe.com/xap/1.0/g/img/" '
        'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Headline="Calm">'
        f"<dc:subject><rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>{more}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


PACKET = xmp()
IPTC = b"\x1c\x02\x69\x00\x04Calm"
"""Dataset 2:105, the headline."""


def values_of(tmp_path: Path, data: bytes) -> dict[str, Value]:
    path = tmp_path / "picture"
    path.write_bytes(data)
    analysis = read_file(path)
    assert analysis.failure is None, analysis.failure
    assert analysis.warnings == ()
    return {value.name: value for value in reversed(analysis.values)}


def exif_with_make() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    return exif


@pytest.mark.parametrize(
    ("picture_format", "options"),
    [
        ("PNG", {"exif": exif_with_make()}),
        ("WEBP", {"exif": exif_with_make(), "xmp": PACKET}),
        ("AVIF", {"exif": exif_with_make(), "xmp": PACKET}),
        ("TIFF", {"tiffinfo": {271: "Canon", 700: PACKET, 33723: IPTC}}),
    ],
)
def test_metadata_is_found_in_every_container(
    tmp_path: Path, photo: MakePhoto, picture_format: str, options: dict[str, object]
) -> None:
    if picture_format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", PACKET.decode())
        info.add_text("Author", "Ann")
        options = {**options, "pnginfo": info}
    buffer = io.BytesIO()
    photo(32, 32).save(buffer, picture_format, **options)
    found = values_of(tmp_path, buffer.getvalue())
    assert found["camera_make"].model == "EXIF Make"
    assert found["keywords"].value == ("sea",)
    assert found["headline"].value == "Calm"
    if picture_format == "PNG":
        assert (found["creator"].value, found["creator"].model) == ("Ann", "PNG Author")


def test_metadata_is_found_in_jpeg_2000(tmp_path: Path, photo: MakePhoto) -> None:
    buffer = io.BytesIO()
    photo(32, 32).save(buffer, "JPEG2000")
    identity = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    box = struct.pack(">I", 24 + len(PACKET)) + b"uuid" + identity + PACKET
    found = values_of(tmp_path, buffer.getvalue() + box)
    assert found["keywords"].value == ("sea",)


def test_metadata_is_found_in_gif(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("P", (32, 32)).save(buffer, "GIF", comment=b"Made by hand")
    data = buffer.getvalue()
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
    data = data[:-1] + b"!\xff\x0bXMP DataXMP" + PACKET + trailer + b";"
    found = values_of(tmp_path, data)
    assert found["keywords"].value == ("sea",)
    assert found["comment"].value == "Made by hand"


def test_imagemagick_s_profiles_in_png_are_read(tmp_path: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    data = b"8BIM" + struct.pack(">HHI", 1028, 0, len(IPTC)) + IPTC + bytes(len(IPTC) % 2)
    info = PngInfo()
    info.add_text("Raw profile type iptc", f"\niptc\n{len(data):8}\n{data.hex()}\n", zip=True)
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "PNG", pnginfo=info)
    assert values_of(tmp_path, buffer.getvalue())["headline"].value == "Calm"


def test_a_file_without_a_reader_keeps_the_xmp_in_it(tmp_path: Path) -> None:
    path = tmp_path / "design.bin"
    path.write_bytes(bytes(range(256)) * 40 + PACKET + bytes(500))
    analysis = read_file(path)
    assert analysis.failure is not None
    assert analysis.failure.code == "unsupported"
    assert {value.name: value.value for value in analysis.values}["keywords"] == ("sea",)


def test_an_indesign_file_is_shown_by_the_preview_in_its_xmp(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(buffer, "JPEG")
    picture = base64.b64encode(buffer.getvalue()).decode()
    packet = xmp(
        "<xmp:Thumbnails><rdf:Alt><rdf:li rdf:parseType='Resource'>"
        f"<xmpGImg:image>{picture}</xmpGImg:image></rdf:li></rdf:Alt></xmp:Thumbnails>"
    )
    path = tmp_path / "brochure.indd"
    path.write_bytes(bytes.fromhex("0606edf5d81d46e5bd31efe7fe74b71d") + bytes(4000) + packet)
    analysis = read_file(path)
    assert (analysis.kind, analysis.failure) == ("document", None)
    assert analysis.units[0].picture is not None
    assert {value.name: value.value for value in analysis.values}["headline"] == "Calm"
