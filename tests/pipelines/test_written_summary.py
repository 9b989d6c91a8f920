"""A summary that a model wrote stands only with what its source says."""

from __future__ import annotations

import pytest

from pipelines.documents.summary.written import cleaned, unsupported

_SOURCE = (
    "Blackbird Media GmbH rents the hall in Utrecht from Northwind Ltd for 1,200 euros a month. "
    "The lease begins on 31 March 2026 and ends after five years; see lease@northwind.example."
)


@pytest.mark.parametrize(
    "written",
    [
        "Blackbird Media rents a hall in Utrecht for 1,200 euros a month, from 31 March 2026.",
        "The lease begins on 2026-03-31. It ends after 5 years.".replace("5", "five"),
        "Overall, Northwind lets the hall. Questions: lease@northwind.example".replace(
            "Questions", "See"
        ),
        "However, the lease ends after five years.",
    ],
)
def test_what_the_source_says_may_stand(written: str) -> None:
    assert unsupported(written, _SOURCE) == ()


@pytest.mark.parametrize(
    ("written", "missing"),
    [
        ("Blackbird rents the hall for 2,100 euros.", "2,100"),
        ("Contoso rents the hall in Utrecht.", "Contoso"),
        ("Blackbird rents it. Contoso pays.", "Contoso"),
        ("- Contoso pays the rent.", "Contoso"),
        ("The lease begins on 1 April 2026.", "1 April 2026"),
        ("The lease ends after seven years.", "seven"),
        ("Pay at https://evil.example/pay now.", "https://evil.example/pay"),
        ("Write to owner@evil.example.", "owner@evil.example."),
    ],
)
def test_what_it_does_not_say_is_named(written: str, missing: str) -> None:
    assert missing.rstrip(".") in {each.rstrip(".") for each in unsupported(written, _SOURCE)}


def test_a_written_text_is_cleaned() -> None:
    assert cleaned("\x1b[31mA  lease.\x00\n\n\n Two ") == "[31mA lease.\nTwo"
