"""Folders of data are recognised by the names and keys of their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.errors import EvalError
from eval.layouts import captions, judged


def write(path: Path, *rows: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")


def test_relevance_is_a_grade_by_id_an_id_or_a_list(tmp_path: Path) -> None:
    write(tmp_path / "corpus.jsonl", *({"id": id_, "text": id_} for id_ in "abc"))
    write(
        tmp_path / "queries.jsonl",
        {"text": "graded", "relevant": {"a": 2, "b": 1, "c": 0}},
        {"text": "one", "relevant": "b"},
        {"text": "some", "relevant": ["b", "c", "gone"]},
        {"text": "nothing", "relevant": {"a": 0}},
    )
    read = judged.read(tmp_path)
    assert [question.relevant for question in read.questions] == [{"a", "b"}, {"b"}, {"b", "c"}]


def test_a_language_is_chosen_and_needed_where_there_are_several(tmp_path: Path) -> None:
    for language in ("en", "de"):
        write(tmp_path / f"corpus.{language}.jsonl", {"id": "1", "text": language})
        write(tmp_path / f"queries.{language}.jsonl", {"text": "?", "relevant": "1"})
    assert judged.read(tmp_path, "de").documents[0].text == "de"
    with pytest.raises(EvalError, match="de, en"):
        judged.read(tmp_path)
    with pytest.raises(EvalError, match="de, en"):
        judged.read(tmp_path, "fr")


def test_faults_in_rows_are_named(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"id": "1"\n', encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(EvalError, match="line 1 is not JSON"):
        judged.read(tmp_path)
    write(tmp_path / "corpus.jsonl", {"id": "1"})
    with pytest.raises(EvalError, match="'text'"):
        judged.read(tmp_path)


@pytest.mark.parametrize(
    ("listing", "name", "place"),
    [
        ("captions.jsonl", "images/a.jpg", "images/a.jpg"),
        ("annotations.jsonl", "images/a.jpg", "images/a.jpg"),
        ("train_captions.jsonl", "a.jpg", "train/a.jpg"),
        ("captions.jsonl", "a.jpg", "images/a.jpg"),
    ],
)
def test_photos_are_found_where_the_data_sets_keep_them(
    listing: str, name: str, place: str, tmp_path: Path
) -> None:
    (tmp_path / place).parent.mkdir()
    (tmp_path / place).write_bytes(b"x")
    write(tmp_path / listing, {"file": name, "captions": ["one", "two"]})
    (photo,) = captions.read(tmp_path)
    assert photo.path.samefile(tmp_path / place)
    assert photo.captions == ["one", "two"]


def test_a_photo_that_is_missing_is_named(tmp_path: Path) -> None:
    write(tmp_path / "captions.jsonl", {"file": "images/gone.jpg", "captions": ["one"]})
    with pytest.raises(EvalError, match=r"gone\.jpg"):
        captions.read(tmp_path)
