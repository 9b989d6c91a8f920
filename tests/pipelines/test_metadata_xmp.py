"""XMP in all the forms that programs write it in; what is dangerous in it is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metadata.xmp import Languages, items, parse_xmp, texts
from pipelines.metadata.xmp_fields import xmp_values

HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:d="http://purl.org/dc/elements/1.1/" '
    'xmlns:p="http://ns.adobe.com/photoshop/1.0/" '
    'xmlns:x1="http://ns.adobe.com/exif/1.0/" '
    'xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:own="http://example.org/">'
)
TAIL = "</rdf:RDF></x:xmpmeta>"


def packet(content: str) -> bytes:
    return f'{HEAD}<rdf:Description rdf:about="">{content}</rdf:Description>{TAIL}'.encode()


def test_namespaces_count_and_not_the_prefixes_in_the_file() -> None:
    assert parse_xmp(packet("<p:City>Kiel</p:City><own:City>Bonn</own:City>")) == {
        "photoshop:City": "Kiel"
    }


@pytest.mark.parametrize(
    "content",
    [
        "<e:LocationShown rdf:parseType='Resource'><e:City>Kiel</e:City></e:LocationShown>",
        "<e:LocationShown><rdf:Description><e:City>Kiel</e:City></rdf:Description>"
        "</e:LocationShown>",
        "<e:LocationShown><rdf:Description e:City='Kiel'/></e:LocationShown>",
        "<e:LocationShown e:City='Kiel'/>",
        "<e:LocationShown><rdf:Bag><rdf:li rdf:parseType='Resource'><e:City>Kiel</e:City>"
        "</rdf:li></rdf:Bag></e:LocationShown>",
        "<e:LocationShown><rdf:Bag><rdf:li e:City='Kiel'/></rdf:Bag></e:LocationShown>",
    ],
)
def test_structures_are_the_same_in_every_notation(content: str) -> None:
    found = items(parse_xmp(packet(content))["Iptc4xmpExt:LocationShown"])
    assert [texts(item["Iptc4xmpExt:City"]) for item in found] == [["Kiel"]]


@pytest.mark.parametrize("kind", ["Bag", "Seq"])
def test_lists_are_lists(kind: str) -> None:
    content = (
        f"<d:subject><rdf:{kind}><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:{kind}></d:subject>"
    )
    assert parse_xmp(packet(content))["dc:subject"] == ["a", "b"]


def test_the_default_language_stands_first() -> None:
    content = (
        "<d:title><rdf:Alt><rdf:li xml:lang='de'>Hafen</rdf:li>"
        "<rdf:li xml:lang='x-default'>Harbour</rdf:li></rdf:Alt></d:title>"
    )
    title = parse_xmp(packet(content))["dc:title"]
    assert isinstance(title, Languages)
    assert list(title) == ["x-default", "de"]
    assert texts(title) == ["Harbour"]


def test_a_value_with_qualifiers_is_its_value() -> None:
    content = (
        "<p:City rdf:parseType='Resource'><rdf:value>Kiel</rdf:value>"
        "<own:note>checked</own:note></p:City>"
    )
    assert [value.value for value in xmp_values(packet(content))] == ["Kiel"]


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        ("<x1:ExposureTime>1/200</x1:ExposureTime>", "exposure_time_s", 0.005),
        ("<x1:FNumber>28/10</x1:FNumber>", "f_number", 2.8),
        ("<x1:DateTimeOriginal>2024-06</x1:DateTimeOriginal>", "captured_at", "2024-06"),
        (
            "<x1:DateTimeOriginal>2008:05:25 19:31:26.0+1:00</x1:DateTimeOriginal>",
            "captured_at",
            "2008-05-25T19:31:26+01:00",
        ),
        ("<p:Urgency>8</p:Urgency>", "urgency", 8),
    ],
)
def test_numbers_and_times_are_put_in_one_form(content: str, name: str, expected: object) -> None:
    assert [(value.name, value.value) for value in xmp_values(packet(content))] == [
        (name, expected)
    ]


@pytest.mark.parametrize(
    "content",
    [
        "<x1:ExposureTime>1/0</x1:ExposureTime>",
        "<x1:FNumber>inf</x1:FNumber>",
        "<x1:DateTimeOriginal>2024-13-45</x1:DateTimeOriginal>",
        "<x1:DateTimeOriginal>yesterday</x1:DateTimeOriginal>",
        "<x1:GPSLatitude>99,0N</x1:GPSLatitude><x1:GPSLongitude>9,0E</x1:GPSLongitude>",
        "<p:City></p:City>",
    ],
)
def test_what_makes_no_sense_is_left_out(content: str) -> None:
    assert [value.value for value in xmp_values(packet(content))] == []


def test_coordinates_have_signs() -> None:
    content = (
        "<x1:GPSLatitude>33,51.402S</x1:GPSLatitude><x1:GPSLongitude>70,40,12W</x1:GPSLongitude>"
    )
    found = {value.name: value.value for value in xmp_values(packet(content))}
    assert found["latitude"] == pytest.approx(-33.8567)
    assert found["longitude"] == pytest.approx(-70.67)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_packets_in_every_unicode_encoding_are_read(encoding: str) -> None:
    text = packet("<p:City>Köln</p:City>").decode()
    assert parse_xmp(text.encode(encoding))["photoshop:City"] == "Köln"


def test_padding_and_control_characters_do_no_harm() -> None:
    data = b"\0\0" + packet("<p:City>Ki\x03el</p:City>") + b" " * 2000 + b"\0"
    assert parse_xmp(data)["photoshop:City"] == "Kiel"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no xml",
        HEAD.encode(),
        packet("<p:City>")[:-10],
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + packet("<p:City>&a;</p:City>"),
        packet("<!DOCTYPE x><p:City>a</p:City>"),
    ],
)
def test_damaged_and_dangerous_packets_are_refused(data: bytes) -> None:
    if data.startswith(b"<!DOCTYPE"):
        # What stands before the packet is cut off, and so its entities are unknown.
        assert b"&a;" in data
    with pytest.raises(ValueError, match=r"packet|RDF"):
        parse_xmp(data)


def test_endless_nesting_ends() -> None:
    depth = 3_000
    nested = "<p:City rdf:parseType='Resource'>" * depth + "</p:City>" * depth
    assert "photoshop:City" in parse_xmp(packet(nested))


@given(st.text(max_size=200))
def test_any_text_between_the_tags_is_read_or_refused(content: str) -> None:
    data = packet("<p:City>CITY</p:City>").replace(b"CITY", content.encode("utf-8", "replace"))
    with contextlib.suppress(ValueError):
        list(xmp_values(data))
