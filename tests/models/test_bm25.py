"""Terms, weights and spans of BM25."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.bm25 import AVERAGE_TERMS, K1, B, Bm25Encoder

ENGLISH = Bm25Encoder()
DATA = Path(os.environ.get("MAGPIE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


def score(query: str, passage: str, encoder: Bm25Encoder = ENGLISH) -> float:
    """What the index computes where every word is equally rare."""
    asked = dict(zip(*encoder.encode_query(query), strict=True))
    stored = dict(zip(*encoder.encode_document(passage), strict=True))
    return float(sum(weight * stored.get(index, 0.0) for index, weight in asked.items()))


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        ("running shoe", "She RUNS in new shoes."),
        ("final", "IMG_2041-final.jpg"),
        ("2041", "IMG_2041-final.jpg"),
        ("cafe", "Das Café am Markt"),
        ("Café", "the cafe"),
        ("cafe\u0301", "café"),
        ("lodz", "Łódź"),
        ("office", "oﬃce"),
        ("ocean's", "the oceans"),
        ("don't", "I don’t know"),
        ("Straße", "STRASSE"),
        ("１２３", "room 123"),
        ("हिन्दी", "यह हिन्दी है"),
        ("Привет", "ПРИВЕТ мир"),
        ("東京", "私は東京タワーを見た"),
        ("猫", "黑猫和白狗"),
        ("고양이", "검은 고양이가 잔다"),
        ("แมว", "ฉันชอบแมวสีดำ"),
    ],
)
def test_a_query_finds_other_forms_of_its_words(query: str, passage: str) -> None:
    assert score(query, passage) > 0


@pytest.mark.parametrize(
    ("query", "passage"),
    [
        ("the of and", "the cat of the house and the dog"),
        ("", "words"),
        ("words", ""),
        ("?! … --", "?! … --"),
        ("京東", "東京"),
        ("ship", "shape"),
    ],
)
def test_a_query_does_not_find_what_is_not_there(query: str, passage: str) -> None:
    assert score(query, passage) == 0


def test_german_words_meet_their_german_stems() -> None:
    german = Bm25Encoder("german")
    assert score("Häuser", "Wir haben die alten Häusern gesehen", german) > 0
    assert score("die und nicht", "die Katze und nicht der Hund", german) == 0
    # The stop words of one language are words of another.
    assert score("die", "old soldiers never die") > 0


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match=r"klingon.*english"):
        Bm25Encoder("klingon")


def test_weights_follow_bm25() -> None:
    passage = "storm " * 3 + "harbour " + "boat " * 6
    _, weights = ENGLISH.encode_document(passage)

    length = 10 / AVERAGE_TERMS
    expected = [tf * (K1 + 1) / (tf + K1 * (1 - B + B * length)) for tf in (3, 1, 6)]
    assert sorted(weights.tolist()) == pytest.approx(sorted(expected))
    assert weights.max() < K1 + 1


def test_a_word_weighs_more_in_a_short_passage() -> None:
    short = "harbour at night"
    long = short + " with many other things in it" * 40
    assert score("harbour", short) > 1.5 * score("harbour", long)


def test_a_query_counts_its_words() -> None:
    indices, counts = ENGLISH.encode_query("boats, a boat and the harbour")
    assert sorted(counts.tolist()) == [1.0, 2.0]
    assert indices.dtype == np.uint32
    assert counts.dtype == np.float32


def test_terms_of_a_query_are_different_and_in_order() -> None:
    assert ENGLISH.terms("The red boats beside a RED harbour 東京都") == (
        "red",
        "boat",
        "besid",
        "harbour",
        "東京",
        "京都",
    )


def test_spans_point_at_the_words_to_highlight() -> None:
    text = "Two Boats — in the harbour: 東京_boating.JPG"
    wanted = set(ENGLISH.terms("boat 東京"))
    marked = [
        text[token.start : token.end] for token in ENGLISH.tokens(text) if token.term in wanted
    ]
    assert marked == ["Boats", "東京", "boating"]
    starts = [token.start for token in ENGLISH.tokens(text)]
    assert starts == sorted(starts)


@given(st.text())
def test_any_text_gives_a_well_formed_vector_of_its_tokens(text: str) -> None:
    indices, weights = ENGLISH.encode_document(text)
    tokens = ENGLISH.tokens(text)

    assert indices.dtype == np.uint32
    assert weights.dtype == np.float32
    assert np.all(np.diff(indices.astype(np.int64)) > 0)
    assert np.all((weights > 0) & (weights < K1 + 1))
    assert len(indices) == len({token.term for token in tokens})
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert token.term


@given(st.text(), st.text())
def test_words_do_not_depend_on_their_neighbours(left: str, right: str) -> None:
    together = {token.term for token in ENGLISH.tokens(f"{left}\n{right}")}
    apart = {token.term for text in (left, right) for token in ENGLISH.tokens(text)}
    assert together == apart


def test_numbers_of_terms_stay_the_same_for_ever() -> None:
    # An index on disk outlives the process that wrote it.
    indices, _ = ENGLISH.encode_query("magpie")
    assert indices.tolist() == [612633789]


def test_threads_share_an_encoder() -> None:
    texts = [" ".join(f"word{n * 7 + m}s" for m in range(50)) for n in range(200)]
    shared = Bm25Encoder()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(shared.encode_document, texts))
    for text, (indices, _) in zip(texts, found, strict=True):
        np.testing.assert_array_equal(indices, Bm25Encoder().encode_document(text)[0])


def test_importing_loads_no_stemmer() -> None:
    program = "import sys, models.bm25; sys.exit('Stemmer' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])


@pytest.mark.data
def test_stems_rank_better_than_plain_words_on_real_questions() -> None:
    folder = DATA / "retrieval_cranfield"
    if not folder.is_dir():
        pytest.skip(f"the Cranfield abstracts are not in {folder}")
    passages = [json.loads(line) for line in (folder / "corpus.jsonl").open(encoding="utf-8")]
    queries = [json.loads(line) for line in (folder / "queries.jsonl").open(encoding="utf-8")]
    postings: dict[int, list[tuple[int, float]]] = {}
    for row, passage in enumerate(passages):
        encoded = ENGLISH.encode_document(f"{passage['title']}\n{passage['text']}")
        for index, weight in zip(*encoded, strict=True):
            postings.setdefault(int(index), []).append((row, float(weight)))

    gains = []
    for query in queries:
        scores = np.zeros(len(passages))
        for index, count in zip(*ENGLISH.encode_query(query["text"]), strict=True):
            found = postings.get(int(index), [])
            idf = math.log(1 + (len(passages) - len(found) + 0.5) / (len(found) + 0.5))
            for row, weight in found:
                scores[row] += idf * weight * count
        relevant = {name for name, grade in query["relevant"].items() if grade >= 1}
        best = np.argsort(-scores, kind="stable")[:10]
        gain = sum(
            1 / math.log2(rank + 2)
            for rank, row in enumerate(best)
            if passages[row]["id"] in relevant
        )
        gains.append(gain / sum(1 / math.log2(n + 2) for n in range(min(10, len(relevant)))))
    # Without stemming .29 was measured.
    assert np.mean(gains) > 0.35
