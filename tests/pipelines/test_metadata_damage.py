"""Damage of any kind ends in a reading, never in an error."""

from __future__ import annotations

import io
import warnings
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipelines.animation import animation_in
from pipelines.limits import Limits
from pipelines.metadata.blocks import Blocks, decode
from pipelines.metadata.exif import exif_values
from pipelines.metadata.ifd import Tiff
from pipelines.metadata.iptc import iptc_values
from pipelines.metadata.photoshop import resources
from pipelines.reading import read_file

PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf'
    b'-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject>'
    b"<rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF>"
    b"</x:xmpmeta>"
)
FORMATS = ("JPEG", "TIFF", "PNG", "WEBP", "GIF", "JPEG2000", "SVG", "EPS", "PSD")
LONG_CAPTION = b"\x1c\x02\x78\x80\x04" + (70_000).to_bytes(4, "big") + b"x" * 70_000
READABLE = {"corrupt", "unsupported", "too_large", "empty", "out_of_memory"}
LIMITS = Limits(pixels=2_000_000)


@cache
def sound(picture_format: str) -> bytes:
    """A small sound file with EXIF, IPTC and XMP as far as the format takes them."""
    if picture_format == "SVG":
        return (
            b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><title>Plan</title>'
            b'<defs><g id="a"><rect width="9" height="9"/></g></defs><use href="#a"/></svg>'
        )
    if picture_format == "EPS":
        return (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%Title: (Plan)\n%%BoundingBox: 0 0 8 2\n%%EndComments\n"
            b"%%BeginPreview: 8 2 1 2\n% AA\n% 55\n%%EndPreview\n" + PACKET
        )
    if picture_format == "PSD":
        head = b"8BPS\0\1" + bytes(6) + b"\0\3\0\0\0\2\0\0\0\2\0\x10\0\3" + bytes(4)
        block = b"8BIM\x04\x24\0\0" + len(PACKET).to_bytes(4, "big") + PACKET
        block += bytes(len(PACKET) % 2)
        return head + len(block).to_bytes(4, "big") + block + bytes(4) + bytes(2 + 24)
    exif = Image.Exif()
    exif.update({0x010E: "Harbour", 0x010F: "Canon", 0x013B: "Ann; Bob"})
    exif.get_ifd(0x8769).update({0x9003: "2024:06:01 08:30:00", 0x829A: 0.004})
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 0.0, 0.0)})
    image = Image.linear_gradient("L").resize((24, 24)).convert("RGB")
    buffer = io.BytesIO()
    options: dict[str, object] = {"exif": exif}
    if picture_format in {"JPEG", "WEBP"}:
        options["xmp"] = PACKET
    if picture_format == "TIFF":
        options = {"tiffinfo": {271: "Canon", 700: PACKET}, "save_all": True}
        options["append_images"] = [image]
    if picture_format == "GIF":
        options = {"comment": b"Made by hand", "save_all": True, "append_images": [image.rotate(9)]}
    image.save(buffer, picture_format, **options)
    return buffer.getvalue()


def read(folder: Path, data: bytes) -> str:
    """Read bytes as a file; the code of the failure, if there is one."""
    path = folder / "damaged"
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        analysis = read_file(path, limits=LIMITS)
    return analysis.failure.code if analysis.failure is not None else ""


@pytest.mark.parametrize("picture_format", FORMATS)
def test_the_sound_file_is_read(tmp_path: Path, picture_format: str) -> None:
    assert read(tmp_path, sound(picture_format)) == ""


@pytest.mark.parametrize("picture_format", FORMATS)
def test_a_file_cut_anywhere_is_read_or_refused(tmp_path: Path, picture_format: str) -> None:
    data = sound(picture_format)
    for end in range(1, len(data), max(1, len(data) // 60)):
        assert read(tmp_path, data[:end]) in {"", *READABLE}


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(FORMATS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
)
def test_a_file_with_changed_bytes_is_read_or_refused(
    tmp_path: Path, picture_format: str, changes: list[tuple[float, int]]
) -> None:
    data = bytearray(sound(picture_format))
    for place, byte in changes:
        data[int(place * len(data))] = byte
    assert read(tmp_path, bytes(data)) in {"", *READABLE}


@given(st.binary(max_size=300))
def test_any_bytes_as_metadata_give_values_or_a_warning(data: bytes) -> None:
    for head in (b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0"):
        list(exif_values(Tiff(head + data)))
    list(iptc_values(b"\x1c\x02" + data))
    found = resources(b"8BIM" + data)
    decode(Blocks(exif=data, iptc=data, xmp=(data,), resources=found))


def test_texts_and_lists_of_absurd_length_are_cut() -> None:
    words = "".join(f"<rdf:li>{number}</rdf:li>" for number in range(5_000)).encode()
    found = decode(Blocks(xmp=(PACKET.replace(b"<rdf:li>sea</rdf:li>", words),), iptc=LONG_CAPTION))
    values = {value.name: value.value for value in found.values}
    assert len(values["keywords"]) == 2_000  # type: ignore[arg-type]
    assert len(values["description"]) == 20_000  # type: ignore[arg-type]


def test_directories_that_point_to_themselves_end() -> None:
    directory = b"\1\0" + b"\x69\x87\4\0\1\0\0\0\x08\0\0\0" + b"\x08\0\0\0"
    tiff = Tiff(b"II*\0\x08\0\0\0" + directory)
    assert len(list(tiff.chain())) == 1
    assert list(exif_values(tiff)) == []


@given(st.sampled_from(("GIF", "PNG", "WEBP")), st.binary(max_size=300))
def test_any_bytes_as_an_animation_end(picture_format: str, data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "moving"
        path.write_bytes(b"GIF89a" + bytes(8) + data)
        try:
            animation = animation_in(path, picture_format)
        except IndexError:
            return
    assert animation is None or animation.frames > 1
