"""The later stage that finds text in pictures: scans, photos of text, pictures in documents."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from models.ocr import load
from models.ocr.base import Line, OcrEngine
from models.ocr.tesseract import TesseractError
from pipelines.analysis import Analysis
from pipelines.close_up import close_ups
from pipelines.limits import Limits
from pipelines.ocr import recognise_parts, recognise_text, wants_ocr
from pipelines.pool import ReaderPool
from pipelines.readers.base import NOTHING, join
from pipelines.reading import read_file

MakePhoto = Callable[..., Image.Image]

needs_networks = pytest.mark.skipif(not load.installed(), reason="needs the extra `ocr`")

LETTER = (
    "Dear Ms Okafor,",
    "the lighthouse keeper has counted",
    "four hundred and twelve ships since",
    "the beginning of the month of May.",
    "Yours faithfully, Henrik Lund",
)


def page(lines: Sequence[str] = LETTER, size: int = 20, width: int = 480) -> Image.Image:
    image = Image.new("RGB", (width, 2 * size * (len(lines) + 2)), "white")
    font = ImageFont.load_default(size=size)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((2 * size, (2 * number + 2) * size), line, "black", font)
    return image


def again(path: Path) -> Callable[[Sequence[str]], Analysis]:
    """Reads pictures of a file again, in this process."""
    return lambda keys: join(close_ups(path, keys), NOTHING)


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return load.load_ocr("rapidocr", threads=1)


@needs_networks
def test_a_scanned_pdf_gives_passages_by_page(tmp_path: Path, engine: OcrEngine) -> None:
    path = tmp_path / "scan.pdf"
    blank = Image.new("RGB", page().size, "white")
    turned = page(("Appendix B", "Harbour dues of the last season")).rotate(90, expand=True)
    page().save(path, save_all=True, append_images=[blank, turned])
    with ReaderPool(1) as pool:
        first = pool.read(path)
        assert not any(unit.text for unit in first.units)
        assert wants_ocr(first) == ("page:1", "page:3")
        found = recognise_text(first, partial(pool.close_ups, path), engine)

    letter, appendix = (unit for unit in found.units if unit.kind == "passage")
    assert (letter.key, letter.page, letter.text) == ("ocr:page:1:0", 1, "\n".join(LETTER))
    assert (appendix.key, appendix.page) == ("ocr:page:3:0", 3)
    assert appendix.text == "Appendix B\nHarbour dues of the last season"
    assert letter.confidence is not None and letter.confidence > 0.9
    assert letter.source_model == engine.name
    assert [letter.text[line.start : line.end] for line in letter.lines] == list(LETTER)
    assert letter.box is not None
    assert letter.box.left == pytest.approx(40 / 480, abs=0.03)
    assert letter.lines[0].box.bottom < letter.lines[1].box.bottom < letter.box.bottom + 1e-9
    assert wants_ocr(found) == (), "nothing is read twice"


@needs_networks
def test_a_photo_of_text_is_read_upright(tmp_path: Path, engine: OcrEngine) -> None:
    path = tmp_path / "letter.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    page().rotate(90, expand=True).save(path, quality=90, exif=exif)
    first = read_file(path)
    assert wants_ocr(first) == ("image",)
    found = recognise_text(first, again(path), engine)
    (passage,) = (unit for unit in found.units if unit.kind == "passage")
    assert (passage.key, passage.text) == ("ocr:image:0", "\n".join(LETTER))
    assert passage.box is not None
    assert passage.box.top < 0.25 and passage.box.bottom > 0.7


@needs_networks
def test_a_large_photo_is_read_at_a_large_size(tmp_path: Path, engine: OcrEngine) -> None:
    """The first reading decodes it at a fraction that leaves nothing of small print."""
    path = tmp_path / "wall.jpg"
    wall = Image.new("RGB", (4000, 3000), (225, 225, 225))
    wall.paste(page(size=28, width=640), (1200, 900))
    wall.save(path, quality=90)
    found = recognise_text(read_file(path), again(path), engine, keys=["image"])
    assert found.units[-1].text == "\n".join(LETTER)


@needs_networks
def test_pictures_in_documents_and_attachments_are_read(
    tmp_path: Path, engine: OcrEngine, photo: MakePhoto
) -> None:
    mail = EmailMessage()
    mail["Subject"] = "The letter"
    mail.set_content("Please see the scan.")
    stream = io.BytesIO()
    page().save(stream, "PDF")
    mail.add_attachment(stream.getvalue(), "application", "pdf", filename="letter.pdf")
    stream = io.BytesIO()
    photo().save(stream, "PNG")
    mail.add_attachment(stream.getvalue(), "image", "png", filename="lamp.png")
    path = tmp_path / "mail.eml"
    path.write_bytes(bytes(mail))
    first = read_file(path)
    assert wants_ocr(first) == ("attachment:0/page:1",)
    found = recognise_text(first, again(path), engine)
    assert found.units[-1].key == "ocr:attachment:0/page:1:0"
    assert found.units[-1].text == "\n".join(LETTER)
    assert found.units[-1].section == first.units[1].section == "letter.pdf, page 1"


@needs_networks
def test_pages_of_a_fax_are_read(tmp_path: Path, engine: OcrEngine) -> None:
    path = tmp_path / "fax.tif"
    second = page(("Second sheet", "with the list of ships"))
    page().save(path, save_all=True, append_images=[second], compression="tiff_lzw")
    first = read_file(path)
    found = recognise_text(first, again(path), engine, keys=["page:2"])
    assert [unit.text for unit in found.units if unit.kind == "passage"] == [
        "Second sheet\nwith the list of ships"
    ]


@needs_networks
def test_photos_without_text_are_let_alone(
    tmp_path: Path, engine: OcrEngine, photo: MakePhoto
) -> None:
    path = tmp_path / "photo.png"
    photo().save(path)
    first = read_file(path)
    assert wants_ocr(first) == ()
    assert recognise_text(first, again(path), engine) == first
    forced = recognise_text(first, again(path), engine, keys=["image"])
    assert [unit.kind for unit in forced.units] == ["image"]


def test_a_scan_with_a_layer_of_text_is_not_read_again(tmp_path: Path) -> None:
    canvas_module = pytest.importorskip("reportlab.pdfgen.canvas", reason="needs `sample`")
    utils = pytest.importorskip("reportlab.lib.utils")
    path = tmp_path / "layered.pdf"
    canvas = canvas_module.Canvas(str(path), pagesize=(480, 560))
    canvas.drawImage(utils.ImageReader(page()), 0, 0, 480, 560)
    canvas.drawString(40, 500, "the lighthouse keeper has counted ships")
    canvas.save()
    first = read_file(path)
    assert any(unit.kind == "page" for unit in first.units)
    assert wants_ocr(first) == ()


def test_a_picture_on_a_page_has_boxes_on_the_page(tmp_path: Path) -> None:
    class Fixed:
        name = "fixed 1"

        def recognise(self, pixels: np.ndarray) -> tuple[Line, ...]:
            return (Line("harbour", ((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)), 0.8),)

    path = tmp_path / "placed.pdf"
    canvas_module = pytest.importorskip("reportlab.pdfgen.canvas", reason="needs `sample`")
    utils = pytest.importorskip("reportlab.lib.utils")
    canvas = canvas_module.Canvas(str(path), pagesize=(500, 1000))
    canvas.bookmarkPage("b")
    canvas.addOutlineEntry("Bills", "b")
    canvas.drawString(50, 900, "Bills of the year")
    canvas.drawImage(utils.ImageReader(page()), 100, 200, 200, 400)
    canvas.save()
    found = recognise_text(read_file(path), again(path), Fixed())
    (unit,) = (unit for unit in found.units if unit.source_model)
    assert (unit.key, unit.page, unit.text) == ("ocr:embedded_image:1:0:0", 1, "harbour")
    assert unit.confidence == pytest.approx(0.8)
    assert unit.box is not None
    expected = (300 / 500 - 100 / 500, 600 / 1000, 300 / 500, 800 / 1000)
    assert (unit.box.left, unit.box.top, unit.box.right, unit.box.bottom) == pytest.approx(
        expected, abs=0.01
    )
    assert unit.lines[0].box == unit.box


def test_what_cannot_be_read_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    class Failing:
        name = "failing 1"

        def recognise(self, pixels: np.ndarray) -> tuple[Line, ...]:
            raise TesseractError("It took too long.")

    path = tmp_path / "a.png"
    page().save(path)
    first = read_file(path)
    parts = list(recognise_parts(first, again(path), Failing(), keys=["image", "page:9"]))
    assert [part.warnings for part in parts] == [
        ("The text in a picture could not be recognised: It took too long.",),
        ("The text in page 9 could not be recognised: its picture could not be read again.",),
    ]
    path.unlink()
    (part,) = recognise_parts(first, again(path), Failing())
    assert "could not be read again" in part.warnings[0]


def test_pages_beyond_the_limit_of_pictures_are_wanted_in_a_scan(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    page().save(path, save_all=True, append_images=[page()] * 4)
    first = read_file(path, limits=Limits(pictures=2))
    assert [unit.key for unit in first.units] == ["page:1", "page:2"]
    assert wants_ocr(first) == ("page:1", "page:2", "page:3", "page:4", "page:5")
    close = again(path)(["page:5"])
    assert [unit.key for unit in close.units] == ["page:5"]


def test_a_second_reading_gives_all_pixels_of_the_wanted_alone(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    page().save(path, save_all=True, append_images=[page()] * 2)
    (unit,) = join(close_ups(path, ["page:2"], side=1000), NOTHING).units
    assert unit.key == "page:2"
    assert unit.picture is not None and unit.picture.pixels is not None
    assert max(unit.picture.pixels.shape) == 1000
    (plain,) = (unit for unit in read_file(path).units if unit.key == "page:2")
    assert plain.picture is not None and plain.picture.pixels is not None
    assert plain.picture.pixels.shape == (260, 260, 3), "the first reading is as before"
