"""Dates, amounts, numbers with checksums, durations and names as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.documents.fields import identifiers
from pipelines.documents.fields.dates import day_first, find_dates, parse_date
from pipelines.documents.fields.durations import add_duration, parse_duration
from pipelines.documents.fields.money import find_money
from pipelines.documents.fields.parties import find_parties, party_key
from pipelines.documents.fields.spelling import known_words, respell


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31. März 2026", date(2026, 3, 31)),
        ("18 april 2014", date(2014, 4, 18)),
        ("the 15th day of March, 2006", date(2006, 3, 15)),
        ("March 25, 2018", date(2018, 3, 25)),
        ("2026-03-31", date(2026, 3, 31)),
        ("31.03.26", date(2026, 3, 31)),
        ("DATE:25/12/2018 8:13PM", date(2018, 12, 25)),
        ("12/28/2017", date(2017, 12, 28)),
        ("le 1er février 2020", date(2020, 2, 1)),
        ("31/02/2020", None),
        ("version 1.2.3", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert parse_date(text) == day


def test_the_document_tells_whether_the_day_comes_first() -> None:
    american = "Issued 03/04/2026, due 03/28/2026"
    assert not day_first(american)
    found = [each.day for each in find_dates(american, day_comes_first=day_first(american))]
    assert found == [date(2026, 3, 4), date(2026, 3, 28)]
    assert day_first("Ausgestellt 03.04.2026, fällig 28.04.2026")
    assert not day_first("Springfield, IL 62701: 03/04/2026")


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1.234,56 €", "1234.56", "EUR"),
        ("$1,234.56", "1234.56", "USD"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("RM 3.30", "3.30", "MYR"),
        ("Total 12.00", "12.00", ""),
        ("-9,32 EUR", "-9.32", "EUR"),
        ("£ 500", "500", "GBP"),
    ],
)
def test_amounts(text: str, value: str, currency: str) -> None:
    (found,) = find_money(text)
    assert (found.value, found.currency) == (Decimal(value), currency)


@pytest.mark.parametrize("text", ["21%", "order 4711", "25.12.2018", "1.2.3.4"])
def test_other_numbers_are_no_amounts(text: str) -> None:
    assert not list(find_money(text))


def test_checksums() -> None:
    assert identifiers.iban("DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert not identifiers.iban("DE89 3704 0044 0532 0130 01")
    assert identifiers.vat("DE 136 695 976") == "DE136695976"
    assert not identifiers.vat("DE 136 695 977")
    assert identifiers.vat("NL810433941B01")
    assert not identifiers.vat("NL810433942B01")
    assert identifiers.luhn("4111111111111111")
    assert not identifiers.luhn("4111111111111112")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("two (2) years", "2 years"),
        ("a period of 18 months", "18 months"),
        ("one year", "1 year"),
        ("mit einer Frist von drei Monaten", "3 months"),
        ("thirty (30) days", "30 days"),
    ],
)
def test_durations(text: str, written: str) -> None:
    found = parse_duration(text)
    assert found is not None
    assert found.written() == written


def test_months_end_where_the_shorter_one_does() -> None:
    month = parse_duration("1 month")
    assert month is not None
    assert add_duration(date(2026, 3, 31), month, -1) == date(2026, 2, 28)
    assert add_duration(date(2023, 12, 31), month) == date(2024, 1, 31)


def test_names_of_companies_and_people() -> None:
    text = (
        "This Agreement is between Kite Pharma, Inc., a Delaware corporation (“Kite”), and Jane Q. "
        "Miller (“Consultant”)."
    )
    names = [found.name for found in find_parties(text)]
    assert "Kite Pharma Inc." in names
    assert "Jane Q. Miller" in names


def test_spellings_of_one_name_have_one_key() -> None:
    keys = {party_key(t) for t in ("LEGGETT & PLATT, INCORPORATED", "Leggett and Platt Inc.")}
    assert len(keys) == 1


def test_slips_in_known_words_are_put_right_and_others_stay() -> None:
    known = known_words(["40150 SELANGOR", "Selangor Darul", "selangor"])
    assert respell("Selaugor 40151 Salangar", known) == "Selangor 40151 Salangar"
