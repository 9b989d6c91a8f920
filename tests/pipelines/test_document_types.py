"""Kinds of documents: told from what they say and look like, and honest about others."""

from __future__ import annotations

import pytest

from models.base import TextEncoder
from models.load import load_text
from models.registry import TEXT_DEFAULT
from pipelines.analysis import Analysis
from pipelines.documents.pages import view_of
from pipelines.documents.types.classify import Classifier, Described, describe
from pipelines.documents.types.examples import learn
from pipelines.documents.types.labels import (
    Label,
    LabelError,
    known_labels,
    named,
    parse_labels,
)
from pipelines.documents.types.tree import TreeClassifier, above
from pipelines.passages import passages

INVOICE = """INVOICE
Invoice number: 4711
Invoice date: 31.03.2026
Bill to: Example Ltd
Consulting 1,000.00 EUR
VAT 190.00 EUR
Amount due: 1,190.00 EUR
Due date: 30.04.2026"""
LETTER = """Dear Ms Miller,

thank you for your letter of 3 March. We are pleased to confirm our meeting next week in Hamburg
and look forward to hearing about your plans for the new building.

Yours sincerely,
Peter Smith"""


@pytest.fixture(scope="module")
def text() -> TextEncoder:
    return load_text(TEXT_DEFAULT)


def document(content: str, text: TextEncoder, media_type: str = "text/plain") -> Described:
    analysis = Analysis("document", media_type, units=tuple(passages(content)))
    return describe(analysis, view_of(analysis), text)


def classifier(text: TextEncoder, *names: str) -> Classifier:
    tree = known_labels("types")
    background = [label for label in tree if not label.under]
    return Classifier(named(names, tree), text, background=background)


def test_kinds_are_told_apart(text: TextEncoder) -> None:
    ours = classifier(text, "invoice", "letter", "contract", "spreadsheet")
    found = ours.classify(document(INVOICE, text))
    assert found.label == "invoice"
    assert found.confidence > 0.9
    assert abs(sum(chance for _, chance in found.chances) - 1) < 1e-6
    assert ours.classify(document(LETTER, text)).label == "letter"
    excel = "application/vnd.ms-excel"
    assert ours.classify(document("a b c", text, excel)).label == "spreadsheet"


def test_what_is_of_no_kind_asked_for_is_other(text: TextEncoder) -> None:
    ours = classifier(text, "contract", "presentation")
    assert ours.classify(document(INVOICE, text)).label == "other"
    assert ours.classify(document("", text)).label == "other"


def test_without_other_kinds_to_compare_with_too_little_is_other(text: TextEncoder) -> None:
    alone = Classifier(named(["contract"], known_labels("types")), text)
    assert alone.classify(document("The striker scored twice in the match.", text)).label == "other"


def test_topics_are_told_apart_and_examples_decide(text: TextEncoder) -> None:
    topics = named(["sport", "business"], known_labels("topics"))
    ours = Classifier(topics, text, other=False)
    match = document("The striker scored twice as United won the cup final.", text)
    shares = document("Shares fell after the bank reported lower profits.", text)
    assert ours.classify(match).label == "sport"
    assert ours.classify(shares).label == "business"
    # People may mean something else by a name.
    swapped = learn(ours, [(match, 1), (shares, 0)])
    taught = Classifier(topics, text, other=False, weights=swapped)
    assert taught.classify(match).label == "business"
    assert taught.classify(shares).label == "sport"


def test_other_names_and_new_labels_can_be_asked_for() -> None:
    news, new = named(["News article", "Rezept"], known_labels("types"))
    assert news.name == "News article"
    assert "press article" in news.also
    assert new == Label("Rezept", describe=("a rezept",))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("labels: [{title: [a]}]", "needs a name"),
        ("labels: [{name: a, colour: red}]", "colour"),
        ("labels: [{name: a, under: b}]", "no label"),
        ("labels: [{name: a}, {name: a}]", "same name"),
        ("labels: [{name: a, words: [b]}]", "number each"),
        ("[", "not YAML"),
    ],
)
def test_faults_of_labels_are_named(content: str, fault: str) -> None:
    with pytest.raises(LabelError, match=fault):
        parse_labels(content)


def test_a_kind_of_contract_is_found_under_it_and_what_is_unsure_stays_above(
    text: TextEncoder,
) -> None:
    tree = TreeClassifier(known_labels("types"), text)
    nda = "NON-DISCLOSURE AGREEMENT\nThe receiving party shall keep confidential information of "
    nda += "the disclosing party secret. This agreement is governed by the laws of Delaware."
    assert tree.classify(document(nda, text)).label == "non-disclosure agreement"
    found = tree.classify(document(INVOICE, text))
    assert found.label == "invoice"
    assert found.confidence > 0.7
    assert all(name != "invoice" and chance < 0.3 for name, chance in found.options)
    assert tree.classify(document("mmm qqq", text)).label == "other"


def test_those_above_a_label_are_known() -> None:
    deeper = parse_labels("labels: [{name: a}, {name: b, under: a}, {name: c, under: b}]")
    assert above(deeper) == {"a": (), "b": ("a",), "c": ("b", "a")}
