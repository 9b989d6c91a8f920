"""Retrieval is measured on folders of the layout, through the product's own search."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copyfile

import pytest

from eval.__main__ import main

_TEXTS = {
    "wing": "The lift of a swept wing in a propeller slipstream was measured in a wind tunnel.",
    "bread": "Knead the dough for ten minutes, let it rise overnight, and bake it in a hot oven.",
    "lease": "The tenant pays the rent by the third working day of each month.",
    "whale": "Humpback whales sing for hours; the songs change from season to season.",
}
_QUESTIONS = {
    "how is bread baked": "bread",
    "when must the rent be paid": "lease",
    "songs of sea mammals": "whale",
}


def test_documents_are_found_by_questions(tmp_path: Path) -> None:
    corpus = [{"id": id_, "title": id_.title(), "text": text} for id_, text in _TEXTS.items()]
    corpus.append({"id": "empty", "title": "", "text": " "})
    queries = [{"text": text, "relevant": {id_: 1}} for text, id_ in _QUESTIONS.items()]
    _write(tmp_path / "corpus.jsonl", corpus)
    _write(tmp_path / "queries.jsonl", queries)
    out = tmp_path / "out.json"
    assert main(["retrieval-text", "--data", str(tmp_path), "--json", str(out)]) == 0
    figures = _figures(out)
    assert figures["ndcg10_hybrid"] == figures["mrr10_hybrid"] == 1
    assert figures["ndcg10_dense"] == 1
    assert figures["ndcg10_bm25"] <= 1
    assert figures["queries"] == 3
    assert figures["documents"] == 5


def test_photos_are_found_by_captions(tmp_path: Path) -> None:
    skimage = pytest.importorskip("skimage", reason="photos come with scikit-image")
    photos = Path(skimage.__file__).parent / "data"
    captions = {
        "chelsea.png": ["a cat looks at the camera", "the face of a tabby cat"],
        "coffee.png": ["a cup of coffee on a wooden table"],
        "rocket.jpg": ["a rocket takes off from its launch pad"],
    }
    (tmp_path / "images").mkdir()
    for name in captions:
        copyfile(photos / name, tmp_path / "images" / name)
    rows = [{"file": f"images/{name}", "captions": said} for name, said in captions.items()]
    _write(tmp_path / "captions.jsonl", rows)
    out = tmp_path / "out.json"
    assert main(["retrieval-images", "--data", str(tmp_path), "--json", str(out)]) == 0
    assert _figures(out) == {
        "r1": 1.0,
        "r5": 1.0,
        "r10": 1.0,
        "median_rank": 1.0,
        "queries": 4,
        "gallery": 3,
    }


def test_a_photo_that_cannot_be_read_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    _write(tmp_path / "captions.jsonl", [{"file": "broken.jpg", "captions": ["anything"]}])
    assert main(["retrieval-images", "--data", str(tmp_path)]) == 1
    assert "broken.jpg cannot be measured" in capsys.readouterr().err


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


def _figures(path: Path) -> dict[str, float]:
    figures: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    assert all(type(value) in {int, float} for value in figures.values())
    return figures
