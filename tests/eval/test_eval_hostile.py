"""The measurement of hostile files: its counts, and that its bombs are what they claim."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError

from eval import bombs
from eval.__main__ import main


def test_counts_of_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.txt").write_text("A sound file.")
    (data / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (data / "c.txt").touch()
    (data / "d.bin").write_bytes(bytes(range(256)))
    out = tmp_path / "out.json"
    arguments = ["hostile", "--data", str(data), "--without-bombs", "--json", str(out)]
    assert main(arguments) == 0
    figures = json.loads(out.read_text())
    assert figures.pop("peak_mb") > 10
    assert figures == {
        "files": 4,
        "contained": 4,
        "crashed": 0,
        "timed_out": 0,
        "killed": 0,
        "encrypted": 0,
        "opened_with_password": 0,
    }
    assert "NOT CONTAINED" not in capsys.readouterr().err


def test_a_password_opens_what_is_encrypted(tmp_path: Path) -> None:
    pytest.importorskip("reportlab", reason="makes the encrypted PDF; needs the extra `sample`")
    from reportlab.pdfgen.canvas import Canvas

    data = tmp_path / "data"
    data.mkdir()
    canvas = Canvas(str(data / "a.pdf"), encrypt="tika")
    canvas.drawString(100, 100, "A secret")
    canvas.save()
    out = tmp_path / "out.json"
    arguments = ["hostile", "--data", str(data), "--without-bombs", "--json", str(out)]
    assert main(arguments) == 0
    figures = json.loads(out.read_text())
    assert (figures["encrypted"], figures["opened_with_password"]) == (1, 1)
    assert main([*arguments, "--password", "wrong"]) == 0
    assert json.loads(out.read_text())["opened_with_password"] == 0


def test_a_long_pdf_has_its_pages(tmp_path: Path) -> None:
    from pypdfium2 import PdfDocument

    bombs.long_pdf(tmp_path / "a.pdf", 7)
    document = PdfDocument(tmp_path / "a.pdf")
    assert len(document) == 7
    assert "Page 7, line 3" in document[6].get_textpage().get_text_bounded()


def test_bombs_are_small_and_claim_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bombs, "_UNPACKED_MIB", 8)
    made = {path.name: path for path in bombs.make_bombs(tmp_path)}
    assert sum(path.stat().st_size for path in made.values()) < 20_000_000
    with zipfile.ZipFile(made["bomb.zip"]) as archive:
        assert archive.infolist()[0].file_size == 8 * 1024 * 1024
    with zipfile.ZipFile(made["nested.zip"]) as archive:
        assert len(archive.namelist()) == 10
    with pytest.raises((Image.DecompressionBombError, UnidentifiedImageError)):
        Image.open(made["wide.png"])
