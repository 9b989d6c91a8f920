"""The text of pages put together again, its language, how well it was read, and its headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.analysis import Unit
from pipelines.documents.grade import grade
from pipelines.documents.language import UNKNOWN, language_of
from pipelines.documents.outline import key_clauses, outline
from pipelines.documents.page_texts import PartText, page_texts
from pipelines.documents.summary.sentences import sentences_of
from pipelines.passages import passages

_PROSE = (
    "The committee met in the small hall on the first floor and spoke about the budget of the "
    "coming year, which is lower than that of the year before."
)


@given(st.lists(st.sampled_from(["One sentence stands here. ", "and ", "a word\n", "\n\n"])))
def test_passages_give_their_page_back(pieces: list[str]) -> None:
    text = "".join(pieces * 9)
    (part,) = page_texts(passages(text, page=2)) or [PartText(2, "", ())]
    assert part.text.split() == text.split()
    for unit in part.units:
        assert part.text[unit.char_start or 0 :].startswith(unit.text)


def test_recognised_text_comes_after_that_of_the_file_and_attachments_come_last() -> None:
    units = [
        Unit("attachment:0/passage:0", "passage", page=1, text="An attached page."),
        Unit("ocr:page:1:0", "passage", page=1, text="Seen.", confidence=0.5, source_model="ocr@1"),
        Unit("passage:0", "passage", page=1, text="Written."),
        Unit("passage:1", "passage", page=2, text="More."),
    ]
    assert [part.text for part in page_texts(units)] == [
        "Written.", "Seen.", "More.", "An attached page.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", _PROSE),
        ("de", "Der Vertrag wird auf unbestimmte Zeit geschlossen und kann von jeder der Parteien "
         "mit einer Frist von drei Monaten zum Ende des Jahres gekündigt werden."),
        ("fr", "Le contrat est conclu pour une durée de deux ans et peut être résilié par une des "
         "parties dans les conditions qui sont prévues par la loi."),
        ("es", "El contrato se firma por un periodo de dos años y puede ser cancelado por una de "
         "las partes con un aviso de tres meses."),
        ("ja", "この契約は二年間有効であり、いずれの当事者も解約できます。"),
        ("zh", "本合同有效期为两年，任何一方均可提前三个月通知解除。"),
        ("ru", "Договор заключён на два года и может быть расторгнут любой из сторон."),
    ],
)  # fmt: skip
def test_the_language_of_a_paragraph_is_told(tag: str, text: str) -> None:
    assert language_of(text).tag == tag


@pytest.mark.parametrize("text", ["", "12.50 EUR", "Total 3 pcs ABC-99", "Zyx qwv blk " * 20])
def test_what_is_in_no_language_is_told_to_be_in_none(text: str) -> None:
    assert language_of(text) == UNKNOWN


def test_a_page_is_graded_by_its_engine_its_words_and_its_characters() -> None:
    assert grade(1, [PartText(1, _PROSE, ())], "en").mark == "good"
    assert grade(1, [PartText(1, _PROSE, (), 0.86)], "en").mark == "fair"
    assert grade(1, [PartText(1, _PROSE, (), 0.6)], "en").mark == "poor"
    noise = grade(
        3, [PartText(3, "Tbe c0rnmittce rnct iu thc srnall ha1l ou tbe flrst fl0or " * 3, ())], "en"
    )
    assert noise.mark == "poor"
    assert "look like words" in noise.reasons[0]
    broken = grade(1, [PartText(1, f"{_PROSE}\ufffd\ufffd", ())], "en")
    assert (broken.mark, len(broken.reasons)) == ("fair", 1)
    empty = grade(4, [])
    assert (empty.mark, empty.reasons) == ("poor", ("No text was found on this page.",))


@given(st.text(max_size=300))
def test_any_text_is_graded_and_has_a_language_or_none(text: str) -> None:
    assert grade(1, [PartText(1, text, ())], language_of(text).tag).mark in {"good", "fair", "poor"}


_CONTRACT = """Services agreement made by and between Blackbird Media GmbH and Northwind Ltd.

1. Services
The supplier writes reports for the customer.

2. Term
This agreement shall remain in force for a period of two years from the date of signature.

3. Termination
Either party may terminate this agreement by giving three months' written notice to the other.

12 Hampshire Street

4. Governing law
This agreement shall be governed by the laws of the Netherlands.
"""


def test_numbered_lines_make_an_outline_and_house_numbers_do_not() -> None:
    found = outline(page_texts(passages(_CONTRACT, page=1)))
    assert [each.text for each in found] == [
        "1. Services", "2. Term", "3. Termination", "4. Governing law",
    ]  # fmt: skip
    assert {each.page for each in found} == {1}


def test_headings_that_the_file_marks_come_first() -> None:
    units = [
        Unit("passage:0", "passage", text="We travel by train.", section="Travel"),
        Unit("passage:1", "passage", text="1. Beds\nWe sleep well.", section="Hotels"),
    ]
    assert [each.text for each in outline(page_texts(units))] == ["Travel", "Hotels"]


def test_the_clauses_that_lawyers_look_for_are_found() -> None:
    found = {each.matter: each.sentence for each in key_clauses(sentences_of(passages(_CONTRACT)))}
    assert "two years" in found["term"].text
    assert "three months" in found["termination"].text
    assert "Netherlands" in found["governing law"].text
    assert "Blackbird" in found["parties"].text
    assert "liability" not in found
