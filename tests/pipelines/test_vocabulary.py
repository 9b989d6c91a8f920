"""Vocabularies: what people write comes back the same, and what is wrong is named by line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.vocabulary import csv_file, skos, yaml_file
from pipelines.vocabulary.check import VocabularyError, check
from pipelines.vocabulary.general import general
from pipelines.vocabulary.terms import AUTO, BESIDE_PEOPLE, BY, Term, Vocabulary, normal

_NAMES = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"), exclude_characters="\x85\xa0"),
    min_size=1,
    max_size=20,
).filter(lambda name: bool(normal(name)) and name == name.strip())


@st.composite
def vocabularies(draw: Any) -> Vocabulary:
    """A vocabulary without problems: names differ, links go to earlier terms."""
    names = draw(st.lists(_NAMES, min_size=3, max_size=24, unique_by=normal))
    size = max(1, len(names) // 3)
    terms = []
    for number in range(size):
        own = names[number * 3 : number * 3 + 3] or names[:1]
        earlier = [term.id for term in terms]
        above = draw(st.sets(st.sampled_from(earlier), max_size=2)) if earlier else set()
        language = draw(st.sampled_from(["en", "de", "pt-BR"]))
        terms.append(
            Term(
                f"t{number:02}",
                {language: own[0]},
                {language: tuple(sorted(own[1:]))} if own[1:] else {},
                broader=tuple(sorted(above)),
                note=draw(st.sampled_from(["", 'Use it: often, # "quoted" | so.'])),
                auto=draw(st.sampled_from(AUTO)),
                by=draw(st.sampled_from(BY)),
                beside_people=draw(st.sampled_from(BESIDE_PEOPLE)),
                media_topic=draw(st.sampled_from(["", "15000000"])),
            )
        )
    terms.append(Term("t99", {"en": "old zzz"}, replaced_by="t00"))
    return Vocabulary("house", {"en": "House"}, tuple(terms))


@settings(max_examples=40, deadline=None)
@given(vocabularies())
def test_every_format_gives_back_what_was_written(vocabulary: Vocabulary) -> None:
    assert not check(vocabulary)
    assert yaml_file.read({"a.yaml": yaml_file.write(vocabulary)}) == vocabulary
    assert csv_file.read(csv_file.write(vocabulary), "house", {"en": "House"}) == vocabulary
    assert skos.read(skos.write(vocabulary)) == vocabulary


@settings(max_examples=60, deadline=None)
@given(vocabularies())
def test_the_hierarchy_is_closed(vocabulary: Vocabulary) -> None:
    for term in vocabulary.terms:
        above = set(vocabulary.broader(term.id))
        assert term.id not in above
        for parent in above:
            assert set(vocabulary.broader(parent)) <= above
            assert term.id in vocabulary.narrower(parent)


def test_the_general_vocabulary_is_large_bilingual_and_sound() -> None:
    vocabulary = general()
    assert len(vocabulary.terms) >= 450
    assert all({"en", "de"} <= term.labels.keys() for term in vocabulary.terms)
    assert check(vocabulary) == []
    for name in ("tvmonitor", "hair drier", "Kurtas", "diningtable", "Fahrrad", "pottedplant"):
        assert vocabulary.find(name) is not None, name


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("vocabulary: {id: a}\nterms:\n  x: {en: One, auto: maybe}\n", 3, "always"),
        ("vocabulary: {id: a}\nterms:\n  x: {en: One}\n  y: {en: one}\n", 4, "names both"),
        ("vocabulary: {id: a}\nterms:\n  x: {en: One, under: z}\n", 3, "not in the vocabulary"),
        (
            "vocabulary: {id: a}\nterms:\n  x: {en: One, under: y}\n  y: {en: Two, under: x}\n",
            3,
            "broader than itself",
        ),
        ("vocabulary: {id: a}\nterms:\n  x: {en: One}\n  x: {en: Two}\n", 4, "used twice"),
        ("vocabulary: {id: a}\nterms:\n  x: {en: One, colour: red}\n", 3, "no field"),
        ("vocabulary: {id: a}\nterms:\n  x: {en: [One\n", 4, "not YAML"),
    ],
)
def test_problems_name_the_line(text: str, line: int, words: str) -> None:
    with pytest.raises(VocabularyError) as caught:
        yaml_file.read({"mine.yaml": text})
    assert any(p.line == line and words in p.message for p in caught.value.problems), str(
        caught.value
    )


def test_csv_from_a_spreadsheet_names_the_line() -> None:
    text = "id;label_en;broader\na;Animal;\nb;Bird;animal\n"
    with pytest.raises(VocabularyError, match=r"line 3.*'animal'"):
        csv_file.read(text, "mine", source="mine.csv")


def test_a_foreign_skos_file_is_understood() -> None:
    text = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<http://example.org/c/1> a skos:Concept ; skos:prefLabel "Animals"@en ;
    skos:narrower <http://example.org/c/2> .
<http://example.org/c/2> a skos:Concept ; skos:prefLabel "Dogs"@en ; skos:altLabel "Hounds"@en ;
    skos:exactMatch <http://cv.iptc.org/newscodes/mediatopic/20000565> .
"""
    vocabulary = skos.read(text, "theirs")
    assert vocabulary.broader("2") == ("1",)
    assert vocabulary.by_id["2"].media_topic == "20000565"
    assert skos.read(skos.write(vocabulary)) == vocabulary
