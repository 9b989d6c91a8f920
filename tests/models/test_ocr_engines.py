"""Text recognition: rendered text is read back, however the page lies."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from models import registry, runtime
from models.errors import ModelError, WeightsError
from models.ocr import ctc, load
from models.ocr.base import Line, OcrEngine
from models.ocr.load import load_ocr

TEXT = (
    "Quarterly report of the harbour office",
    "Total amount due: 1,284.50 EUR",
    "The ferry leaves at 7:45 from pier 12",
    "Signed by Margaret Okafor",
)

needs_networks = pytest.mark.skipif(not load.installed(), reason="needs the extra `ocr`")
needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None, reason="needs the program tesseract"
)


def page(lines: tuple[str, ...] = TEXT, size: int = 22, width: int = 560) -> Image.Image:
    font = ImageFont.load_default(size=size)
    image = Image.new("RGB", (width, len(lines) * size * 2 + 4 * size), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((2 * size, (2 * number + 2) * size), line, "black", font)
    return image


def read(engine: OcrEngine, image: Image.Image) -> tuple[Line, ...]:
    return engine.recognise(np.asarray(image.convert("RGB")))


def words(lines: tuple[Line, ...]) -> set[str]:
    return {word for line in lines for word in line.text.split()}


@pytest.fixture(scope="module")
def engine() -> OcrEngine:
    return load_ocr("rapidocr", threads=1)


EXPECTED = {word for line in TEXT for word in line.split()}


@needs_networks
@pytest.mark.parametrize("size", [11, 24, 60])
def test_text_of_any_size_is_read(engine: OcrEngine, size: int) -> None:
    found = read(engine, page(size=size, width=size * 23))
    assert words(found) == EXPECTED
    assert all(line.confidence > 0.9 for line in found)


@needs_networks
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_lies_on_its_side_or_head_is_read(engine: OcrEngine, turn: int) -> None:
    found = read(engine, page().rotate(-turn, expand=True))
    assert words(found) == EXPECTED
    first = next(line for line in found if line.text.startswith("Quarterly"))
    start, end = first.corners[0], first.corners[1]
    steps = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turn]
    along = (end[0] - start[0]) * steps[0] + (end[1] - start[1]) * steps[1]
    assert along > 0.4, "the first two corners run along the text as it is read"


@needs_networks
@pytest.mark.parametrize(("turn", "digits"), [(0, "1471"), (90, "4752")])
def test_single_digits_stand_the_way_the_page_does(
    engine: OcrEngine, turn: int, digits: str
) -> None:
    image = page(width=640)
    for number, digit in enumerate(digits):
        place = (580, (2 * number + 2) * 22)
        ImageDraw.Draw(image).text(place, digit, "black", ImageFont.load_default(size=22))
    found = read(engine, image.rotate(-turn, expand=True))
    assert sorted(line.text for line in found if len(line.text) == 1) == sorted(digits)


@needs_networks
@pytest.mark.parametrize("askew", [-4, 3])
def test_a_page_that_is_askew_is_read(engine: OcrEngine, askew: float) -> None:
    image = page().rotate(askew, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC)
    assert words(read(engine, image)) == EXPECTED


@needs_networks
def test_corners_stand_around_the_text(engine: OcrEngine) -> None:
    image = Image.new("RGB", (500, 250), "white")
    font = ImageFont.load_default(size=30)
    ImageDraw.Draw(image).text((220, 120), "Invoice 4711", "black", font)
    (line,) = read(engine, image)
    left, top, right, bottom = font.getbbox("Invoice 4711")
    expected = [(220 + left) / 500, (120 + top) / 250, (220 + right) / 500, (120 + bottom) / 250]
    found = [*line.corners[0], *line.corners[2]]
    assert found == pytest.approx(expected, abs=0.03)


@needs_networks
def test_a_label_beside_a_chart_is_read_upwards(engine: OcrEngine) -> None:
    image = page()
    font = ImageFont.load_default(size=22)
    label = Image.new("RGB", (230, 32), "white")
    ImageDraw.Draw(label).text((4, 2), "Revenue in millions", "black", font)
    image.paste(label.rotate(90, expand=True), (520, 10))
    found = read(engine, image)
    assert {"Revenue", "in", "millions"} <= words(found)
    assert words(found) >= EXPECTED


@needs_networks
def test_pictures_without_text_say_nothing(engine: OcrEngine) -> None:
    assert read(engine, Image.new("RGB", (400, 600), "white")) == ()
    assert read(engine, Image.new("RGB", (1, 1), "black")) == ()
    assert read(engine, Image.new("L", (3000, 2), 255)) == ()


@needs_networks
def test_a_very_large_page_is_read(engine: OcrEngine) -> None:
    poster = Image.new("RGB", (4500, 3000), "white")
    poster.paste(page(size=90, width=2100), (1200, 900))
    assert words(read(engine, poster)) == EXPECTED


@needs_networks
def test_networks_are_given_back_when_idle(engine: OcrEngine) -> None:
    read(engine, page())
    dropped = {path.name for path in runtime.unload_idle(0)}
    assert {"PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"} <= dropped
    assert words(read(engine, page())) == EXPECTED


@needs_networks
@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux tells it")
def test_memory_is_given_back_when_idle() -> None:
    code = (
        "import os, numpy, models.runtime\n"
        "from models.ocr.load import load_ocr\n"
        "def used():\n"
        "    return int(open('/proc/self/statm').read().split()[1]) * os.sysconf('SC_PAGE_SIZE')\n"
        "engine = load_ocr('rapidocr', threads=1)\n"
        "before = used()\n"
        "engine.recognise(numpy.full((900, 900, 3), 255, numpy.uint8))\n"
        "models.runtime.unload_idle(0)\n"
        "print((used() - before) >> 20)\n"
    )
    assert int(_run(code)) < 80, "megabytes"


@needs_networks
def test_nothing_is_fetched_and_nothing_printed() -> None:
    code = (
        "import sys\n"
        "sys.addaudithook(lambda event, _: (_ for _ in ()).throw(RuntimeError(event)) "
        "if event.startswith('socket.') else None)\n"
        "import numpy\n"
        "from models.ocr.load import load_ocr\n"
        "load_ocr('rapidocr', threads=1).recognise(numpy.full((200, 200, 3), 255, numpy.uint8))\n"
        "assert 'rapidocr' not in sys.modules and 'requests' not in sys.modules\n"
    )
    assert _run(code) == ""


def _run(code: str) -> str:
    """What a fresh process prints, which must print no complaint."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(load.__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@needs_networks
