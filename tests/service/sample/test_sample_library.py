"""The sample library: complete, the same every time, and believable."""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageOps

from service.errors import MagpieError
from service.sample import photos
from service.sample.documents.invoices import COFFEE, SHOWCASES
from service.sample.library import CREDITS, build
from service.sample.questions import QUESTIONS


def _pages(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_it_is_the_same_library_everywhere(sample: Path, tmp_path: Path) -> None:
    build(tmp_path / "again")
    assert _hashes(tmp_path / "again") == _hashes(sample)


def test_a_second_build_writes_nothing_and_a_lost_file_comes_back(tmp_path: Path) -> None:
    files = build(tmp_path)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    assert build(tmp_path) == files
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before
    files[0].unlink()
    build(tmp_path)
    assert set(tmp_path.rglob("*")) == set(before)


def test_it_mixes_photos_and_documents(sample: Path) -> None:
    kinds = [file.suffix for file in build(sample)]
    assert kinds.count(".jpg") + kinds.count(".png") + kinds.count(".webp") >= 15
    assert kinds.count(".pdf") >= 6
    assert {".md", ".txt", ".eml"} <= set(kinds)


def test_photos_are_upright_and_carry_their_creators(sample: Path) -> None:
    with Image.open(sample / "Photos/Staff/DSC_0377.jpg") as stored:
        assert stored.getexif()[0x013B] == "Lav Varshney"
        upright = ImageOps.exif_transpose(stored)
    with Image.open(photos.photo_file("camera.png")) as original:
        difference = sum(
            abs(a - b)
            for a, b in zip(
                upright.convert("L").resize((16, 16)).tobytes(),
                original.convert("L").resize((16, 16)).tobytes(),
                strict=True,
            )
        )
    assert difference / 256 < 4


def test_credits_name_every_photo_but_are_not_part_of_the_library(sample: Path) -> None:
    text = (sample / CREDITS).read_text(encoding="utf-8")
    assert all(photo.filed in text for photo in photos.PHOTOS)
    assert sample / CREDITS not in build(sample)


def test_missing_photos_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MagpieError, match="make setup"):
        photos.photo_file("no-such-photo.png")


def test_the_contract_has_pages_and_says_what_contracts_say(sample: Path) -> None:
    pages = _pages(sample / "Contracts/NDA Longitude Exhibit Studio.pdf")
    text = re.sub(r"\s+", " ", " ".join(pages))
    assert len(pages) >= 3
    assert "governed by the laws of Ireland" in text
    assert "takes effect on 3 February 2025" in text
    assert "continues for two years" in text


@pytest.mark.parametrize(
    ("file", "invoice"),
    [("2025-02 invoice 10482.pdf", SHOWCASES), ("2025-03 SF-2025-0318.pdf", COFFEE)],
)
def test_invoices_add_up_and_can_be_paid(file: str, invoice: object, sample: Path) -> None:
    (text,) = _pages(sample / "Finance" / file)
    amounts = [Decimal(found.replace(",", "")) for found in re.findall(r"€([\d,]+\.\d\d)", text)]
    total = max(amounts)
    tax = sum(invoice.taxes.values())  # type: ignore[attr-defined]
    assert total - tax in amounts, "the net amount is printed"
    assert tax > 0
    iban = re.search(r"IE\d\d(?: [A-Z0-9]{4}){4} \d\d", text)
    assert iban
    digits = iban[0].replace(" ", "")
    assert int("".join(str(int(sign, 36)) for sign in digits[4:] + digits[:4])) % 97 == 1


def test_the_brochure_has_the_launch_photo_in_it(sample: Path) -> None:
    with pypdfium2.PdfDocument(sample / "Brand/Off the Ground brochure.pdf") as document:
        pictures = list(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]))
        assert [picture.get_px_size() for picture in pictures] == [(640, 427)]


def test_the_scanned_letter_is_a_picture_only(sample: Path) -> None:
    with pypdfium2.PdfDocument(sample / "Mail/Scan_20250124.pdf") as document:
        assert document[0].get_textpage().get_text_bounded().strip() == ""
        assert document[0].get_size() == pytest.approx((595, 842), abs=2)


def test_questions_are_about_files_of_the_library(sample: Path) -> None:
    assert len(QUESTIONS) >= 6
    assert any(not question.answer for question in QUESTIONS)
    for question in QUESTIONS:
        assert not question.answer or (sample / question.answer).is_file()
        assert not question.example or (sample / question.example).is_file()
