"""Personal data: found where its check digits are right, with its place."""

from __future__ import annotations

import pytest

from pipelines.analysis import Analysis
from pipelines.documents.pages import view_of
from pipelines.documents.personal_data import find_personal_data, masked
from pipelines.passages import passages


def kinds(text: str) -> list[tuple[str, str]]:
    view = view_of(Analysis("document", "text/plain", units=tuple(passages(text))))
    return [(each.kind, each.evidence.text) for each in find_personal_data(view)]


def test_each_kind_is_found_where_it_stands() -> None:
    text = (
        "Write to anna.b+x@example.org or call +49 170 1234567.\n\nIBAN DE89 3704 0044 0532 0130 00"
        "\n\nCard 4111 1111 1111 1111, tax id 86095742719, SSN 123-45-6789, NI AB123456C."
    )
    assert kinds(text) == [
        ("email", "anna.b+x@example.org"),
        ("phone", "+49 170 1234567"),
        ("iban", "DE89 3704 0044 0532 0130 00"),
        ("card", "4111 1111 1111 1111"),
        ("national_id", "86095742719"),
        ("national_id", "123-45-6789"),
        ("national_id", "AB123456C"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Card 4111 1111 1111 1112",
        "IBAN DE89 3704 0044 0532 0130 01",
        "invoice 2026-0001-4711, total 1.234,56 EUR",
        "tax id 86095742718",
        "000-45-6789",
    ],
)
def test_what_does_not_check_out_is_left(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("email", "anna.miller@example.co.uk", "a…@e….uk"),
        ("iban", "DE89 3704 0044 0532 0130 00", "DE…00"),
        ("card", "4111 1111 1111 1111", "…1111"),
        ("phone", "+49 40 123456", "…56"),
        ("national_id", "123-45-6789", "…89"),
    ],
)
def test_a_masked_value_cannot_be_used(kind: str, text: str, shown: str) -> None:
    assert masked(kind, text) == shown
