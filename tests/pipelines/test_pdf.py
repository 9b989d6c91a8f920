"""PDF pages give their words with their place, and the pictures that were placed on them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pipelines.analysis import Analysis, Unit
from pipelines.limits import Limits
from pipelines.readers.pdf import pdf_date
from pipelines.reading import read_file, read_page

canvas_module = pytest.importorskip("reportlab.pdfgen.canvas", reason="needs the extra `sample`")

WIDTH, HEIGHT = 600.0, 800.0
MakePhoto = Callable[..., Image.Image]


@pytest.fixture
def pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF, one function a page that draws on the canvas."""

    def write(*pages: Callable[..., None], name: str = "file.pdf", **options: object) -> Path:
        path = tmp_path / name
        canvas = canvas_module.Canvas(str(path), pagesize=(WIDTH, HEIGHT), **options)
        for draw in pages:
            draw(canvas)
            canvas.showPage()
        canvas.save()
        return path

    return write


def text_at(x: float, y: float, *lines: str) -> Callable[..., None]:
    def draw(canvas: object) -> None:
        for number, line in enumerate(lines):
            canvas.drawString(x, y - 14 * number, line)  # type: ignore[attr-defined]

    return draw


def image_at(image: Image.Image, x: float, y: float, width: float, height: float):
    from reportlab.lib.utils import ImageReader

    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    stored = ImageReader(buffer)

    def draw(canvas: object) -> None:
        canvas.drawImage(stored, x, y, width, height)  # type: ignore[attr-defined]

    return draw


def units(analysis: Analysis, kind: str) -> list[Unit]:
    assert analysis.failure is None, analysis.failure
    return [unit for unit in analysis.units if unit.kind == kind]


def test_words_carry_page_span_and_box(pdf: Callable[..., Path]) -> None:
    path = pdf(
        text_at(60, 720, "The fee is 500 euros.", "It is due in May."),
        text_at(300, 80, "Notice: three months."),
    )
    analysis = read_file(path)
    assert (analysis.kind, analysis.media_type, analysis.pages) == (
        "document",
        "application/pdf",
        2,
    )
    first, second = units(analysis, "passage")
    assert " ".join(first.text.split()) == "The fee is 500 euros. It is due in May."
    assert [first.key, second.key] == ["passage:0", "passage:1"]
    assert [first.page, second.page] == [1, 2]
    assert (second.char_start, second.char_end) == (0, len("Notice: three months."))
    assert first.box is not None and second.box is not None
    assert first.box.left == pytest.approx(60 / WIDTH, abs=0.01)
    assert first.box.top < 80 / HEIGHT < first.box.bottom < 110 / HEIGHT
    assert second.box.left == pytest.approx(300 / WIDTH, abs=0.01)
    assert second.box.bottom == pytest.approx(720 / HEIGHT, abs=0.02)


def test_a_turned_page_has_boxes_as_people_see_it(pdf: Callable[..., Path], tmp_path: Path) -> None:
    from pypdfium2 import PdfDocument

    document = PdfDocument(pdf(text_at(60, 720, "Sideways words")))
    document[0].set_rotation(90)
    turned = tmp_path / "turned.pdf"
    document.save(turned)
    (unit,) = units(read_file(turned), "passage")
    assert unit.box is not None
    assert unit.box.top == pytest.approx(60 / WIDTH, abs=0.01)
    assert unit.box.right == pytest.approx(730 / HEIGHT, abs=0.02)


def test_the_document_has_a_preview_and_its_own_metadata(pdf: Callable[..., Path]) -> None:
    def titled(canvas: object) -> None:
        canvas.setTitle("Lease of the harbour hall")  # type: ignore[attr-defined]
        canvas.setAuthor("Ann Smith")  # type: ignore[attr-defined]
        text_at(60, 720, "Lease")(canvas)

    analysis = read_file(pdf(titled))
    values = {value.name: value.value for value in analysis.values}
    assert values["title"] == "Lease of the harbour hall"
    assert values["creator"] == "Ann Smith"
    assert "created_at" in values
    assert analysis.preview is not None
    assert (analysis.preview.width, analysis.preview.height) == (600, 800)
    assert Image.open(io.BytesIO(analysis.preview.thumbnail)).size == (360, 480)
    assert analysis.preview.pixels is None


