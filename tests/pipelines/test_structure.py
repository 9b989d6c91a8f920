"""Tables, signatures and embedded data of documents, read in the limited processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.analysis import Box
from pipelines.documents.pages import Piece, rows_of
from pipelines.documents.structure import Structure
from pipelines.documents.tables.placed import placed_tables
from pipelines.documents.tables.table import table_of
from pipelines.pool import ReaderPool
from service.sample.documents.invoices import coffee_invoice
from service.sample.documents.letter import scanned_letter

_UBL = b"""<?xml version="1.0"?><Invoice xmlns="urn:x" xmlns:b="cbc" xmlns:c="cac">
<b:ID>INV-9</b:ID><b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode><c:LegalMonetaryTotal>
<b:TaxInclusiveAmount>121.00</b:TaxInclusiveAmount></c:LegalMonetaryTotal></Invoice>"""


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(1) as opened:
        yield opened


def _read(pool: ReaderPool, path: Path) -> Structure:
    found = pool.structure(path)
    assert found.failure is None
    assert found.structure is not None
    return found.structure


def test_the_lines_of_an_invoice_are_a_table(pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(coffee_invoice())
    structure = _read(pool, path)
    lines = next(each for each in structure.tables if "ITEM" in each.rows[0])
    assert lines.rows[1][:2] == ("House espresso, whole beans", "24 kg")
    assert lines.rows[1][-1] == "€444.00"
    assert lines.page == 1
    assert lines.box is not None
    assert structure.signatures == ()
    assert any(piece.text == "ITEM" for piece in structure.pieces)


def test_hidden_sheets_and_comments_are_no_tables(pool: ReaderPool, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    shown = book.active
    shown.title = "Prices"
    for row in (
        ("Item", "Price"),
        ("Beans", 18.5),
        ("Cups", 9.8),
        (),
        ("Region", "VAT"),
        ("IE", 23),
    ):
        shown.append(row)
    shown["A2"].comment = openpyxl.comments.Comment("secret margin", "me")
    hidden = book.create_sheet("Margins")
    hidden.sheet_state = "hidden"
    hidden.append(("secret", 1))
    hidden.append(("secret", 2))
    path = tmp_path / "book.xlsx"
    book.save(path)
    tables = _read(pool, path).tables
    assert [each.rows for each in tables] == [
        (("Item", "Price"), ("Beans", "18.5"), ("Cups", "9.8")),
        (("Region", "VAT"), ("IE", "23")),
    ]
    assert {each.title for each in tables} == {"Prices"}


def test_rows_that_were_deleted_are_left_out_of_word_tables(
    pool: ReaderPool, tmp_path: Path
) -> None:
    docx = pytest.importorskip("docx")
    from docx.oxml import OxmlElement

    document = docx.Document()
    table = document.add_table(rows=0, cols=2)
    for cells in (("Item", "Price"), ("Beans", "18.50"), ("Gone", "1.00")):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    properties = table.rows[2]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:del"))
    single = document.add_table(rows=2, cols=1)
    single.rows[0].cells[0].text = "only for layout"
    path = tmp_path / "prices.docx"
    document.save(path)
    tables = _read(pool, path).tables
    assert [each.rows for each in tables] == [(("Item", "Price"), ("Beans", "18.50"))]


def test_an_invoice_in_xml_gives_its_values(pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "xrechnung.xml"
    path.write_bytes(_UBL)
    assert _read(pool, path).embedded == {"number": "INV-9", "currency": "EUR", "total": "121.00"}


def test_scans_and_damaged_files_give_little_or_a_reason(pool: ReaderPool, tmp_path: Path) -> None:
    scan, broken = tmp_path / "scan.pdf", tmp_path / "broken.pdf"
    scan.write_bytes(scanned_letter())
    broken.write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    assert _read(pool, scan).pieces == ()
    found = pool.structure(broken)
    assert found.structure is None
    assert found.failure is not None
    assert found.failure.code == "corrupt"


def test_prose_and_letterheads_are_no_tables() -> None:
    prose = [
        Piece(
            "these are many words of one column that go on and on", 1, n * 100, _box(0.1, n, 0.45)
        )
        for n in range(6)
    ] + [
        Piece(
            "and these stand in the other one beside it as text does",
            1,
            n * 100 + 60,
            _box(0.5, n, 0.95),
        )
        for n in range(6)
    ]
    assert placed_tables(rows_of(prose)) == []
    assert table_of([["a", "b"]]) is None
    assert table_of([["a", ""], ["b", ""]]) is None


@given(
    st.lists(
        st.tuples(
            st.text(alphabet="ab1 .€", min_size=1, max_size=8).filter(str.strip),
            st.floats(0, 0.9),
            st.integers(0, 8),
            st.integers(1, 2),
        ),
        max_size=40,
    )
)
def test_any_pieces_give_rows_of_one_length(
    given_pieces: list[tuple[str, float, int, int]],
) -> None:
    pieces = [
        Piece(text.strip(), page, at, _box(left, row, left + 0.08))
        for at, (text, left, row, page) in enumerate(given_pieces)
    ]
    for table in placed_tables(rows_of(pieces)):
        assert len({len(row) for row in table.rows}) == 1
        assert len(table.rows) > 1
        said = " ".join(cell for row in table.rows for cell in row)
        assert all(word in said for word in said.split())


def _box(left: float, row: int, right: float) -> Box:
    return Box(left, 0.1 + row * 0.02, right, 0.115 + row * 0.02)
