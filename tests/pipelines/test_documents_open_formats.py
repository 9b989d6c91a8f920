"""OpenDocument, e-books, HTML, Rich Text, tables in text, subtitles and XML."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipelines.reading import read_file

LONG = "The museum shows photographs of rivers and mountains from three centuries. " * 4
NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
Make = Callable[..., Image.Image]


def opendocument(path: Path, kind: str, body: str, styles: str = "", **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        package.writestr(
            "content.xml",
            f"<office:document-content {NAMES}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
        )
        package.writestr(
            "meta.xml",
            f"<office:document-meta {NAMES}><office:meta><dc:title>A title</dc:title>"
            "</office:meta></office:document-meta>",
        )
        for name, data in files.items():
            package.writestr(name.replace("__", "/"), data)
    return path


def test_opendocument_text(tmp_path: Path, photo: Make) -> None:
    stream = io.BytesIO()
    photo().save(stream, "PNG")
    body = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        "<text:h>Visit</text:h><text:p>Open<text:s text:c='2'/>daily</text:p>"
        "<text:list><text:list-item><text:p>one</text:p></text:list-item>"
        "<text:list-item><text:p>two</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Day</text:p></table:table-cell>"
        "<table:table-cell><text:p>Hours</text:p></table:table-cell></table:table-row>"
        "</table:table><text:p>See<draw:frame><draw:image xlink:href='Pictures/a.png'/>"
        "</draw:frame></text:p>"
    )
    path = opendocument(
        tmp_path / "a.odt", "text", body, Pictures__a=b"", **{"Pictures__a.png": stream.getvalue()}
    )
    analysis = read_file(path)
    text, picture = analysis.units
    assert text.text == "Visit\n\nOpen daily\n\n- one\n- two\n\nDay | Hours\n\nSee"
    assert (picture.kind, picture.section) == ("embedded_image", "Visit")
    assert [(value.name, value.value) for value in analysis.values] == [("title", "A title")]


def test_opendocument_sheets_hidden_ones_marked_and_empty_rows_bounded(tmp_path: Path) -> None:
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    row = "<table:table-row>{}</table:table-row>"
    empty = (
        "<table:table-row table:number-rows-repeated='1048576'>"
        "<table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
    )
    twice = cell.format(" table:number-columns-repeated='2'", "x")
    body = (
        f"<table:table table:name='Open'>{row.format(twice)}{empty}</table:table>"
        f"<table:table table:name='Inner' table:style-name='h'>"
        f"{row.format(cell.format('', 'private'))}</table:table>"
    )
    styles = (
        "<style:style style:name='h'><style:table-properties table:display='false'/></style:style>"
    )
    analysis = read_file(opendocument(tmp_path / "a.ods", "spreadsheet", body, styles))
    assert [(unit.section, unit.text) for unit in analysis.units] == [
        ("Open", "x | x"),
        ("hidden sheet Inner", "private"),
    ]
    assert analysis.warnings == ("The sheet 'Inner' is hidden in the file.",)


def test_opendocument_slides_are_pages(tmp_path: Path) -> None:
    slide = (
        "<draw:page><draw:frame presentation:class='title'><draw:text-box><text:p>{}</text:p>"
        "</draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>body</text:p>"
        "</draw:text-box></draw:frame></draw:page>"
    )
    body = slide.format("First") + slide.format("Second")
    analysis = read_file(opendocument(tmp_path / "a.odp", "presentation", body))
    assert analysis.pages == 2
    assert [(unit.page, unit.section, unit.text) for unit in analysis.units] == [
        (1, "First", "First\n\nbody"),
        (2, "Second", "Second\n\nbody"),
    ]


def test_an_ebook_is_read_in_the_order_of_its_spine(tmp_path: Path) -> None:
    pytest.importorskip("unstructured", reason="needs the extra `documents`")
    chapter = (
        "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>{0}</h1><p>{1}</p></body></html>"
    )
    path = tmp_path / "book.epub"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr(
            "META-INF/container.xml",
            "<container><rootfiles><rootfile full-path='in/a.opf'/></rootfiles></container>",
        )
        package.writestr(
            "in/a.opf",
            "<package xmlns:dc='http://purl.org/dc/elements/1.1/'><metadata>"
            "<dc:title>Rivers</dc:title></metadata><manifest>"
            "<item id='b' href='two.xhtml' media-type='application/xhtml+xml'/>"
            "<item id='a' href='one%20.xhtml' media-type='application/xhtml+xml'/></manifest>"
            "<spine><itemref idref='a'/><itemref idref='b'/></spine></package>",
        )
        package.writestr("in/two.xhtml", chapter.format("Second", LONG))
        package.writestr("in/one .xhtml", chapter.format("First", LONG))
    analysis = read_file(path)
    assert [unit.section for unit in analysis.units] == ["First", "Second"]
    starts = [unit.char_start for unit in analysis.units]
    assert starts == sorted(set(starts))
    assert [value.value for value in analysis.values] == ["Rivers"]


def test_html_keeps_structure_and_carries_its_own_pictures(tmp_path: Path, photo: Make) -> None:
    pytest.importorskip("unstructured", reason="needs the extra `documents`")
    stream = io.BytesIO()
    photo().save(stream, "JPEG")
    data = base64.b64encode(stream.getvalue()).decode()
    path = tmp_path / "page.html"
    path.write_text(
        "<!doctype html><html><head><title>Prices &amp; hours</title>"
        '<meta name="author" content="Ann"></head><body>'
        f"<script>alert(1)</script><h1>Prices</h1><p>{LONG}</p>"
        "<ul><li>children free</li></ul>"
        "<table><tr><th>Day</th><th>Price</th></tr><tr><td>Monday</td><td>8</td></tr></table>"
        f'<img src="data:image/jpeg;base64,{data}">'
        '<img src="http://192.0.2.1/tracker.png"></body></html>'
    )
    analysis = read_file(path)
    text, picture = analysis.units
    assert text.section == "Prices"
    assert "- children free\n\nDay | Price\nMonday | 8" in text.text
    assert "alert" not in text.text
    assert picture.kind == "embedded_image"
    assert [(value.name, value.value) for value in analysis.values] == [
        ("title", "Prices & hours"),
        ("creator", "Ann"),
    ]


def test_rich_text_tables_notes_and_characters(tmp_path: Path) -> None:
    path = tmp_path / "letter.rtf"
    path.write_text(
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}{\f1\fcharset204 Arial;}}"
        r"{\info{\title Offer}}{\*\generator Word;}"
        r"Gr\'fc\'dfe \u8364?5 {\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\v secret}\par "
        r"{\f1 \'cc\'e8\'f0}\par "
        r"\trowd\intbl Item\cell Price\cell\row\pard end{\footnote aside}\par}"
    )
    analysis = read_file(path)
    assert [(unit.section, unit.text) for unit in analysis.units] == [
        ("", "Grüße €5 link\n\nМир\n\nItem | Price\n\nend"),
        ("footnotes", "aside"),
    ]
    assert [(value.name, value.value) for value in analysis.values] == [("title", "Offer")]


def test_tables_in_text_find_their_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name;price, net\n"Lamp; red";20,5\n')
    (unit,) = read_file(path).units
    assert unit.text == "name | price, net\nLamp; red | 20,5"


def test_subtitles_carry_the_seconds_at_which_they_are_spoken(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "1\n00:00:01,500 --> 00:00:03,000\n<i>Good morning</i>\n\n"
        "2\n00:01:00,000 --> 00:01:02,250\nand welcome\n"
    )
    (unit,) = read_file(path).units
    assert (unit.kind, unit.text) == ("transcript", "Good morning\nand welcome")
    assert (unit.start_s, unit.end_s) == (1.5, 62.25)


def test_xml_gives_its_text_even_under_a_wrong_encoding_declaration(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes('<?xml version="1.0" encoding="UTF-8"?><a><b>Zürich</b></a>'.encode("utf-16"))
    (unit,) = read_file(path).units
    assert unit.text == "Zürich"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.rst", "Visit\n=====\n\nOpen daily."),
        ("a.org", "* Visit\nOpen daily."),
        ("a.adoc", "= Visit\n\nOpen daily."),
        ("a.tex", "\\section{Visit}\nOpen daily."),
    ],
)
def test_light_markup_has_sections(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    analysis = read_file(path)
    assert [value.value for value in analysis.values] == ["Visit"]
    assert "Open daily." in analysis.units[-1].text


def test_the_names_in_an_archive_are_found(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("photos/harbour.jpg", b"")
    analysis = read_file(path)
    assert analysis.units[0].text == "- photos/harbour.jpg"
    assert "unpack it" in analysis.warnings[0]


def test_a_document_without_text_says_so(tmp_path: Path) -> None:
    analysis = read_file(opendocument(tmp_path / "a.odt", "text", "<text:p/>"))
    assert analysis.failure is None
    assert "holds no text" in analysis.warnings[0]


def test_html_that_names_a_wrong_encoding_is_decoded_by_what_it_holds(tmp_path: Path) -> None:
    pytest.importorskip("unstructured", reason="needs the extra `documents`")
    text = "В музее открылась выставка фотографий о реках и горах нашей страны. " * 5
    path = tmp_path / "a.html"
    path.write_bytes(
        b"<html><head><meta charset='utf-8'></head><body><p>"
        + text.encode("cp1251")
        + b"</p></body></html>"
    )
    analysis = read_file(path)
    assert analysis.media_type == "text/html"
    assert "выставка фотографий" in analysis.units[0].text
