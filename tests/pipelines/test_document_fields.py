"""Fields of whole documents: hidden text never counts, embedded data do first, piles are parted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.analysis import Analysis, Box, Unit
from pipelines.documents.document_fields import find_fields, pages_of, view_for_fields
from pipelines.documents.fields.parties import find_parties
from pipelines.documents.fields.schema import schema
from pipelines.documents.pages import Piece, View, rows_of
from pipelines.documents.split import propose_split
from pipelines.documents.structure import Structure
from pipelines.passages import passages
from pipelines.reading import read_file


def test_what_was_deleted_commented_or_hidden_is_never_a_value(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = docx.Document()
    document.add_paragraph("Invoice number: INV-2041")
    paragraph = document.add_paragraph("Total: ")
    removed = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = "EUR 999.00"
    run.append(text)
    removed.append(run)
    paragraph._p.append(removed)
    paragraph.add_run("EUR 120.00")
    hidden = document.add_paragraph().add_run("Due date: 2026-01-01")
    hidden.font.hidden = True
    document.add_comment(document.paragraphs[0].runs, "Due date: 2031-12-31", author="A")
    path = tmp_path / "invoice.docx"
    document.save(path)
    assert qn("w:del") in {each.tag for each in paragraph._p}
    analysis = read_file(path)
    assert any("2031" in unit.text for unit in analysis.units)
    made = find_fields(view_for_fields(analysis, Structure()), schema("invoice"), {}, Structure())
    found = {each.name: each for each in made.fields}
    assert found["total"].values[0].value == "120.00"
    assert found["due_date"].unknown
    assert found["due_date"].options == ()
    assert found["number"].values[0].value == "INV-2041"


def test_a_hidden_sheet_gives_no_value(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(("Invoice number:", "INV-1"))
    book.active.append(("Total", "EUR 120.00"))
    secret = book.create_sheet("Draft")
    secret.sheet_state = "hidden"
    secret.append(("Grand total", "EUR 500.00"))
    path = tmp_path / "invoice.xlsx"
    book.save(path)
    view = view_for_fields(read_file(path), Structure())
    assert "120.00" in view.text
    assert "500.00" not in view.text


def test_embedded_data_come_first_and_a_page_that_says_otherwise_is_flagged() -> None:
    units = tuple(passages("Invoice number: INV-9\nTotal: EUR 130.00\n"))
    structure = Structure(embedded={"number": "INV-9", "total": "121.00", "buyer": "Nobody"})
    view = view_for_fields(Analysis("document", "text/plain", units=units), structure)
    made = find_fields(view, schema("invoice"), {}, structure)
    found = {each.name: each for each in made.fields}
    total = found["total"].values[0]
    assert (total.value, total.source) == ("121.00", "embedded")
    assert [each.outcome for each in total.checks if each.name == "embedded"] == ["failed"]
    assert [each.outcome for each in found["number"].values[0].checks] == ["passed"]
    assert "buyer" not in found


def test_words_of_pdf_pages_count_before_passages_of_the_same_page() -> None:
    box = Box(0.1, 0.1, 0.4, 0.12)
    structure = Structure(pieces=(Piece("Total: EUR 1.00", 1, 0, box),))
    units = (
        Unit("passage:0", "passage", page=1, text="Total: EUR 1.00", char_start=0),
        Unit("ocr:page:2:0", "passage", page=2, text="scanned words", char_start=0),
    )
    view = view_for_fields(Analysis("document", "application/pdf", units=units), structure)
    assert view.text == "Total: EUR 1.00\nscanned words\n"


@pytest.mark.parametrize(
    ("texts", "parts"),
    [
        (["INVOICE\nInvoice number: A-100\nTotal 5.00", "more lines"], []),
        (
            ["INVOICE\nInvoice number: A-100", "terms", "INVOICE\nInvoice number: A-101"],
            [(1, 2), (3, 3)],
        ),
        (["INVOICE\nInvoice number: A-100", "RECEIPT\nTotal 5.00"], [(1, 1), (2, 2)]),
        (
            ["Dear Ann\nPage 1 of 2", "Kind regards\nPage 2 of 2", "Dear Bob\nPage 1 of 1"],
            [(1, 2), (3, 3)],
        ),
        (
            [
                "INVOICE\nInvoice number: A-100\nPage 1 of 2",
                "INVOICE\nInvoice number: A-1\nPage 2 of 2",
            ],
            [],
        ),
    ],
)
def test_a_pile_of_documents_is_parted(texts: list[str], parts: list[tuple[int, int]]) -> None:
    pieces = [
        Piece(line, page, number * 80, Box(0.1, 0.1 + number * 0.03, 0.6, 0.12 + number * 0.03))
        for page, text in enumerate(texts, 1)
        for number, line in enumerate(text.split("\n"))
    ]
    found = propose_split(pages_of(View(rows_of(pieces))))
    assert [(each.first, each.last) for each in found] == parts
    assert all(each.reason for each in found[1:])


def test_weights_are_no_companies() -> None:
    text = "24 KG beans for Müller KG, 6 kg more from 3M Co.\n"
    assert [each.name for each in find_parties(text)] == ["Müller KG", "3M Co."]
