"""Fields of documents: values with their places, checks, and an honest unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.analysis import Analysis, Box
from pipelines.documents.fields.extract import extract
from pipelines.documents.fields.learn import Example, fit
from pipelines.documents.fields.results import Extracted
from pipelines.documents.fields.schema import SchemaError, parse_schema, schema, schemas
from pipelines.documents.fields.trained import from_json, to_json, trained
from pipelines.documents.pages import Piece, View, rows_of, view_of
from pipelines.documents.pdf_pieces import pdf_view
from pipelines.passages import passages

INVOICE = [
    ("Muster Handels GmbH", 0.1, 0.05),
    ("Rechnungsnummer:", 0.1, 0.20),
    ("RE-2026-0815", 0.4, 0.20),
    ("Rechnungsdatum:", 0.1, 0.23),
    ("31. März 2026", 0.4, 0.23),
    ("Zahlbar bis:", 0.1, 0.26),
    ("30.04.2026", 0.4, 0.26),
    ("Beratung", 0.1, 0.40),
    ("1.000,00 €", 0.7, 0.40),
    ("Nettobetrag", 0.1, 0.60),
    ("1.000,00 €", 0.7, 0.60),
    ("MwSt. 19%", 0.1, 0.63),
    ("190,00 €", 0.7, 0.63),
    ("Gesamtbetrag", 0.1, 0.66),
    ("1.190,00 €", 0.7, 0.66),
    ("IBAN DE89 3704 0044 0532 0130 00", 0.1, 0.90),
    ("USt-IdNr. DE136695976", 0.1, 0.93),
]


def view(lines: list[tuple[str, float, float]]) -> View:
    pieces = [
        Piece(text, 1, 100 * number, Box(x, y, min(1.0, x + 0.012 * len(text)), y + 0.015))
        for number, (text, x, y) in enumerate(lines)
    ]
    return View(rows_of(pieces))


def by_name(found: tuple[Extracted, ...]) -> dict[str, str]:
    return {each.name: each.values[0].value for each in found if each.values}


def test_an_invoice_gives_its_fields_without_training() -> None:
    found = by_name(extract(view(INVOICE), schema("invoice")))
    assert found == {
        "seller": "Muster Handels GmbH",
        "number": "RE-2026-0815",
        "date": "2026-03-31",
        "due_date": "2026-04-30",
        "total": "1190.00",
        "net": "1000.00",
        "tax": "190.00",
        "currency": "EUR",
        "iban": "DE89370400440532013000",
        "vat_number": "DE136695976",
    }


def test_values_say_where_they_stand() -> None:
    found = {each.name: each for each in extract(view(INVOICE), schema("invoice"))}
    evidence = found["total"].values[0].evidence
    assert evidence is not None
    assert (evidence.page, evidence.start, evidence.end) == (1, 1400, 1410)
    assert evidence.text == "1.190,00 €"
    assert evidence.box is not None
    assert 0.69 < evidence.box.left < 0.71
    checks = {check.name: check.outcome for check in found["total"].values[0].checks}
    assert checks["sum"] == "passed"


def test_a_sum_that_does_not_fit_and_a_date_out_of_order_are_flagged() -> None:
    lines = [(t.replace("190,00", "195,00") if t == "190,00 €" else t, x, y) for t, x, y in INVOICE]
    lines = [("28.02.2026" if t == "30.04.2026" else t, x, y) for t, x, y in lines]
    found = {each.name: each for each in extract(view(lines), schema("invoice"))}
    failed = {
        (name, check.name)
        for name, each in found.items()
        for value in each.values
        for check in value.checks
        if check.outcome == "failed"
    }
    assert ("total", "sum") in failed
    assert ("due_date", "date_order") in failed


def test_what_a_document_does_not_say_is_unknown() -> None:
    prose = view([("Dear Sir, thank you for your letter.", 0.1, 0.1), ("Yours", 0.1, 0.2)])
    assert all(each.unknown for each in extract(prose, schema("invoice")))
    assert all(each.unknown for each in extract(View([]), schema("contract")))


def test_text_without_places_gives_characters_and_no_box() -> None:
    text = "Rechnungsnummer: RE-77\n\nGesamtbetrag: 12,50 EUR"
    analysis = Analysis("document", "text/plain", units=tuple(passages(text)))
    found = {each.name: each for each in extract(view_of(analysis), schema("invoice"))}
    evidence = found["total"].values[0].evidence
    assert evidence is not None
    assert evidence.box is None
    assert text[evidence.start : evidence.end] == "12,50 EUR"


def test_pieces_of_a_pdf_stand_where_they_are_drawn(tmp_path: Path) -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    path = tmp_path / "invoice.pdf"
    page = canvas.Canvas(str(path), pagesize=(600, 800))
    page.drawString(60, 720, "Invoice number")
    page.drawString(300, 720, "A-4711")
    page.save()
    found = pdf_view(path)
    assert [piece.text for piece in found.rows[0]] == ["Invoice number", "A-4711"]
    assert abs(found.rows[0][1].box.left - 0.5) < 0.02
    assert by_name(extract(found, schema("invoice")))["number"] == "A-4711"


def test_shipped_rankers_read_a_receipt_and_respect_the_licence_policy() -> None:
    lines = [
        ("KEDAI MAJU JAYA SDN BHD", 0.2, 0.05),
        ("(123456-X)", 0.4, 0.08),
        ("NO. 5, JALAN BUNGA 3,", 0.2, 0.11),
        ("81100 JOHOR BAHRU, JOHOR", 0.2, 0.14),
        ("TEL: 07-1234567", 0.3, 0.17),
        ("DATE: 14/02/2018 10:15", 0.1, 0.25),
        ("NASI LEMAK", 0.1, 0.35),
        ("12.50", 0.8, 0.35),
        ("TOTAL", 0.1, 0.60),
        ("12.50", 0.8, 0.60),
        ("CASH", 0.1, 0.65),
        ("20.00", 0.8, 0.65),
        ("CHANGE", 0.1, 0.70),
        ("7.50", 0.8, 0.70),
    ]
    found = by_name(extract(view(lines), schema("receipt"), trained("receipt").rankers))
    assert found == {
        "company": "KEDAI MAJU JAYA SDN BHD",
        "date": "2018-02-14",
        "address": "NO. 5, JALAN BUNGA 3, 81100 JOHOR BAHRU, JOHOR",
        "total": "12.50",
    }
    assert not trained("receipt", "commercial").rankers


def test_corrections_teach_what_labels_do_not_say() -> None:
    spec = schema("invoice").field("number")
    seen = ["left=vorgang", "size=2"], ["left=seite", "size=2"]
    examples = [Example([f"v{n}", f"s{n}"], seen, [True, False]) for n in range(10)]
    taught = fit(spec, examples)
    scores = taught.scores(spec, [["left=vorgang"], ["left=seite"]])
    chances = taught.chances(["right", "wrong"], scores, False)
    assert chances["right"] > 0.5 > chances["wrong"]


def test_rankers_survive_their_file() -> None:
    ours = trained("contract")
    assert from_json(to_json(ours)) == ours


def test_every_schema_is_sound_and_faults_are_named() -> None:
    assert {"invoice", "receipt", "contract", "purchase_order", "resume", "letter"} <= set(
        schemas()
    )
    for name in schemas():
        assert schema(name).fields
    for text, fault in (
        ("fields: [{name: A, type: date}]", "no name"),
        ("name: x\nfields: [{name: a, type: colour}]", "type must be one of"),
        ("name: x\nfields: [{name: a, type: date, lables: [b]}]", "lables"),
        ("name: x\nfields: [{name: a, type: identifier, pattern: '('}]", "pattern"),
        ("- [", "not YAML"),
    ):
        with pytest.raises(SchemaError, match=fault):
            parse_schema(text)
