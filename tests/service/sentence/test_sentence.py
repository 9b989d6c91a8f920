"""Sentences in the search box: filters where they are sure, words where they are not."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.record.fieldset import built_in
from service.selection.language import parse_selection
from service.sentence.found import Names, Sentence
from service.sentence.lexicon import lexicon
from service.sentence.parse import MOST_CHARACTERS, parse

_TODAY = date(2026, 5, 20)
_NAMES = Names({"creator": ("Ann Smith",), "campaign": ("Spring 2026",), "collection": ("Press",)})


def _parsed(text: str) -> Sentence:
    return parse(text, _TODAY, _NAMES)


@pytest.mark.parametrize(
    ("text", "words", "conditions"),
    [
        (
            "approved photos of dogs for Germany after May, portrait, no people",
            "dogs",
            {
                "status:approved",
                "kind:image",
                "territory:DE",
                "date>=2026-06-01",
                "aspect:portrait",
                "people_count=0",
            },
        ),
        ("Rechnungen 2024 über 10 Seiten", "", None),
        (
            "Verträge, die vor Juli ablaufen",
            "",
            {"document_type:contract", "expiry_date<2026-07-01"},
        ),
        ("photos by Ann Smith", "", {"kind:image", 'creator:"Ann Smith"'}),
        ("no videos of the factory", "factory", {"-kind:video"}),
        ('"spring sale" -outlet photos', '"spring sale" -outlet', {"kind:image"}),
    ],
)
def test_filters_are_found_and_the_rest_is_searched(
    text: str, words: str, conditions: set[str] | None
) -> None:
    found = _parsed(text)
    assert found.words == words
    if conditions is not None:
        assert set(found.conditions) == conditions
    for each in found.filters:
        assert text[each.start : each.end] == each.text


@pytest.mark.parametrize(
    "text",
    [
        "portrait of a woman",
        "a may pole",
        "the draft horse",
        "after the rain",
        "man taking photos of a bird",
        "red car in germany's old town",
        "how long does the contract run",
        "landscape with mountains",
        "press conference in spring",
    ],
)
def test_what_only_looks_like_a_filter_is_none(text: str) -> None:
    assert _parsed(text) == Sentence(text)


def test_dates_count_from_today() -> None:
    for text, conditions in {
        "photos uploaded last week": ("added>=2026-05-11", "added<2026-05-18"),
        "fotos vom 3. märz 2025": ("date>=2025-03-03", "date<2025-03-04"),
        "photos between June and August 2025": ("date>=2025-06-01", "date<2025-09-01"),
        "photos since march 2024": ("date>=2024-03-01",),
        "contracts expiring in the next 90 days": (
            "expiry_date>=2026-05-20",
            "expiry_date<2026-08-18",
        ),
        "photos from the 31. february 2025": (),
    }.items():
        found = [c for c in _parsed(text).conditions if "date" in c or "added" in c]
        assert tuple(found) == conditions, text


def test_every_word_that_ships_stands_for_a_condition_that_can_be_read() -> None:
    words = lexicon()
    for each in (words.kinds, words.document_types, words.file_types, words.statuses):
        for pattern, condition in each.conditions:
            assert parse_selection(condition), pattern.pattern
    assert built_in().get("document_type") is not None


_WORDS = st.lists(
    st.sampled_from(
        [
            "approved",
            "photos",
            "of",
            "dogs",
            "for",
            "germany",
            "after",
            "may",
            "2025",
            ",",
            "no",
            "people",
            "not",
            "-",
            "between",
            "and",
            "june",
            "letzte",
            "woche",
            "bis",
            "zum",
            "3.",
            "31.02.2025",
            "q3",
            "at",
            "least",
            "4",
            "stars",
            "1111111111111111",
            "in",
            "the",
            "next",
            "90",
            "days",
            '"',
            "“",
            "”",
            "über",
            "10",
            "seiten",
            "drafts",
            "ohne",
            "videos",
            "ab",
        ]
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(max_size=120), _WORDS.map(" ".join)))
def test_any_text_is_taken_apart_into_pieces_of_itself(text: str) -> None:
    found = _parsed(text)
    end = 0
    for each in found.filters:
        assert end <= each.start < each.end <= len(text)
        assert text[each.start : each.end] == each.text
        assert each.conditions
        end = each.end
    for word in found.words.split():
        assert word in text


@pytest.mark.parametrize(
    "text", ["1" * 490, "in " * 160, "no " * 160, "last " * 100, "1. 1. " * 80]
)
def test_hostile_sentences_take_no_time(text: str) -> None:
    started = time.process_time()
    _parsed(text)
    assert time.process_time() - started < 2


def test_of_long_texts_nothing_is_taken_for_a_filter() -> None:
    text = "approved photos " + "x" * MOST_CHARACTERS
    assert _parsed(text).filters == ()
