"""Documents that say the same, or nearly, are told apart; what differs stands side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import update

from service.catalog.tables import Asset
from service.duplicates import schemas
from service.duplicates.tables import DuplicateLink
from service.errors import BadRequest
from service.extraction.tables import Extraction, FieldEntry

_CLAUSES = """The supplier delivers the goods listed in the annex to the site of the buyer within
thirty days of the order. The buyer inspects the goods on arrival and tells the supplier of every
defect within one week. Title passes to the buyer once the price is paid in full. Neither party
answers for delays that come from storms, strikes or acts of the authorities. Changes of this
agreement need the written form. The courts at the seat of the supplier decide on all disputes.
Each party keeps what it learns of the business of the other to itself for five years after the
end of this agreement, and returns all papers that it was given when the other asks for them."""

_OTHER = """The museum opens on Tuesdays. Visitors leave bags and umbrellas at the desk, follow
the arrows through the twelve rooms, and find the garden behind the last of them. Guides speak of
the paintings at eleven and at three; children draw with chalk in the courtyard meanwhile."""


def _contract(party: str, amount: str) -> str:
    between = f"Between Nordwind Ltd and {party}. Price: {amount} euros."
    return f"Supply agreement\n\n{between}\n\n{_CLAUSES}\n"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory, open_album: Any) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("documents") / "in"
    folder.mkdir()
    texts = {
        "agreement.txt": _contract("Alster Trading", "12,500"),
        "agreement.html": "<html><body><p>"
        + _contract("Alster Trading", "12,500").replace("\n\n", "</p><p>")
        + "</p></body></html>",
        "agreement new price.txt": _contract("Alster Trading", "13,900"),
        "museum.txt": _OTHER,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    yield from open_album(tmp_path_factory.mktemp("home"), folder)


def _of(shelf: Any, *kinds: str) -> list[set[str]]:
    names = {id_: name for name, id_ in shelf.ids.items()}
    page = shelf.hub.desk.duplicates.page(schemas.GroupQuery(kinds=list(kinds)))
    return [{names[each.id] for each in group.members} for group in page.groups]


def test_other_formats_and_other_prices_are_told_apart(shelf: Any) -> None:
    assert shelf.scan().state == "done"
    assert _of(shelf, "same_text") == [{"agreement.txt", "agreement.html"}]
    (versions,) = _of(shelf, "near_text")
    assert "agreement new price.txt" in versions
    assert "museum.txt" not in versions
    page = shelf.hub.desk.duplicates.page(schemas.GroupQuery(kinds=["near_text"]))
    assert not page.groups[0].mergeable
    assert page.groups[0].frees == 0
    shown = shelf.hub.desk.duplicates.show(page.groups[0].id)
    differing = [span for link in shown.links for span in link.evidence.get("differing", [])]
    assert any({"12,500", "13,900"} == set(span) for span in differing)
    with pytest.raises(BadRequest):
        shelf.hub.desk.duplicates.resolve(
            schemas.ResolveRequest(group_ids=[page.groups[0].id], apply=True)
        )


def test_an_invoice_that_came_twice_is_a_possible_double_payment(shelf: Any) -> None:
    database = shelf.hub._database
    pair = ("museum.txt", "agreement.txt")
    fields = {"seller": "Nordwind Ltd", "number": "2024-0117", "total": "249.90"}
    with database.write() as session:
        for name in pair:
            asset = session.get_one(Asset, shelf.ids[name])
            session.merge(Extraction(asset_id=asset.id, sha256=asset.sha256, schema="invoice"))
            session.flush()
            session.add_all(
                FieldEntry(
                    asset_id=asset.id, schema="invoice", name=field, value=value, source="rule"
                )
                for field, value in fields.items()
            )
    shelf.scan()
    assert set(pair) in _of(shelf, "same_invoice")
    page = shelf.hub.desk.duplicates.page(schemas.GroupQuery(kinds=["same_invoice"]))
    shown = shelf.hub.desk.duplicates.show(page.groups[0].id)
    assert "number 2024-0117 of Nordwind Ltd, 249.90" in shown.links[-1].says
    with database.write() as session:
        session.execute(
            update(FieldEntry)
            .where(FieldEntry.asset_id == shelf.ids["museum.txt"], FieldEntry.name == "total")
            .values(value="249.91")
        )
    shelf.scan()
    assert _of(shelf, "same_invoice") == []
    with database.read() as session:
        kinds = {row.kind for row in session.query(DuplicateLink)}
    assert "same_invoice" not in kinds
