"""Fitting the constants of relevance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.errors import EvalError
from eval.fitting.collections import collections
from eval.fitting.logistic import balanced, fit_logistic


def test_the_curve_of_a_known_law_is_found() -> None:
    random = np.random.default_rng(0)
    x = random.uniform(0, 1, 20_000)
    y = (random.uniform(size=x.size) < 1 / (1 + np.exp(-(12 * x - 5)))).astype(float)
    slope, offset = fit_logistic(x, y, np.ones_like(x))
    assert slope == pytest.approx(12, rel=0.05)
    assert offset == pytest.approx(-5, rel=0.05)


def test_both_classes_count_the_same() -> None:
    y = np.array([1.0] * 10 + [0.0] * 90)
    weights = balanced(y)
    assert weights[y == 1].sum() == pytest.approx(weights[y == 0].sum())


def test_classes_that_do_not_overlap_give_a_finite_curve() -> None:
    x = np.array([0.1, 0.2, 0.8, 0.9])
    slope, offset = fit_logistic(x, np.array([0.0, 0.0, 1.0, 1.0]), np.ones(4))
    assert np.isfinite([slope, offset]).all()
    assert 0.2 < -offset / slope < 0.8


def test_questions_are_not_part_of_the_texts_that_answer_them(tmp_path: Path) -> None:
    pytest.importorskip("scipy", reason="docstrings of scipy")
    pytest.importorskip("skimage", reason="docstrings of scikit-image")
    row = {"title": "Rain in May", "text": "Rain in May\n\nIt rained.\n\nAgain.\n\nMuch."}
    (tmp_path / "articles.jsonl").write_text(json.dumps(row), encoding="utf-8")
    docstrings, headlines, firsts = collections([tmp_path], documents=20, questions=10)
    assert len(docstrings.documents) == 20
    assert len(docstrings.questions) == 10
    assert headlines.questions[0].text == "Rain in May"
    assert headlines.documents[0].text == "It rained.\n\nAgain.\n\nMuch."
    assert firsts.questions[0].text == "It rained."
    assert firsts.documents[0].title == "Rain in May"
    assert "It rained" not in firsts.documents[0].text


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("skimage", reason="docstrings of scikit-image")
    with pytest.raises(EvalError, match=r"articles\.jsonl"):
        collections([tmp_path], documents=5, questions=5)
