"""What EXIF, IPTC and XMP say gets into the record, and each value says where it stands."""

from __future__ import annotations

import hashlib
import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from pipelines.analysis import Value
from pipelines.metadata.fields import NAMES, PERSONAL
from pipelines.reading import read_file

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
NAMESPACES = {
    "rdf": RDF,
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xmpNote": "http://ns.adobe.com/xmp/note/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
}


def xmp(content: str = "", attributes: str = "") -> bytes:
    """A packet with properties as elements and as attributes."""
    declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {declared}>'
        f'<rdf:Description rdf:about="" {attributes}>{content}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def bag(name: str, *words: str) -> str:
    entries = "".join(f"<rdf:li>{word}</rdf:li>" for word in words)
    return f"<{name}><rdf:Bag>{entries}</rdf:Bag></{name}>"


def alternatives(name: str, **languages: str) -> str:
    entries = "".join(
        f'<rdf:li xml:lang="{key.replace("_", "-")}">{text}</rdf:li>'
        for key, text in languages.items()
    )
    return f"<{name}><rdf:Alt>{entries}</rdf:Alt></{name}>"


def iptc(*fields: tuple[int, bytes], utf_8: bool = False) -> bytes:
    """A block of IPTC-IIM."""
    mark = [(1, 90, b"\x1b%G")] if utf_8 else []
    sets = [*mark, *((2, number, data) for number, data in fields)]
    return b"".join(
        b"\x1c" + bytes([record, number]) + struct.pack(">H", len(data)) + data
        for record, number, data in sets
    )


def resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + bytes(len(data) % 2)


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg(
    *,
    exif: Image.Exif | None = None,
    packet: bytes = b"",
    block: bytes = b"",
    digest: bytes = b"",
    more: bytes = b"",
) -> bytes:
    """A small JPEG with metadata."""
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, "JPEG", exif=Image.Exif() if exif is None else exif)
    data = buffer.getvalue()
    parts = b""
    if packet:
        parts += segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + packet)
    if block:
        resources = resource(1028, block) + (resource(1061, digest) if digest else b"")
        parts += segment(0xED, b"Photoshop 3.0\0" + resources)
    return data[:2] + parts + more + data[2:]


def values_of(tmp_path: Path, data: bytes, name: str = "photo.jpg") -> dict[str, list[Value]]:
    path = tmp_path / name
    path.write_bytes(data)
    analysis = read_file(path)
    assert analysis.failure is None, analysis.failure
    assert analysis.warnings == ()
    found: dict[str, list[Value]] = {}
    for value in analysis.values:
        found.setdefault(value.name, []).append(value)
    assert set(found) <= set(NAMES)
    return found


def test_keywords_of_all_standards_are_joined_and_kept_apart(tmp_path: Path) -> None:
    packet = xmp(
        bag("dc:subject", "harbour", "Crane")
        + bag("lr:hierarchicalSubject", "Places|Germany|Hamburg", "harbour")
    )
    found = values_of(tmp_path, jpeg(packet=packet, block=iptc((25, b"crane"), (25, b"ship"))))
    joined, *apart = found["keywords"]
    assert joined.value == ("harbour", "Crane", "Places", "Germany", "Hamburg", "ship")
    assert joined.model == "XMP dc:subject; XMP lr:hierarchicalSubject; IPTC 2:25 Keywords"
    assert {value.model: value.value for value in apart} == {
        "XMP dc:subject": ("harbour", "Crane"),
        "XMP lr:hierarchicalSubject": ("Places", "Germany", "Hamburg", "harbour"),
        "IPTC 2:25 Keywords": ("crane", "ship"),
    }
    assert found["keyword_paths"][0].value == ("Places|Germany|Hamburg",)


def test_values_that_agree_become_one_that_names_its_origins(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x8298] = "(c) Ann"
    found = values_of(
        tmp_path,
        jpeg(
            exif=exif,
            packet=xmp(alternatives("dc:rights", x_default="(c) Ann")),
            block=iptc((116, b"(c) Ann ")),
        ),
    )
    (rights,) = found["rights"]
    assert rights.value == "(c) Ann"
    assert rights.model == "EXIF Copyright; XMP dc:rights; IPTC 2:116 Copyright Notice"
    assert rights.source == "embedded"


