"""The type of a file is what its bytes are, whatever its name says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipelines.sniff import kind_of, sniff, sniff_file
from pipelines.text_decoding import decode, looks_like_text


@pytest.mark.parametrize(
    ("picture_format", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
        ("GIF", "image/gif"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
        ("PPM", "image/x-portable-anymap"),
        ("ICO", "image/vnd.microsoft.icon"),
        ("JPEG2000", "image/jp2"),
        ("AVIF", "image/avif"),
        ("SGI", "image/sgi"),
        ("DDS", "image/vnd-ms.dds"),
        ("PCX", "image/vnd.zbrush.pcx"),
    ],
)
def test_pictures_are_known_by_content_not_by_name(
    photo: Callable[..., Image.Image], picture_format: str, media_type: str
) -> None:
    buffer = io.BytesIO()
    photo(64, 48).save(buffer, picture_format)
    assert sniff(buffer.getvalue(), "letter.pdf") == media_type


@pytest.mark.parametrize(
    ("head", "name", "media_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "photo.jpg", "application/pdf"),
        (b"junk before the header\n%PDF-1.4\n", "x", "application/pdf"),
        (b"# Title\n\nText", "notes.md", "text/markdown"),
        (b"# Title\n\nText", "notes.jpg", "text/plain"),
        (b"a,b\n1,2\n", "prices.CSV", "text/csv"),
        ("Grüße aus Köln".encode("cp1252"), "brief.txt", "text/plain"),
        ("Grüße".encode("utf-16"), "brief.txt", "text/plain"),
        (b"<!DOCTYPE html><html><body>Hi", "page.txt", "text/html"),
        (b'<?xml version="1.0"?><!-- c --><svg xmlns="x">', "a.xml", "image/svg+xml"),
        (b'<?xml version="1.0"?><root/>', "a.txt", "application/xml"),
        (b"Subject: Hi\nFrom: a@b.c\nTo: d@e.f\n\nText", "mail", "message/rfc822"),
        (b"{\\rtf1\\ansi Hi}", "a.doc", "application/rtf"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "a.jpg", "image/heic"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41", "a.jpg", "video/mp4"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a.webp", "audio/wav"),
        (b"", "a.txt", "application/x-empty"),
        (bytes(range(256)) * 4, "a.txt", "application/octet-stream"),
    ],
)
def test_content_decides_and_the_name_only_tells_kinds_of_text_apart(
    head: bytes, name: str, media_type: str
) -> None:
    assert sniff(head, name) == media_type


@pytest.mark.parametrize(
    ("member", "media_type"),
    [
        (
            "word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("photos/a.jpg", "application/zip"),
    ],
)
def test_office_files_are_told_from_other_zip_files(
    tmp_path: Path, member: str, media_type: str
) -> None:
    path = tmp_path / "file.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "x" * 200_000)
        archive.writestr(member, "x")
    assert sniff_file(path) == media_type


def test_the_mimetype_entry_names_open_documents(tmp_path: Path) -> None:
    path = tmp_path / "book"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", "x")
    assert sniff_file(path) == "application/epub+zip"


def test_kinds_are_what_people_call_files() -> None:
    assert kind_of("image/heic") == "image"
    assert kind_of("video/mp4") == "video"
    assert kind_of("message/rfc822") == "document"
    assert kind_of("application/vnd.oasis.opendocument.text") == "document"
    assert kind_of("application/zip") == "other"


@given(st.binary(max_size=400), st.text(max_size=20))
def test_any_bytes_have_a_type(head: bytes, name: str) -> None:
    assert "/" in sniff(head, name)


# UTF-16 that begins with U+0000 has the same first bytes as UTF-32.
@given(st.text(alphabet=st.characters(exclude_characters="\r\0", exclude_categories=["Cs"])))
def test_text_survives_each_unicode_encoding(text: str) -> None:
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        assert decode(text.encode(encoding))[0] == text


def test_a_character_cut_at_the_end_of_the_head_is_still_text() -> None:
    assert looks_like_text("aé".encode()[:-1])


def test_windows_text_is_read_as_such_and_line_ends_are_made_equal() -> None:
    assert decode("“Café”\r\nNo. 5\r".encode("cp1252")) == ("“Café”\nNo. 5\n", "cp1252")
