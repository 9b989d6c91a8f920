"""Forms are measured by the links that people drew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.errors import EvalError
from eval.layouts import forms
from eval.tasks.forms import _scores
from pipelines.documents.pages import rows_of
from pipelines.documents.tables.pairs import pairs_in


def _block(
    number: int, label: str, text: str, left: int, top: int, *links: int
) -> dict[str, object]:
    box = [left, top, left + 8 * len(text), top + 12]
    return {
        "id": number,
        "label": label,
        "text": text,
        "box": box,
        "linking": [[number, link] for link in links],
        "words": [{"box": box, "text": text}],
    }


def test_pairs_beside_and_below_their_names_are_found(tmp_path: Path) -> None:
    (tmp_path / "annotations").mkdir()
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(b"")
    blocks = [
        _block(0, "question", "From:", 10, 10, 1),
        _block(1, "answer", "Ann Lee", 100, 10),
        _block(2, "question", "To:", 300, 10, 3),
        _block(3, "answer", "Bob", 360, 10),
        _block(4, "question", "Subject:", 10, 40, 5),
        _block(5, "answer", "Bricks", 12, 56),
        _block(6, "question", "Copies", 10, 90, 7),
        _block(7, "answer", "two", 100, 90),
    ]
    (tmp_path / "annotations" / "a.json").write_text(json.dumps({"form": blocks}))
    known = forms.read(tmp_path)
    assert known[0].pairs == (
        ("From:", "Ann Lee"),
        ("To:", "Bob"),
        ("Subject:", "Bricks"),
        ("Copies", "two"),
    )
    found = pairs_in(rows_of(known[0].lines))
    assert [(each.name, each.value) for each in found] == [
        ("From", "Ann Lee"),
        ("To", "Bob"),
        ("Subject", "Bricks"),
    ]
    assert _scores(known, [found]) == (0.75, 1.0, 0.8571)


def test_a_folder_without_forms_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="annotations"):
        forms.read(tmp_path)
