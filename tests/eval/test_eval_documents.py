"""The measurements of fields, types and summaries, on small folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.layouts import classes, fields
from eval.rouge import rouge_l, rouge_n, words
from pipelines.documents.fields.same import matches, normal


def test_rouge_counts_words_pairs_and_sequences() -> None:
    found, wanted = words("The cat sat."), words("the cat lay")
    assert rouge_n(found, wanted, 1) == pytest.approx(2 / 3)
    assert rouge_n(found, wanted, 2) == pytest.approx(1 / 2)
    assert rouge_l(words("a x b"), words("a b")) == pytest.approx(4 / 5)
    assert rouge_n([], [], 2) == 0


def test_values_are_the_same_by_what_they_mean() -> None:
    assert normal("date", "04 MAY 18") == normal("date", "2018-05-04")
    assert normal("money", "RM 1,234.50") == normal("money", "1234.50")
    assert normal("address", "No. 5, Jalan") == normal("address", "NO 5 JALAN")
    assert normal("duration", "2_years") == normal("duration", "2 years")
    assert matches("party", ["ACME, Inc."], ["Acme Inc.", "Other Ltd"]) == 1


def test_layouts_are_told_by_their_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[{"issuer": "Acme", "amount": 5.0, "date": "2026-01-01"}]')
    (tmp_path / "a.pdf").write_bytes(b"%PDF-")
    known = fields.read(tmp_path)
    assert known.kind == "invoice"
    assert known.documents[0].expected == {
        "seller": ["Acme"],
        "total": ["5.0"],
        "date": ["2026-01-01"],
    }
    row = {"file": "a.jpg", "expected": {"company": "Acme"}, "lines": []}
    (tmp_path / "expected.jsonl").write_text(json.dumps(row) + "\n")
    assert fields.read(tmp_path).kind == "receipt"


def test_paths_of_classes_are_found_in_the_folder_above(tmp_path: Path) -> None:
    data = tmp_path / "types"
    data.mkdir()
    (tmp_path / "x.txt").write_text("x")
    (data / "documents.jsonl").write_text('{"path": "x.txt", "class": "letter"}\n')
    assert classes.read(data)[0].path == tmp_path / "x.txt"


def test_topics_are_measured(tmp_path: Path) -> None:
    sport = "The team won the match {} and the coach praised his players."
    business = "The company {} reported profits and its shares rose."
    rows = [
        {"class": name, "text": pattern.format(number)}
        for number in range(12)
        for name, pattern in (("sport", sport), ("business", business))
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    out = tmp_path / "out.json"
    assert main(["classify", "--data", str(tmp_path), "--json", str(out)]) == 0
    assert json.loads(out.read_text()) == {
        "documents": 24,
        "accuracy": 1.0,
        "accuracy_10_shot": 1.0,
    }


def test_summaries_are_measured_beside_the_others(tmp_path: Path) -> None:
    pytest.importorskip("sumy")
    best = "Oil prices rose further as demand for oil grew in Asia."
    text = f"Title\n\nA cat sat on a mat for a day or two. {best} Higher oil prices hurt airlines."
    row = {"class": "a", "text": text, "summary": best}
    (tmp_path / "articles.jsonl").write_text(json.dumps(row))
    out = tmp_path / "out.json"
    assert main(["summarize", "--data", str(tmp_path), "--json", str(out)]) == 0
    made = json.loads(out.read_text())
    assert made["rouge2"] == 1
    assert made["rouge2_margin"] == pytest.approx(
        made["rouge2"] - max(made[f"rouge2_{name}"] for name in ("lead", "textrank", "lexrank"))
    )


@pytest.mark.data
def test_invoices_keep_their_aim(shared_data: Path, tmp_path: Path) -> None:
    data = shared_data / "invoices"
    if not data.is_dir():
        pytest.skip(f"no invoices at {data}")
    out = tmp_path / "out.json"
    assert main(["extract", "--data", str(data), "--json", str(out)]) == 0
    made = json.loads(out.read_text())
    assert made["exact_match"] >= 0.6
    assert made["precision"] >= 0.85
