"""Documents that are made to hurt: each ends with text or one reason, and the pool goes on."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.analysis import Analysis
from pipelines.confine import office_program
from pipelines.limits import Limits
from pipelines.pool import ReaderPool
from pipelines.reading import read_file

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
ENTITIES = (
    "<!DOCTYPE a [<!ENTITY x0 'ha'>"
    + "".join(f"<!ENTITY x{n} '&x{n - 1};&x{n - 1};&x{n - 1};&x{n - 1};'>" for n in range(1, 30))
    + "]>"
)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1, Limits(wall_s=30, memory_bytes=700 * 2**20)) as pool:
        yield pool


def word(path: Path, document: bytes, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("_rels/.rels", RELATIONS)
        package.writestr("word/document.xml", document)
        for name, data in files.items():
            package.writestr(name, data)
    return path


def body(text: str) -> bytes:
    return f"<w:document {W}><w:body>{text}</w:body></w:document>".encode()


def bomb(path: Path) -> Path:
    return word(path, b"<a>" + b" " * (40 * 2**20) + b"</a>")


def nested_zip(path: Path) -> Path:
    data = bytes(10 * 2**20)
    for _ in range(4):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
            for number in range(8):
                package.writestr(f"{number}.zip", data)
        data = stream.getvalue()
    path.write_bytes(data)
    return path


def many_entries(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        for number in range(12_000):
            package.writestr(str(number), b"")
    return path


def entity_bomb(path: Path) -> Path:
    return word(path, f"{ENTITIES}<w:document {W}>&x29;</w:document>".encode())


def entity_xml(path: Path) -> Path:
    path.write_text(f"<?xml version='1.0'?>{ENTITIES}<a>&x29;</a>")
    return path


def deep_xml(path: Path) -> Path:
    path.write_text("<?xml version='1.0'?>" + "<a>" * 300_000 + "end" + "</a>" * 300_000)
    return path


def deep_word(path: Path) -> Path:
    inner = "<w:sdt><w:sdtContent>" * 20_000
    return word(path, body(inner + "</w:sdtContent></w:sdt>" * 20_000))


def deep_json(path: Path) -> Path:
    path.write_text("[" * 200_000 + "]" * 200_000)
    return path


def deep_rtf(path: Path) -> Path:
    path.write_text(r"{\rtf1" + "{" * 200_000 + "x" + "}" * 200_000)
    return path


def deep_html(path: Path) -> Path:
    path.write_text("<html><body>" + "<div>" * 50_000 + "x")
    return path


def endless_quote(path: Path) -> Path:
    path.write_text('a,"' + "b,\n" * 1_000_000)
    return path


def gzip_bomb(path: Path) -> Path:
    path.write_bytes(gzip.compress(bytes(200 * 2**20)))
    return path


MADE: list[tuple[str, Callable[[Path], Path], str]] = [
    ("bomb.docx", bomb, "too_large"),
    ("many.zip", many_entries, "too_large"),
    ("entities.docx", entity_bomb, "unsupported"),
    ("entities.xml", entity_xml, "unsupported"),
    ("nested.zip", nested_zip, ""),
    ("deep.json", deep_json, ""),
    ("deep.xml", deep_xml, ""),
    ("deep.docx", deep_word, "out_of_memory"),
    ("deep.rtf", deep_rtf, ""),
    ("deep.html", deep_html, "any"),
    ("quote.csv", endless_quote, ""),
    ("bomb.gz", gzip_bomb, "unsupported"),
]


@pytest.mark.parametrize(("name", "make", "code"), MADE, ids=[name for name, _, _ in MADE])
def test_it_is_contained(
    pool: ReaderPool, tmp_path: Path, name: str, make: Callable[[Path], Path], code: str
) -> None:
    analysis = pool.read(make(tmp_path / name))
    failure = analysis.failure
    if code != "any":
        assert (failure.code if failure else "") == code
    assert failure is None or failure.reason.endswith(".")
    assert failure is None or failure.code not in {"crashed", "timed_out"}


def test_the_pool_still_reads(pool: ReaderPool, tmp_path: Path) -> None:
    path = word(tmp_path / "good.docx", body("<w:p><w:r><w:t>fine</w:t></w:r></w:p>"))
    assert [unit.text for unit in pool.read(path).units] == ["fine"]


def test_external_entities_and_relations_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    xml = tmp_path / "a.xml"
    xml.write_text(f"<!DOCTYPE a [<!ENTITY e SYSTEM '{secret.as_uri()}'>]><a>&e;</a>")
    failure = read_file(xml).failure
    assert failure is not None
    assert "entities" in failure.reason
    relation = RELATIONS.replace(
        'Target="word/document.xml" Type', f'TargetMode="External" Target="{secret.as_uri()}" Type'
    ).replace("officeDocument", "image", 1)
    analysis = read_file(
        word(
            tmp_path / "a.docx",
            body('<w:p><w:r><w:drawing><a:blip xmlns:a="a" a:embed="r1"/></w:drawing></w:r></w:p>'),
            **{"word/_rels/document.xml.rels": relation.encode()},
        )
    )
    assert _texts(analysis) == []


def test_a_sheet_that_declares_a_million_rows_is_read_quickly(
    pool: ReaderPool, tmp_path: Path
) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra `documents`")
    path, vast = tmp_path / "a.xlsx", tmp_path / "vast.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "only"
    book.save(path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(vast, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b'ref="A1"', b'ref="A1:XFD1048576"'))
    assert _texts(pool.read(vast)) == ["only"]


def test_html_is_read_without_network(pool: ReaderPool, tmp_path: Path) -> None:
    pytest.importorskip("unstructured", reason="needs the extra `documents`")
    path = tmp_path / "a.html"
    path.write_text(
        '<html><head><link rel="stylesheet" href="http://192.0.2.1/a.css"></head>'
        '<body><p>Words</p><iframe src="http://192.0.2.1/"></iframe></body></html>'
    )
    assert _texts(pool.read(path)) == ["Words"]


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra `documents`")
    path = tmp_path / "a.xlsx"
    openpyxl.Workbook().save(path)
    code = (
        "import sys; sys.modules['openpyxl'] = None\n"
        "from pipelines.reading import read_file\n"
        f"failure = read_file({str(path)!r}).failure\n"
        "print(failure.code, failure.reason)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.startswith("unsupported ")
    assert "magpie-content[documents]" in shown.stdout


def test_readers_load_no_heavy_library_before_they_need_it() -> None:
    code = (
        "import sys; import pipelines.readers.registry\n"
        "heavy = {'unstructured', 'spacy', 'lxml', 'openpyxl', 'pptx', 'xlrd', 'msoffcrypto'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.data
def test_old_office_files_are_read(shared_data: Path) -> None:
    pytest.importorskip("olefile", reason="needs the extra `documents`")
    folder = shared_data / "office_docs"
    word = read_file(folder / "docling__legacy_sample.doc")
    assert "Leaves | Ash, Elm, Maple | 50\nBerries" in "\n".join(_texts(word))
    assert [u.section for u in word.units if u.text.startswith("Let’s eat\n")] == ["Let’s eat"]
    slides = read_file(folder / "docling__legacy_sample.ppt")
    assert slides.pages == 3
    assert [u.section for u in slides.units if u.page == 2] == [
        "Second slide title",
        "speaker notes",
    ]
    for name in ("tika__testEXCEL_protected_passtika.xls", "tika__testWORD_protected_passtika.doc"):
        path = shared_data / "hostile" / name
        failure = read_file(path).failure
        assert failure is not None
        assert failure.code == "encrypted"
        assert read_file(path, password="tika").units


@pytest.mark.data
@pytest.mark.slow
def test_libreoffice_reads_what_nothing_else_does(pool: ReaderPool, shared_data: Path) -> None:
    path = shared_data / "office_docs" / "tika__testWordPerfect.wpd"
    analysis = pool.read(path)
    if not office_program():
        assert analysis.failure is not None
        assert "LibreOffice" in analysis.failure.reason
        pytest.skip("LibreOffice is not installed")
    assert analysis.media_type == "application/vnd.wordperfect"
    assert "APPENDIX" in analysis.units[0].text
    assert analysis.preview is not None


def _texts(analysis: Analysis) -> list[str]:
    return [unit.text for unit in analysis.units if unit.text]
