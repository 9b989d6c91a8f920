"""Deadlines of contracts, computed from what they say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.analysis import Analysis
from pipelines.documents.contracts import (
    computed_fields,
    contract_dates,
    pdf_signatures,
    renews_itself,
)
from pipelines.documents.fields.extract import extract
from pipelines.documents.fields.schema import schema
from pipelines.documents.fields.trained import trained
from pipelines.documents.pages import view_of
from pipelines.passages import passages

TODAY = date(2026, 6, 1)


def test_the_last_day_for_notice_is_before_the_end() -> None:
    made = contract_dates(
        {"effective_date": "2025-01-01", "term": "2 years", "notice_period": "90 days"},
        TODAY,
        renews=False,
    )
    assert made.expiry == date(2027, 1, 1)
    assert made.expiry_source == "computed"
    assert made.notice_deadline == date(2026, 10, 3)
    named = {each.name: each.values[0] for each in computed_fields(made)}
    assert named["notice_deadline"].value == "2026-10-03"
    assert named["notice_deadline"].source == "rule"


def test_a_contract_that_renews_itself_is_seen_in_its_present_term() -> None:
    made = contract_dates(
        {"effective_date": "2020-02-29", "term": "1 year", "notice_period": "3 months"},
        TODAY,
        renews=renews_itself(
            "This Agreement shall automatically renew for successive periods of one year."
        ),
    )
    assert made.renews
    assert made.expiry == date(2027, 2, 28)
    assert made.notice_deadline == date(2026, 11, 28)


def test_a_stated_end_counts_and_without_one_nothing_is_invented() -> None:
    stated = contract_dates({"expiry_date": "2026-12-31", "term": "5 years"}, TODAY, renews=False)
    assert (stated.expiry, stated.expiry_source) == (date(2026, 12, 31), "stated")
    assert stated.notice_deadline is None
    assert contract_dates({"term": "5 years"}, TODAY, renews=False).expiry is None


def test_fields_of_an_agreement_are_found() -> None:
    text = (
        "MUTUAL NON-DISCLOSURE AGREEMENT\n\nThis Agreement is made as of February 10, 2017 "
        "between Kite Pharma, Inc., a Delaware corporation (“Kite”), and Gilead Sciences, Inc., a "
        "Delaware corporation (“Company”).\n\n"
        "This Agreement shall remain in effect for a period of two (2) years.\n\n"
        "Either party may terminate this Agreement upon thirty (30) days prior written notice.\n\n"
        "This Agreement shall be governed by the laws of the State of California."
    )
    units = tuple(passages(text))
    found = {
        each.name: [value.value for value in each.values]
        for each in extract(
            view_of(Analysis("document", "text/plain", units=units)),
            schema("contract"),
            trained("contract").rankers,
        )
    }
    assert found["party"] == ["Kite Pharma Inc.", "Gilead Sciences Inc."]
    assert found["effective_date"] == ["2017-02-10"]
    assert found["governing_law"] == ["California"]
    assert found["term"] == ["2 years"]
    assert found["notice_period"] == ["30 days"]


def test_an_unsigned_pdf_has_no_signature(tmp_path: Path) -> None:
    from pypdfium2 import PdfDocument

    document = PdfDocument.new()
    document.new_page(200, 200)
    document.save(str(tmp_path / "plain.pdf"))
    assert pdf_signatures(tmp_path / "plain.pdf") == ()