def test_a_missing_model_file_is_named() -> None:
    from models.ocr import ppocr
    from models.ocr.descriptor import PP_OCR

    gone = tuple(dataclasses.replace(file, path="models/gone.onnx") for file in PP_OCR.files)
    with pytest.raises(WeightsError, match=r"gone\.onnx is missing: install"):
        ppocr.PpOcrEngine(dataclasses.replace(PP_OCR, files=gone), threads=1)


def test_without_its_packages_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "_NEEDED", ("no_such_package",))
    with pytest.raises(ModelError, match=r"magpie-content\[ocr\].*MAGPIE_OCR=off"):
        load_ocr("rapidocr", threads=7)
    assert "pp-ocrv6-small" not in registry.names()


def test_without_the_program_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.ocr.tesseract import TesseractEngine

    monkeypatch.setenv("PATH", "")
    with pytest.raises(ModelError, match=r"Tesseract is not installed.*MAGPIE_OCR=rapidocr"):
        TesseractEngine()


@needs_tesseract
@pytest.mark.parametrize("turn", [0, 90, 180])
def test_tesseract_reads_pages(turn: int) -> None:
    font = 30
    lines = (*TEXT, *(f"{line} once more" for line in TEXT))
    found = read(load_ocr("tesseract"), page(lines, font).rotate(-turn, expand=True))
    assert len(words(found) & EXPECTED) >= 0.9 * len(EXPECTED)
    first = next(line for line in found if "Quarterly" in line.text)
    along = first.corners[1][0] - first.corners[0][0]
    assert (along > 0.3, along < -0.3) == (turn == 0, turn == 180)


@needs_tesseract
def test_tesseract_says_what_is_wrong() -> None:
    from models.ocr.tesseract import TesseractEngine, TesseractError

    with pytest.raises(ModelError, match="no data for xyz"):
        TesseractEngine(languages="eng+xyz")
    assert read(TesseractEngine(), Image.new("RGB", (300, 300), "white")) == ()
    hurried = TesseractEngine()
    hurried._seconds = 0.01
    with pytest.raises(TesseractError, match=r"longer than 0\.01 seconds"):
        read(hurried, page())


def test_a_doubtful_space_parts_words() -> None:
    characters = ("", "a", "b", " ")
    steps = np.array(
        [[0.1, 0.9, 0, 0], [0.85, 0, 0, 0.15], [0.1, 0, 0.9, 0], [0.99, 0, 0, 0.01], [0, 1, 0, 0]],
        dtype=np.float32,
    )
    text, confidence = ctc.decode(steps, characters)
    assert text == "a ba"
    assert confidence == pytest.approx(2.8 / 3)
    assert ctc.decode(np.eye(4, dtype=np.float32)[[0, 0]], characters) == ("", 0.0)
