"""Ten corrected invoices of a new layout teach where their values stand."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from service.errors import BadRequest
from service.extraction import schemas
from service.hub import Hub
from service.settings import Settings


def _invoice(number: int) -> bytes:
    """An invoice whose labels no schema knows, beside values that look alike."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    made = io.BytesIO()
    page = canvas.Canvas(made)
    lines = [
        (60, 780, "INVOICE"),
        (60, 750, "Batch key"),
        (300, 750, f"BK-{9000 + 7 * number}"),
        (60, 732, "Voucher code"),
        (300, 732, f"VC/{300 + 13 * number}"),
        (60, 714, "Drawn up"),
        (300, 714, f"{number + 1:02d}.03.2026"),
        (60, 696, "Shipped"),
        (300, 696, f"{number + 5:02d}.04.2026"),
        (60, 640, "Goods as listed"),
        (300, 640, f"EUR {80 + number}.00"),
        (60, 622, "Insured value"),
        (300, 622, f"EUR {900 + 11 * number}.00"),
        (60, 604, "Please remit"),
        (300, 604, f"EUR {95 + number}.20"),
    ]
    for x, y, text in lines:
        page.drawString(x, y, text)
    page.save()
    return made.getvalue()


def _right(number: int) -> dict[str, str]:
    return {
        "number": f"VC/{300 + 13 * number}",
        "date": f"2026-03-{number + 1:02d}",
        "total": f"{95 + number}.20",
    }


def _found(document: schemas.DocumentFields) -> dict[str, str]:
    return {each.name: each.values[0].value for each in document.fields if each.values}


def test_ten_corrected_invoices_teach_a_new_layout_and_it_can_be_undone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.pdf").write_bytes(_invoice(number))
    fresh = tmp_path / "fresh.pdf"
    fresh.write_bytes(_invoice(15))
    with Hub(Settings(home=tmp_path / "home", ocr="off", readers=1)) as hub:
        hub.ingest([folder])
        desk = hub.desk.extraction
        before = _found(desk.analyse(fresh, "fresh.pdf", "invoice"))
        assert {name: before.get(name) for name in _right(15)} != _right(15)
        with pytest.raises(BadRequest, match="0 documents of the schema"):
            desk.learn("invoice")
        for asset in hub.assets().assets:
            said = _right(int(asset.name.removesuffix(".pdf")))
            corrections = [
                schemas.FieldCorrection(field=name, value=value) for name, value in said.items()
            ]
            desk.correct(asset.id, schemas.FieldsPatch(schema="invoice", corrections=corrections))
        made = desk.learn("invoice")
        assert made.kept
        assert (made.documents, made.values) == (10, 30)
        assert made.after >= 0.9 > made.before
        found = _found(desk.analyse(fresh, "fresh.pdf", "invoice"))
        assert {name: found.get(name) for name in _right(15)} == _right(15)
        again = desk.learn("invoice")
        assert not again.kept
        assert "stays as it was" in again.message
        learned = next(each for each in desk.schema_list().schemas if each.name == "invoice")
        assert learned.learned is not None
        assert learned.learned.after == made.after
        desk.undo("invoice")
        assert _found(desk.analyse(fresh, "fresh.pdf", "invoice")) == before
        with pytest.raises(BadRequest, match="nothing to undo"):
            desk.undo("invoice")