def test_a_placed_photo_is_a_unit_with_its_place(
    pdf: Callable[..., Path], photo: MakePhoto, tmp_path: Path
) -> None:
    image = photo(400, 300)
    placed = image_at(image, 150, 400, 300, 225)
    path = pdf(
        text_at(60, 720, "Our new hotel"), lambda c: (text_at(60, 720, "Rooms")(c), placed(c))
    )
    (unit,) = units(read_file(path), "embedded_image")
    assert (unit.key, unit.page) == ("embedded_image:2:0", 2)
    assert unit.box is not None and unit.picture is not None
    assert (unit.box.left, unit.box.right) == pytest.approx((0.25, 0.75), abs=0.001)
    assert (unit.box.top, unit.box.bottom) == pytest.approx((1 - 625 / 800, 0.5), abs=0.001)
    assert (unit.picture.width, unit.picture.height) == (400, 300)
    image.save(tmp_path / "photo.jpg", quality=90)
    alone = read_file(tmp_path / "photo.jpg").units[0].picture
    assert alone is not None
    assert unit.picture.fingerprints == alone.fingerprints


def test_a_logo_on_every_page_is_one_unit_and_an_icon_none(
    pdf: Callable[..., Path], photo: MakePhoto
) -> None:
    logo = image_at(photo(200, 100, seed=1), 60, 600, 200, 100)
    icon = image_at(photo(32, 32, seed=2), 300, 600, 32, 32)

    def page(canvas: object) -> None:
        text_at(60, 720, "Words")(canvas)
        logo(canvas)
        icon(canvas)

    assert [unit.page for unit in units(read_file(pdf(page, page, page)), "embedded_image")] == [1]


def test_a_scanned_page_is_a_page_unit_that_can_be_seen(
    pdf: Callable[..., Path], photo: MakePhoto
) -> None:
    path = pdf(text_at(60, 720, "Cover"), image_at(photo(600, 800), 0, 0, WIDTH, HEIGHT))
    analysis = read_file(path)
    (page,) = units(analysis, "page")
    assert (page.key, page.page) == ("page:2", 2)
    assert page.picture is not None and page.picture.pixels is not None
    assert units(analysis, "embedded_image") == []


def test_passages_stand_under_the_bookmark_above_them(pdf: Callable[..., Path]) -> None:
    words = ["Many words that fill this part of the page with text."] * 4

    def chapters(canvas: object) -> None:
        for number, title in enumerate(("Fees", "Notice")):
            canvas.bookmarkPage(title)  # type: ignore[attr-defined]
            canvas.addOutlineEntry(title, title)  # type: ignore[attr-defined]
            text_at(60, 700 - 200 * number, title, *words)(canvas)

    path = pdf(chapters, text_at(60, 720, "It goes on here."))
    assert [unit.section for unit in units(read_file(path), "passage")] == [
        "Fees",
        "Notice",
        "Notice",
    ]


def test_an_encrypted_pdf_says_so_and_opens_with_its_password(pdf: Callable[..., Path]) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    path = pdf(text_at(60, 720, "Secret fee"), encrypt=StandardEncryption("sesame"))
    for password in (None, "wrong"):
        failure = read_file(path, password=password).failure
        assert failure is not None
        assert failure.code == "encrypted"
    assert units(read_file(path, password="sesame"), "passage")[0].text == "Secret fee"


def test_a_damaged_pdf_fails_with_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing that a PDF needs")
    failure = read_file(path).failure
    assert failure is not None
    assert failure.code == "corrupt"


def test_the_limit_of_pages_is_kept_and_said(pdf: Callable[..., Path]) -> None:
    path = pdf(*[text_at(60, 720, f"Page {number}") for number in range(5)])
    analysis = read_file(path, limits=Limits(pages=2))
    assert analysis.pages == 5
    assert [unit.page for unit in units(analysis, "passage")] == [1, 2]
    assert analysis.warnings == ("Only the first 2 of 5 pages were read.",)


def test_any_page_can_be_drawn_later(pdf: Callable[..., Path]) -> None:
    path = pdf(text_at(60, 720, "One"), text_at(60, 720, "Two"))
    drawn = read_page(path, 2, side=200)
    assert drawn.preview is not None
    assert Image.open(io.BytesIO(drawn.preview.thumbnail)).size == (150, 200)
    missing = read_page(path, 3, side=200).failure
    assert missing is not None
    assert missing.code == "missing"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("D:20110501193000+02'00'", "2011-05-01T19:30:00+02:00"),
        ("D:20110501193000Z", "2011-05-01T19:30:00+00:00"),
        ("D:2011", "2011-01-01T00:00:00"),
        ("D:20111301", ""),
        ("yesterday", ""),
    ],
)
def test_pdf_dates_become_iso_or_nothing(text: str, iso: str) -> None:
    assert pdf_date(text) == iso
