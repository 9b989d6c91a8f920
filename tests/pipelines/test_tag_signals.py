"""What speaks for tags beside the network: measures, scenes of a clip, what people gave."""

from __future__ import annotations

import numpy as np
import pytest

from models.load import load_visual
from pipelines.analysis import Value
from pipelines.tagging import bank
from pipelines.tagging.clips import together
from pipelines.tagging.measured import measured
from pipelines.tagging.rules import MOST_SUGGESTED, Rules, decide
from pipelines.tagging.signals import Evidence, Signals
from pipelines.tagging.tagger import Tagger
from pipelines.vocabulary.general import general
from pipelines.vocabulary.terms import Term, Vocabulary


def _value(name: str, value: object, evidence: str = "", confidence: float = 0.8) -> Value:
    return Value(name, value, "rule", "", confidence, evidence)  # type: ignore[arg-type]


def test_measures_speak_for_terms_of_the_vocabulary() -> None:
    found = measured(
        "image",
        [
            _value("people_count", 2),
            _value("kind_of_picture", "screenshot"),
            _value("colours", ("navy blue", "white"), "navy blue 61%, white 20%"),
        ],
    )
    assert found == {"two_people": 0.8, "screenshot": 0.8, "navy_blue": 0.8}
    assert found.keys() <= general().by_id.keys()
    assert measured("image", [_value("people_count", 40)]) == {"three_or_more_people": 0.8}
    assert measured("image", [_value("colours", ("red",), "red 20%")]) == {}
    assert measured("video", [_value("kind_of_picture", "graphic")]) == {}
    [tags] = Tagger(general()).tags([Signals(measured=found)])
    assert {tag.term for tag in tags if tag.given} >= {"navy_blue", "blue", "screenshot"}
    # What only groups terms is no tag.
    assert not {"people_count", "colour"} & {tag.term for tag in tags}


def test_a_clip_shows_what_its_scenes_show_a_little_surer_where_it_recurs() -> None:
    once = {"dog": [Evidence("picture", 0.5, "", 3.0)]}
    again = {"dog": [Evidence("picture", 0.55, "", 9.0)], "cat": [Evidence("picture", 0.2)]}
    [dog] = together([once, again])["dog"]
    assert 0.55 < dog.probability < 0.62
    assert dog.second == 9.0
    assert together([once])["dog"] == once["dog"]
    many = together([once] * 500)["dog"][0].probability
    assert many < 0.7


def test_what_a_person_gave_brings_what_is_above_and_keeps_its_likes_away() -> None:
    vocabulary = Vocabulary(
        "house",
        {},
        (
            Term("media", {"en": "media"}),
            Term("adtech", {"en": "adtech"}, broader=("media",)),
            Term("ad", {"en": "ad technology"}),
        ),
    )
    near = np.array([[0, 0, 1], [1, 0, 0], [1, 0.01, 0]], np.float32)
    rules = Rules.of(
        vocabulary,
        bank.TermBank(("media", "adtech", "ad"), near, np.zeros((3, 1000), np.float32)),
    )
    seen = {"ad": [Evidence("picture", 0.99)]}
    tags = decide(seen, rules, frozenset(), 0.0, 0.6, frozenset({"adtech"}))
    assert [tag.term for tag in tags] == ["media"]
    assert tags[0].evidence[0].detail == "adtech"


def test_suggestions_are_few() -> None:
    rules = Rules.of(general(), None)
    seen = {term.id: [Evidence("picture", 0.5)] for term in general().active()}
    tags = decide(seen, rules, frozenset(), 0.0, 0.6)
    assert len([tag for tag in tags if not tag.given]) == MOST_SUGGESTED


def test_the_general_vocabulary_comes_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else everybody's first photo waits ten seconds: run `python -m pipelines.tagging`."""
    encoder = load_visual()
    asked: list[str] = []
    plain = encoder.encode_query
    monkeypatch.setattr(
        encoder, "encode_query", lambda texts: (asked.extend(texts), plain(texts))[1]
    )
    terms = bank.build(general(), encoder).ids
    assert len(asked) <= 0.1 * 3 * len(terms)
