"""Names that contracts describe, found on a page of our own sample and in sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.documents.fields.extract import extract
from pipelines.documents.fields.parties import find_parties
from pipelines.documents.fields.party_context import party_features
from pipelines.documents.fields.schema import schema
from pipelines.documents.fields.trained import trained
from pipelines.documents.pdf_pieces import pdf_view
from service.sample.documents.contract import nda


def test_the_sample_agreement_gives_its_parties_and_term(tmp_path: Path) -> None:
    path = tmp_path / "agreement.pdf"
    path.write_bytes(nda())
    found = extract(pdf_view(path), schema("contract"), trained("contract").rankers)
    values = {each.name: [value.value for value in each.values] for each in found}
    assert values["party"] == [
        "Northgate Museum of Science and Design",
        "Longitude Exhibit Studio B.V.",
    ]
    assert values["term"] == ["2 years"]
    assert values["effective_date"] == ["2025-02-03"]
    assert values["governing_law"] == ["Ireland"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Harbour Works of Conwy, a charity registered in Wales", "Harbour Works of Conwy"),
        ("Blue Door Bakery, an\nunlimited partnership", "Blue Door Bakery"),
    ],
)
def test_a_described_name_is_found_without_a_legal_form(text: str, name: str) -> None:
    assert name in [each.name for each in find_parties(text)]


def test_what_stands_around_a_party_is_told() -> None:
    text = "Parties\n(1)\tAcme Tools, a company registered in Kent (the Seller); and"
    start = text.index("Acme")
    assert set(party_features(text, start, start + len("Acme Tools"))) == {
        "described",
        "described-role",
        "described-numbered",
        "described-between",
    }
    plain = "We met Acme Tools yesterday."
    assert not list(party_features(plain, 7, 17))
