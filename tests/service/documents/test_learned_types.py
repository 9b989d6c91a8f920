"""Types that people gave teach others, only where that is better, and can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

_SHIPS = ("Ariadne", "Borealis", "Cormorant", "Dolphin", "Esmeralda", "Fortuna", "Galatea")


def _log(ship: str) -> bytes:
    return (
        f"Watch of the {ship}. At dawn the wind came from the north and the crew reefed the main "
        f"sail. The {ship} made nine knots towards the harbour, the hull is dry, and the anchor "
        "was cleaned by the bosun. All hands are well and fed."
    ).encode()


@pytest.fixture(scope="module")
def taught(served: Any) -> Any:
    for ship in _SHIPS[:6]:
        asset_id = served.add(f"{ship}.txt", _log(ship))
        edit = {"edits": [{"field": "document_type", "action": "set", "value": "Ship's log"}]}
        assert served.client.patch(f"/v1/assets/{asset_id}", json=edit).status_code == 200
    served.add("Galatea.txt", _log("Galatea"))
    served.settle()
    return served


def test_examples_teach_a_type_that_nobody_described(taught: Any) -> None:
    before = taught.summary("Galatea.txt")["type"]
    assert before["type"] != "ship's log"
    made = taught.client.post("/v1/documents/learn").json()
    assert made["kept"], made
    assert made["examples"] == 6
    assert made["after"] > made["before"] == 0
    assert made["labels"] == ["ship's log"]
    taught.settle()
    assert taught.summary("Galatea.txt")["type"]["type"] == "ship's log"
    # What was told rightly before still is.
    assert taught.summary("invoice.txt")["type"]["type"] == "invoice"
    assert taught.summary("nda.txt")["type"]["type"] == "non-disclosure agreement"
    assert taught.client.post("/v1/documents/learn/undo").status_code == 204
    taught.settle()
    assert taught.summary("Galatea.txt")["type"]["type"] == before["type"]
    assert taught.client.post("/v1/documents/learn/undo").status_code == 404


def test_only_admins_teach(taught: Any) -> None:
    client: TestClient = taught.client
    client.post("/v1/users", json={"name": "eve", "role": "editor"})
    made = client.post("/v1/keys", json={"user": "eve", "scope": "admin"})
    headers = {"Authorization": f"Bearer {made.json()['secret']}"}
    answer = client.post("/v1/documents/learn", headers=headers)
    assert answer.status_code == 403
