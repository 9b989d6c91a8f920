"""How sure a value is follows from what agrees with it, and learning it is stable."""

from __future__ import annotations

import random

from pipelines.documents.fields.agreement import agreement, fit_agreement, sureness
from pipelines.documents.fields.ranker import Ranker
from pipelines.documents.fields.trained import Trained, from_json, to_json, trained


def test_the_runner_up_and_repetition_are_seen() -> None:
    values = ["12.00", "12.00", "9.00"]
    features = [["label:left", "sum"], [], []]
    value, figures = agreement(values, features, {"12.00": 0.8, "9.00": 0.1}, 2.0)
    assert value == "12.00"
    assert figures[3] == 2, "it stands there twice"
    assert figures[5:8] == [1.0, 1.0, 1.0]
    _, closer = agreement(values, features, {"12.00": 0.5, "9.00": 0.4}, 2.0)
    assert closer[1] < figures[1]


def test_what_agrees_with_right_values_makes_surer() -> None:
    chance = random.Random(7)
    figures, right = [], []
    for _ in range(400):
        agrees = chance.random() < 0.5
        figures.append([chance.random(), float(agrees)])
        right.append(chance.random() < (0.95 if agrees else 0.4))
    weights = fit_agreement(figures, right)
    assert sureness(weights, [0.5, 1.0]) > 0.85
    assert sureness(weights, [0.5, 0.0]) < 0.55


def test_few_or_one_sided_examples_teach_nothing() -> None:
    assert fit_agreement([[1.0]] * 20, [True, False] * 10) == []
    assert fit_agreement([[1.0]] * 200, [True] * 200) == []


def test_it_is_kept_with_the_ranker() -> None:
    made = Trained({"total": Ranker(agreement=[0.5, -1.25])})
    assert from_json(to_json(made)).rankers["total"].agreement == [0.5, -1.25]
    assert trained("receipt").rankers["total"].agreement
