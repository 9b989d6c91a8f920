"""The measurement of text recognition: its scores, and a small folder of scans."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from eval.__main__ import main
from eval.edit_distance import distance, similarity
from eval.reading_order import Placed, by_rows
from models.ocr import load

texts = st.text("abc ", max_size=12)


@pytest.mark.parametrize(
    ("ours", "theirs", "letters"),
    [("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("flaw", "lawn", 2), ("a", "a", 0)],
)
def test_letters_to_change(ours: str, theirs: str, letters: int) -> None:
    assert distance(ours, theirs) == letters


@given(texts, texts, texts)
def test_distance_is_a_metric(one: str, other: str, third: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, third) <= distance(one, other) + distance(other, third)
    assert 0 <= similarity(one, other) <= 1


def test_rows_are_read_from_the_left() -> None:
    placed = [
        Placed(0, 30, 40, 40, "third"),
        Placed(50, 2, 90, 12, "second"),
        Placed(0, 0, 40, 10, "first"),
        Placed(50, 28, 90, 38, "fourth"),
    ]
    assert by_rows(placed) == "first second third fourth"


@pytest.mark.skipif(not load.installed(), reason="needs the extra `ocr`")
def test_figures_of_a_folder(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "scans").mkdir(parents=True)
    rows = []
    for name, seen, listed in (
        ("right", "Harbour dues 1984", "HARBOUR DUES 1984"),
        ("half", "Harbour dues", "LIGHTHOUSE DUES"),
    ):
        image = Image.new("RGB", (400, 200), "white")
        ImageDraw.Draw(image).text((40, 80), seen, "black", ImageFont.load_default(size=24))
        image.save(data / "scans" / f"{name}.png")
        poly = [40, 80, 300, 80, 300, 110, 40, 110]
        rows.append({"file": f"scans/{name}.png", "lines": [{"poly": poly, "text": listed}]})
    Image.new("RGB", (400, 200), "white").save(data / "scans" / "blank.png")
    rows.append({"file": "scans/blank.png", "lines": [{"poly": poly, "text": "FADED INK"}]})
    (data / "expected.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    out = tmp_path / "out.json"
    assert main(["ocr", "--data", str(data), "--threads", "1", "--json", str(out)]) == 0
    figures = json.loads(out.read_text())
    assert figures.pop("seconds_median") > 0
    lighthouse = 1 - distance("harbour dues", "lighthouse dues") / len("lighthouse dues")
    assert figures == {
        "files": 3,
        "char_similarity": pytest.approx((1 + lighthouse + 0) / 3, abs=1e-3),
        "word_recall": pytest.approx((1 + 0.5 + 0) / 3, abs=1e-3),
        "word_precision": pytest.approx((1 + 0.5 + 1) / 3, abs=1e-3),
        "gated": 1,
    }


def test_forms_are_a_layout_too(tmp_path: Path) -> None:
    from eval.layouts import scans

    (tmp_path / "annotations").mkdir()
    (tmp_path / "images").mkdir()
    form = {"form": [{"words": [{"box": [1, 2, 3, 4], "text": "Name"}, {"box": [], "text": " "}]}]}
    (tmp_path / "annotations" / "a.json").write_text(json.dumps(form))
    (tmp_path / "images" / "a.png").touch()
    (scan,) = scans.read(tmp_path)
    assert scan.lines == (Placed(1, 2, 3, 4, "Name"),)


def test_another_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ocr", "--data", str(tmp_path)]) == 1
    assert "expected.jsonl" in capsys.readouterr().err
