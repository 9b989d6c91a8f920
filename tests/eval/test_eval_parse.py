"""The measurement of parsing: the score and the counts of a small folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.texts import bag_f1, whole_text
from pipelines.reading import read_file


@pytest.mark.parametrize(
    ("found", "expected", "score"),
    [
        ("One two", "# **One** _two_", 1.0),
        ("see the page", "[see the page](http://example.org/a) <!-- image -->", 1.0),
        ("a | b", "a &amp; b", 1.0),
        ("a b", "a b b", 0.8),
        ("", "a", 0.0),
        ("", "", 1.0),
    ],
)
def test_score_of_words(found: str, expected: str, score: float) -> None:
    assert bag_f1(found, expected) == pytest.approx(score)


def test_what_passages_share_counts_once(tmp_path: Path) -> None:
    sentences = [f"Sentence number {number} stands in a long paragraph." for number in range(60)]
    path = tmp_path / "a.txt"
    path.write_text(" ".join(sentences))
    analysis = read_file(path)
    assert len(analysis.units) > 1
    assert whole_text(analysis).split() == " ".join(sentences).split()


def test_counts_of_a_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.csv").write_text("name,price\nlamp,20\n")
    (data / "a.csv.expected.md").write_text("| name | price |\n|-|-|\n| lamp | 20 |\n")
    (data / "b.md").write_text("# Lost\n")
    (data / "b.md.expected.md").write_text("wholly other words")
    (data / "c.exe").write_bytes(b"\x7fELF" + bytes(64))
    (data / "d.docx").write_bytes(b"PK\x03\x04 broken word/document")
    (data / "e.txt").touch()
    out = tmp_path / "out.json"
    assert main(["parse", "--data", str(data), "--json", str(out)]) == 0
    figures = json.loads(out.read_text())
    assert figures.pop("seconds_median") >= 0
    assert figures == {
        "files": 5,
        "ok": 2,
        "unsupported": 1,
        "refused": 2,
        "failed": 0,
        "text_f1": 0.5,
        "references": 2,
    }


def test_speed_beside_pypdfium2(tmp_path: Path) -> None:
    from pypdfium2 import PdfDocument

    document = PdfDocument.new()
    document.new_page(200, 200)
    document.save(tmp_path / "a.pdf")
    out = tmp_path / "out.json"
    arguments = ["bench-parse", "--data", str(tmp_path), "--rounds", "1", "--json", str(out)]
    assert main(arguments) == 0
    figures = json.loads(out.read_text())
    assert figures["pages"] == 1
    assert figures["pages_s"] > 0