def test_where_standards_disagree_exif_then_xmp_then_iptc_counts(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "from EXIF"
    packet = xmp(
        alternatives("dc:description", x_default="from XMP")
        + alternatives("dc:title", x_default="from XMP")
    )
    block = iptc((5, b"from IPTC"), (120, b"from IPTC"), (90, b"Kiel"))
    found = values_of(tmp_path, jpeg(exif=exif, packet=packet, block=block))
    assert [value.value for value in found["description"]] == ["from EXIF", "from XMP", "from IPTC"]
    assert [value.value for value in found["title"]] == ["from XMP", "from IPTC"]
    assert found["city"][0].model == "IPTC 2:90 City"


def test_iptc_counts_more_than_xmp_where_another_program_changed_it_later(tmp_path: Path) -> None:
    packet = xmp(alternatives("dc:title", x_default="old"))
    block = iptc((5, b"new"))
    stale = hashlib.md5(iptc((5, b"old")), usedforsecurity=False).digest()
    fresh = hashlib.md5(block, usedforsecurity=False).digest()
    found = values_of(tmp_path, jpeg(packet=packet, block=block, digest=stale))
    assert found["title"][0].value == "new"
    found = values_of(tmp_path, jpeg(packet=packet, block=block, digest=fresh))
    assert found["title"][0].value == "old"


def test_what_a_camera_writes_into_every_photo_comes_last(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "OLYMPUS DIGITAL CAMERA         "
    packet = xmp(alternatives("dc:description", x_default="Harbour at dusk"))
    found = values_of(tmp_path, jpeg(exif=exif, packet=packet))
    assert [value.value for value in found["description"]] == [
        "Harbour at dusk",
        "OLYMPUS DIGITAL CAMERA",
    ]


@pytest.mark.parametrize(
    ("raw", "marked"),
    [("Köln".encode(), True), ("Köln".encode(), False), ("Köln".encode("cp1252"), False)],
)
def test_iptc_is_decoded_as_it_says_or_as_it_must_be(
    tmp_path: Path, raw: bytes, marked: bool
) -> None:
    found = values_of(tmp_path, jpeg(block=iptc((90, raw), utf_8=marked)))
    assert found["city"][0].value == "Köln"


def test_rights_and_the_origin_of_a_picture_are_kept(tmp_path: Path) -> None:
    packet = xmp(
        "<xmpRights:Marked>True</xmpRights:Marked>"
        + alternatives("xmpRights:UsageTerms", x_default="Print only")
        + "<plus:Licensor><rdf:Seq><rdf:li rdf:parseType='Resource'>"
        "<plus:LicensorName>Agency</plus:LicensorName>"
        "<plus:LicensorURL>https://agency.example</plus:LicensorURL></rdf:li></rdf:Seq>"
        "</plus:Licensor>"
        "<Iptc4xmpExt:DigitalSourceType rdf:resource="
        "'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia'/>"
        "<plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED</plus:DataMining>",
        'xmpRights:WebStatement="https://example.org/terms" photoshop:Credit="Magnum" '
        'xmp:Rating="4" xmp:Label="Red"',
    )
    found = {
        name: values[0].value for name, values in values_of(tmp_path, jpeg(packet=packet)).items()
    }
    assert found == {
        "rights_marked": True,
        "usage_terms": "Print only",
        "licensor": "Agency",
        "licensor_url": "https://agency.example",
        "digital_source_type": (
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
        ),
        "data_mining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",
        "web_statement": "https://example.org/terms",
        "credit": "Magnum",
        "rating": 4,
        "label": "Red",
    }


def test_people_and_places_come_from_structures_too(tmp_path: Path) -> None:
    packet = xmp(
        "<mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:RegionList><rdf:Bag>"
        "<rdf:li mwg-rs:Name='Ann' mwg-rs:Type='Face'/>"
        "<rdf:li><rdf:Description mwg-rs:Name='Rex' mwg-rs:Type='Pet'/></rdf:li>"
        "</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
        + bag("Iptc4xmpExt:PersonInImage", "Ann", "Bob")
        + "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<Iptc4xmpExt:City>Kiel</Iptc4xmpExt:City>"
        "<Iptc4xmpExt:CountryCode>DE</Iptc4xmpExt:CountryCode></rdf:li></rdf:Bag>"
        "</Iptc4xmpExt:LocationShown>"
    )
    found = values_of(tmp_path, jpeg(packet=packet))
    assert found["people"][0].value == ("Ann", "Bob")
    assert found["city"][0].value == "Kiel"
    assert found["city"][0].model == "XMP Iptc4xmpExt:LocationShown/City"
    assert found["country_code"][0].value == "DE"


def test_other_languages_of_a_title_are_kept(tmp_path: Path) -> None:
    packet = xmp(alternatives("dc:title", x_default="Harbour", de_DE="Hafen", en="Harbour"))
    found = values_of(tmp_path, jpeg(packet=packet))
    assert [(value.value, value.model) for value in found["title"]] == [
        ("Harbour", "XMP dc:title"),
        ("Hafen", "XMP dc:title (de-DE)"),
    ]


def test_camera_and_exposure_are_kept_in_plain_units(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.update({0x010F: "Canon", 0x0110: "EOS R5", 0x011A: 118.11, 0x011B: 118.11, 0x0128: 3})
    exif.get_ifd(0x8769).update(
        {
            0x829A: 1 / 250,
            0x829D: 2.8,
            0x8827: 400,
            0x920A: 50.0,
            0x9204: -1 / 3,
            0x9209: 0x19,
            0x8822: 3,
            0x9207: 5,
            0xA434: "RF50mm F1.2",
            0xA431: "0123",
        }
    )
    found = {name: values[0].value for name, values in values_of(tmp_path, jpeg(exif=exif)).items()}
    assert found["exposure_time_s"] == pytest.approx(0.004)
    assert (found["f_number"], found["iso"], found["focal_length_mm"]) == (2.8, 400, 50)
    assert found["exposure_bias_ev"] == pytest.approx(-1 / 3, abs=1e-3)
    assert found["flash_fired"] is True
    assert found["exposure_program"] == "aperture priority"
    assert found["metering_mode"] == "pattern"
    assert (found["lens_model"], found["camera_serial"]) == ("RF50mm F1.2", "0123")
    assert found["resolution_dpi"] == pytest.approx(300, abs=0.1)
    assert {"camera_serial", "people", "latitude"} <= PERSONAL


def test_a_place_has_signs_height_and_direction(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(
        {
            1: "S",
            2: (33.0, 51.0, 24.12),
            3: "E",
            4: (151.0, 12.0, 0.0),
            5: b"\x01",
            6: 12.5,
            16: "T",
            17: 271.5,
        }
    )
    found = {name: values[0].value for name, values in values_of(tmp_path, jpeg(exif=exif)).items()}
    assert found["latitude"] == pytest.approx(-33.8567, abs=1e-4)
    assert found["longitude"] == pytest.approx(151.2, abs=1e-4)
    assert (found["altitude_m"], found["direction_deg"]) == (-12.5, 271.5)


def dated(**tags: object) -> Image.Exif:
    exif = Image.Exif()
    numbers = {"taken": 0x9003, "zone": 0x9011, "fraction": 0x9291}
    exif.get_ifd(0x8769).update(
        {numbers[name]: value for name, value in tags.items() if name in numbers}
    )
    if "satellites" in tags:
        exif.get_ifd(0x8825).update({29: "2024:06:01", 7: tags["satellites"]})
    return exif


def test_capture_times_have_the_zone_that_the_camera_wrote(tmp_path: Path) -> None:
    exif = dated(taken="2024:06:01 08:30:00", zone="+02:00", fraction="250")
    (taken,) = values_of(tmp_path, jpeg(exif=exif))["captured_at"]
    assert taken.value == "2024-06-01T08:30:00.25+02:00"


def test_without_a_zone_the_satellites_tell_it(tmp_path: Path) -> None:
    exif = dated(taken="2024:06:01 12:15:40", satellites=(6.0, 45.0, 10.0))
    derived, taken = values_of(tmp_path, jpeg(exif=exif))["captured_at"]
    assert (derived.value, derived.source) == ("2024-06-01T12:15:40+05:30", "rule")
    assert derived.confidence < 1
    assert "satellite time 2024-06-01T06:45:10+00:00" in derived.evidence
    assert (taken.value, taken.source) == ("2024-06-01T12:15:40", "embedded")


def test_satellites_that_do_not_fit_the_clock_tell_no_zone(tmp_path: Path) -> None:
    exif = dated(taken="2024:06:03 12:15:40", satellites=(6.0, 45.0, 10.0))
    found = values_of(tmp_path, jpeg(exif=exif))
    assert [value.value for value in found["captured_at"]] == ["2024-06-03T12:15:40"]
    assert found["gps_time"][0].value == "2024-06-01T06:45:10+00:00"


def test_a_zone_from_xmp_completes_the_time_of_exif(tmp_path: Path) -> None:
    exif = dated(taken="2024:06:01 08:30:00")
    packet = xmp("", 'photoshop:DateCreated="2024-06-01T08:30:00+02:00"')
    (taken,) = values_of(tmp_path, jpeg(exif=exif, packet=packet))["captured_at"]
    assert taken.value == "2024-06-01T08:30:00+02:00"
    assert set(taken.model.split("; ")) == {"EXIF DateTimeOriginal", "XMP photoshop:DateCreated"}


def test_xmp_that_continues_in_further_segments_is_read(tmp_path: Path) -> None:
    packet = xmp("", 'xmpNote:HasExtendedXMP="0123456789ABCDEF0123456789ABCDEF" xmp:Rating="2"')
    extended = xmp(alternatives("dc:title", x_default="Continued"))
    head = b"http://ns.adobe.com/xmp/extension/\0" + b"0123456789ABCDEF0123456789ABCDEF"
    pieces = [(0, extended[:300]), (300, extended[300:])]
    more = b"".join(
        segment(0xE1, head + struct.pack(">II", len(extended), at) + piece)
        for at, piece in reversed(pieces)
    )
    found = values_of(tmp_path, jpeg(packet=packet, more=more))
    assert (found["title"][0].value, found["rating"][0].value) == ("Continued", 2)
