"""Tags: what may be said, what goes together, and what a person took off stays off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.load import load_visual
from pipelines.tagging import guard
from pipelines.tagging.bank import TermBank, build
from pipelines.tagging.classes import decode
from pipelines.tagging.learn import learn
from pipelines.tagging.rules import Rules, decide
from pipelines.tagging.signals import Evidence, Signals
from pipelines.tagging.tagger import Tagger
from pipelines.vocabulary.general import general
from pipelines.vocabulary.terms import Term, Vocabulary

_IDS = sorted(term.id for term in general().active())


@pytest.fixture(scope="module")
def rules() -> Rules:
    return Rules.of(general(), None)


def _seen(**probabilities: float) -> dict[str, list[Evidence]]:
    return {id_: [Evidence("picture", p)] for id_, p in probabilities.items()}


def test_parents_follow_children(rules: Rules) -> None:
    tags = {tag.term: tag for tag in decide(_seen(puppy=0.9), rules, frozenset(), 0.0, 0.6)}
    assert {"puppy", "dog", "pet", "mammal", "animal"} <= tags.keys()
    assert tags["animal"].given
    assert tags["animal"].evidence[0].signal == "narrower"


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(_IDS), st.floats(0, 1), max_size=12),
    st.frozensets(st.sampled_from(_IDS), max_size=200),
    st.floats(0, 1),
)
def test_rules_hold_for_any_evidence(
    found: dict[str, float], rejected: frozenset[str], people: float
) -> None:
    rules = Rules.of(general(), None) if not _KEPT else _KEPT[0]
    _KEPT[:] = [rules]
    tags = decide(_seen(**found), rules, rejected, people, 0.6)
    names = {tag.term for tag in tags}
    assert not names & rejected
    for tag in tags:
        assert rules.auto[tag.term] != "never"
        assert not tag.given or rules.auto[tag.term] == "always"
        assert not (people >= guard.PEOPLE_LIKELY and tag.term in rules.kept_from_people)


_KEPT: list[Rules] = []


def test_nothing_unkind_beside_people(rules: Rules) -> None:
    assert {"ape", "monkey", "pig", "rat", "snake", "police_car"} <= rules.kept_from_people
    assert not {"dog", "horse", "cat"} & rules.kept_from_people
    assert not decide(_seen(ape=0.99), rules, frozenset(), 0.5, 0.6)
    assert decide(_seen(ape=0.99), rules, frozenset(), 0.0, 0.6)


@pytest.mark.parametrize(
    "name", ["Muslim", "happy people", "Disabled person", "lesbian", "Religion", "Hautfarbe"]
)
def test_a_house_cannot_switch_on_what_is_sensitive(name: str) -> None:
    term = Term("x", {"en": name})
    child = Term("y", {"en": "something below"}, broader=("x",))
    vocabulary = Vocabulary("house", {}, (term, child))
    assert guard.auto(term, vocabulary) == "never"
    assert guard.auto(child, vocabulary) == "never"


def test_the_general_vocabulary_holds_nothing_sensitive_and_only_suggests_age() -> None:
    assert [t.id for t in general().terms if guard.auto(t, general()) != t.auto] == []
    for id_ in ("man", "woman", "boy", "girl", "child", "senior", "baby", "teenager"):
        assert general().by_id[id_].auto == "suggest"
    crime = Term("c", {"en": "shoplifting thief"})
    assert guard.kept_from_people(crime, Vocabulary("house", {}, (crime,)))


def test_of_near_synonyms_one_appears() -> None:
    vocabulary = Vocabulary(
        "house", {}, (Term("adtech", {"en": "adtech"}), Term("ad", {"en": "ad technology"}))
    )
    same = np.ones((2, 4), np.float32)
    rules = Rules.of(vocabulary, TermBank(("adtech", "ad"), same, np.zeros((2, 1000), np.float32)))
    tags = decide(_seen(adtech=0.8, ad=0.9), rules, frozenset(), 0.0, 0.6)
    assert [tag.term for tag in tags] == ["ad"]


def test_keywords_and_names_speak() -> None:
    tagger = Tagger(general())
    [tags] = tagger.tags([Signals(keywords=("Fahrrad",), path="Events/SummerParty_beach.jpg")])
    found = {tag.term: tag for tag in tags}
    assert found["bicycle"].given
    assert found["bicycle"].evidence[0].detail == "Fahrrad"
    assert found["beach"].evidence[0].signal == "name"
    assert not found["party"].given


def test_what_the_classifier_saw_comes_out_of_the_code() -> None:
    from models.alignment import labels

    shares = np.zeros((1, 1000), np.float32)
    shares[0, [207, 208]] = 0.7, 0.3
    found = decode(np.sqrt(shares) @ labels.class_codes())
    assert found[0, 207] == pytest.approx(0.7, abs=0.15)
    assert found[0].argmax() == 207


def test_terms_are_encoded_once_and_a_broken_cache_does_no_harm(tmp_path) -> None:  # type: ignore[no-untyped-def]
    encoder = load_visual()
    vocabulary = Vocabulary("house", {}, (Term("dog", {"en": "dog"}), Term("cat", {"en": "cat"})))
    first = build(vocabulary, encoder, tmp_path)
    [cache] = tmp_path.iterdir()
    again = build(vocabulary, encoder, tmp_path)
    assert np.array_equal(first.queries, again.queries)
    cache.write_bytes(b"broken")
    assert np.allclose(build(vocabulary, encoder, tmp_path).queries, first.queries, atol=1e-3)


def test_a_house_word_is_learned_from_ten_pictures() -> None:
    random = np.random.default_rng(0)
    look = random.normal(size=(200, 64)).astype(np.float32)
    shows = np.arange(200) < 10
    look[shows] += 2 * random.normal(size=64).astype(np.float32)
    look /= np.linalg.norm(look, axis=1, keepdims=True)
    visual = np.zeros((200, 8), np.float32)
    words = random.random(200).astype(np.float32)
    lesson = learn(visual, look, shows, words)
    assert lesson.classifier is not None
    assert lesson.after > 0.9 > lesson.before
    probability = lesson.classifier.probabilities(visual, look)
    assert probability[shows].min() > probability[~shows].max()
    assert probability[shows].mean() > 0.5
    assert learn(visual, look, shows, shows.astype(np.float32)).classifier is None
    assert learn(visual, look, np.arange(200) < 2, words).classifier is None


def test_a_photo_gets_the_same_tags_whether_weak_reasons_are_weighed_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What a single picture says weakly comes to nothing, and so need not be looked at."""
    from pipelines.tagging import tagger as module

    random = np.random.default_rng(5)
    queries = random.normal(size=(len(_IDS), 8)).astype(np.float32)
    bank = TermBank(tuple(_IDS), queries, np.zeros((len(_IDS), 1000), np.float32))
    tagger = Tagger(general(), bank)
    rows = random.random((6, len(_IDS))).astype(np.float32) ** 8
    monkeypatch.setattr(tagger, "by_words", lambda visual, _look: rows[: len(visual)])
    files = [
        [Signals(path=f"{name}.jpg"), Signals(visual=np.ones(4), look=np.ones(4))]
        for name in ("dog", "car at night", "x", "beach", "cat", "tree")
    ]
    quick = tagger.tags_of(files)
    monkeypatch.setattr(module, "_helped", lambda files, _: [None] * sum(map(len, files)))
    assert tagger.tags_of(files) == quick
    assert any(quick)
