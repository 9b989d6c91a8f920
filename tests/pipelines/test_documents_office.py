"""Word, PowerPoint and Excel files made by their own libraries."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from pipelines.analysis import Analysis
from pipelines.reading import read_file, read_parts

docx = pytest.importorskip("docx", reason="needs the extras `documents` and `dev`")
pptx = pytest.importorskip("pptx", reason="needs the extra `documents`")
xlsxwriter = pytest.importorskip("xlsxwriter", reason="needs the extra `documents`")

LONG = "The supplier delivers the goods to the place that the buyer names in the order. " * 3
Make = Callable[..., Image.Image]


def png(image: Image.Image) -> io.BytesIO:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    stream.seek(0)
    return stream


def text_of(analysis: Analysis) -> str:
    return "\n".join(unit.text for unit in analysis.units if unit.text)


def values(analysis: Analysis) -> dict[str, object]:
    return {value.name: value.value for value in analysis.values}


def test_word_keeps_headings_lists_and_tables_in_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Supply agreement"
    document.core_properties.author = "Ann Lee"
    document.add_heading("Delivery", 1)
    document.add_paragraph(LONG)
    document.add_paragraph("within ten days", style="List Bullet")
    document.add_paragraph("free of charge", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Item", "Price", "Lamp", "20 EUR"), strict=True):
        cell.text = text
    document.add_heading("Payment", 1)
    document.add_paragraph(LONG)
    path = tmp_path / "contract.docx"
    document.save(str(path))

    analysis = read_file(path)

    assert analysis.failure is None
    assert [unit.section for unit in analysis.units] == ["Delivery", "Payment"]
    first = analysis.units[0].text
    assert "- within ten days\n- free of charge\n\nItem | Price\nLamp | 20 EUR" in first
    assert first.startswith("Delivery\n\nThe supplier")
    assert values(analysis)["title"] == "Supply agreement"
    assert {v.model for v in analysis.values if v.name == "creator"} == {"OOXML dc:creator"}


def test_word_changes_notes_comments_and_hidden_text(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The rent is ")
    xml = paragraph._p
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    for tag, inner, text in (("del", "delText", "900"), ("ins", "t", "950")):
        change = xml.makeelement(f"{{{w}}}{tag}", {f"{{{w}}}author": "A"})
        run = change.makeelement(f"{{{w}}}r", {})
        part = run.makeelement(f"{{{w}}}{inner}", {})
        part.text = text
        run.append(part)
        change.append(run)
        xml.append(change)
    hidden = paragraph.add_run(" secret")
    hidden.font.hidden = True
    run = paragraph.add_run(" EUR.")
    document.add_comment(run, text="Check this amount", author="Bob")
    path = tmp_path / "rent.docx"
    document.save(str(path))

    analysis = read_file(path)

    assert [(unit.section, unit.text) for unit in analysis.units] == [
        ("", "The rent is 950 EUR."),
        ("comments", "Bob: Check this amount"),
    ]


def test_pictures_in_word_are_units_under_their_heading(tmp_path: Path, photo: Make) -> None:
    document = docx.Document()
    document.add_heading("Views", 1)
    document.add_picture(png(photo(seed=3)))
    document.add_picture(png(photo(seed=3)))
    path = tmp_path / "album.docx"
    document.save(str(path))
    analysis = read_file(path)
    (picture,) = [unit for unit in analysis.units if unit.kind == "embedded_image"]
    assert picture.section == "Views"
    assert picture.picture is not None
    assert (picture.picture.width, picture.picture.height) == (320, 240)
    assert picture.picture.pixels is not None


def test_slides_are_pages_with_tables_notes_and_placed_pictures(
    tmp_path: Path, photo: Make
) -> None:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Results"
    table = slide.shapes.add_table(2, 2, 0, 2_000_000, 4_000_000, 1_000_000).table
    for number, text in enumerate(("Year", "Sales", "2024", "310")):
        table.cell(number // 2, number % 2).text = text
    slide.notes_slide.notes_text_frame.text = "Mention the second quarter."
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Harbour"
    second.shapes.add_picture(png(photo()), deck.slide_width // 2, 0, deck.slide_width // 2)
    second._element.set("show", "0")
    path = tmp_path / "deck.pptx"
    deck.save(str(path))

    analysis = read_file(path)

    assert (analysis.pages, analysis.failure) == (2, None)
    first, notes, harbour, picture = analysis.units
    assert (first.page, first.section) == (1, "Results")
    assert first.text == "Results\n\nYear | Sales\n2024 | 310"
    assert (notes.page, notes.section, notes.text) == (
        1,
        "speaker notes",
        "Mention the second quarter.",
    )
    assert (harbour.page, harbour.text) == (2, "Harbour")
    assert (picture.kind, picture.page, picture.section) == ("embedded_image", 2, "Harbour")
    assert picture.box is not None
    assert picture.box.left == pytest.approx(0.5)
    assert picture.box.right == pytest.approx(1.0)
    assert analysis.warnings == ("Slide 2 is hidden in the presentation.",)


def test_sheets_are_sections_and_formulas_show_their_last_result(
    tmp_path: Path, photo: Make
) -> None:
    path = tmp_path / "book.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Costs")
    sheet.write_row(0, 0, ["Item", "Due", "Price"])
    sheet.write(1, 0, "Lamp")
    sheet.write_datetime(1, 1, date(2024, 5, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_formula(1, 2, "=10+10.5", None, 20.5)
    sheet.insert_image(4, 0, "photo.png", {"image_data": png(photo())})
    hidden = book.add_worksheet("Margins")
    hidden.write(0, 0, "42 percent")
    hidden.hide()
    book.close()

    analysis = read_file(path)

    texts = [(unit.section, unit.text) for unit in analysis.units if unit.text]
    assert texts == [
        ("Costs", "Item | Due | Price\nLamp | 2024-05-01 | 20.5"),
        ("hidden sheet Margins", "42 percent"),
    ]
    assert [u.section for u in analysis.units if u.kind == "embedded_image"] == ["Costs"]
    assert analysis.warnings == ("The sheet 'Margins' is hidden in the file.",)


def test_a_document_inside_a_document_is_read(tmp_path: Path) -> None:
    import zipfile

    inner = docx.Document()
    inner.add_paragraph("Annex with the price list")
    inner.save(str(tmp_path / "inner.docx"))
    outer = docx.Document()
    outer.add_paragraph("Main text")
    path = tmp_path / "outer.docx"
    outer.save(str(path))
    with zipfile.ZipFile(path, "a") as package:
        package.write(tmp_path / "inner.docx", "word/embeddings/annex.docx")
    analysis = read_file(path)
    assert [(unit.key, unit.section, unit.text) for unit in analysis.units] == [
        ("passage:0", "", "Main text"),
        ("attachment:0/passage:0", "annex.docx", "Annex with the price list"),
    ]


def test_an_encrypted_file_asks_for_its_password_and_accepts_it(tmp_path: Path) -> None:
    msoffcrypto = pytest.importorskip("msoffcrypto")
    document = docx.Document()
    document.add_paragraph("Salaries of the board")
    plain, path = io.BytesIO(), tmp_path / "secret.docx"
    document.save(plain)
    with path.open("wb") as stream:
        msoffcrypto.OfficeFile(plain).encrypt("open sesame", stream)
    without = read_file(path).failure
    assert without is not None
    assert (without.code, "give its password" in without.reason) == ("encrypted", True)
    wrong = read_file(path, password="sesame").failure
    assert wrong is not None
    assert "does not open it" in wrong.reason
    assert text_of(read_file(path, password="open sesame")) == "Salaries of the board"


def test_a_long_sheet_comes_in_parts_that_join_without_a_seam(tmp_path: Path) -> None:
    path = tmp_path / "long.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Log")
    for number in range(11_000):
        sheet.write(number, 0, f"row{number}")
    book.close()
    assert len(list(read_parts(path))) == 4
    units = read_file(path).units
    assert {unit.section for unit in units} == {"Log"}
    assert len({unit.key for unit in units}) == len(units)
    starts = [unit.char_start or 0 for unit in units]
    assert starts == sorted(set(starts))
    assert "row10999" in units[-1].text
