"""What people fill into the form fields of a PDF is read as pairs."""

from __future__ import annotations

from pathlib import Path

from pipelines.analysis import Box
from pipelines.documents.pages import Piece
from pipelines.documents.tables.form_fields import form_pairs
from pipelines.documents.tables.pairs import Pair, all_pairs
from pipelines.pool import ReaderPool


def _form(path: Path) -> Path:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path))
    canvas.drawString(60, 760, "Request for a visitor's pass")
    form = canvas.acroForm
    form.textfield(name="f1", tooltip="Full name", value="Zoë Müller", x=60, y=700)
    form.textfield(name="company", value="Slow Fox", x=60, y=660)
    form.textfield(name="empty", tooltip="Nothing here", x=60, y=620)
    form.textfield(name="pin", value="4711", fieldFlags="password", x=60, y=580)
    form.checkbox(name="parking", tooltip="Needs parking", checked=True, x=60, y=540)
    form.checkbox(name="meal", tooltip="Needs a meal", checked=False, x=60, y=500)
    form.choice(
        name="floor", tooltip="Floor", value="Second", options=["First", "Second"], x=60, y=460
    )
    form.radio(name="stay", tooltip="Stay", value="day", selected=False, x=60, y=420)
    form.radio(name="stay", tooltip="Stay", value="week", selected=True, x=90, y=420)
    canvas.showPage()
    canvas.drawString(60, 760, "Page two")
    canvas.acroForm.textfield(name="sign", tooltip="Signed by:", value="ZM", x=60, y=700)
    canvas.showPage()
    canvas.save()
    return path


def test_filled_fields_are_pairs_and_empty_ones_are_not(tmp_path: Path) -> None:
    found = form_pairs(_form(tmp_path / "form.pdf"))
    assert found == [
        Pair("Full name", "Zoë Müller", 1),
        Pair("company", "Slow Fox", 1),
        Pair("Needs parking", "Yes", 1),
        Pair("Floor", "Second", 1),
        Pair("Stay", "week", 1),
        Pair("Signed by", "ZM", 2),
    ]


def test_a_limited_process_reads_them_too(tmp_path: Path) -> None:
    with ReaderPool(1) as pool:
        structure = pool.structure(_form(tmp_path / "form.pdf"), name="form.pdf").structure
    assert structure is not None
    assert Pair("Full name", "Zoë Müller", 1) in structure.pairs


def test_printed_pairs_follow_where_no_form_field_has_their_name() -> None:
    rows = [
        (Piece("Full name: not this", 1, 0, Box(0.1, 0.1, 0.5, 0.12)),),
        (Piece("Badge: blue", 1, 20, Box(0.1, 0.2, 0.5, 0.22)),),
    ]
    filled = [Pair("Full name", "Zoë", 1)]
    assert all_pairs(filled, rows) == [Pair("Full name", "Zoë", 1), Pair("Badge", "blue", 1)]
