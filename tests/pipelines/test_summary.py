"""Summaries: real sentences, each once, in order, within their length."""

from __future__ import annotations

from pipelines.analysis import Unit
from pipelines.documents.summary.extractive import summarise
from pipelines.documents.summary.levels import summaries
from pipelines.documents.summary.sentences import sentences_of
from pipelines.documents.summary.written import unsupported
from pipelines.passages import passages

TEXT = (
    "Oil prices rose sharply on Monday after Mr. Smith of Shell Inc. said supply would fall. "
    "Oil prices have risen by 12% this year as demand for oil grows in Asia. "
    "The weather was fine.\n\n"
    "Analysts expect that oil prices and demand will rise further next year. "
    "Airlines said higher oil prices would raise the price of tickets. "
    "A cat sat on a mat near the river all day."
)


def test_sentences_end_where_they_do_and_say_where_they_stand() -> None:
    found = sentences_of(passages(TEXT, page=3))
    assert len(found) == 6
    assert found[0].text.endswith("supply would fall.")
    assert {sentence.page for sentence in found} == {3}
    assert all(TEXT[each.start : each.end] == each.text for each in found)
    assert found[2].paragraph != found[3].paragraph


def test_overlapping_passages_give_a_sentence_once() -> None:
    long = " ".join(f"Sentence number {n} tells about matter {n % 7} in words." for n in range(80))
    units = passages(long)
    assert len(units) > 3
    found = [sentence.text for sentence in sentences_of(units)]
    assert len(found) == len(set(found)) == 80


def test_a_summary_says_what_the_text_is_about() -> None:
    found = sentences_of(passages(TEXT))
    summary = summarise(found, words=32)
    assert "cat" not in summary.text
    assert "weather" not in summary.text
    assert "oil prices" in summary.text.lower()
    assert len(summary.text.split()) <= 32
    starts = [sentence.start for sentence in summary.sentences]
    assert starts == sorted(starts)


def test_nothing_gives_an_empty_summary_and_one_long_sentence_itself() -> None:
    assert summarise([], words=20).text == ""
    assert summaries(sentences_of([Unit("image", "image")])).short.text == ""
    one = sentences_of(passages("word " * 90 + "end."))
    assert summarise(one, words=5).sentences == tuple(one)


def test_a_repetition_is_left_out() -> None:
    again = "The board approved the merger with Acme for 5 million euros in May. "
    text = again + again.replace("approved", "has approved") + "Staff of Acme keep their jobs."
    summary = summarise(sentences_of(passages(text)), words=20)
    assert "jobs" in summary.text


def test_numbers_and_names_that_the_source_lacks_are_named() -> None:
    assert unsupported("Oil prices rose by 12%, said Smith of Shell.", TEXT) == ()
    assert unsupported("Prices rose by 13%, said Smith of Esso.", TEXT) == ("13", "Esso")
    source = "Signed on 31 March 2026 by Acme."
    assert unsupported("It was signed on 2026-03-31.", source) == ()
    assert unsupported("It was signed on 2026-04-01.", source) == ("2026-04-01",)
