"""An access rule on the type of a document holds from the first moment, for all kinds of it."""

from __future__ import annotations

import time
from pathlib import Path

from fastapi.testclient import TestClient

from service.api.app import create_app
from service.api.security import Keys
from service.settings import Settings

_NDA = (
    "MUTUAL NON-DISCLOSURE AGREEMENT\n\nThis agreement is made by and between Blackbird Media GmbH "
    "and Northwind Traders Ltd. The parties keep confidential information of each other secret. "
    "This agreement shall be governed by the laws of Switzerland."
)
_RULES = """rules:
  - name: contracts
    collection: Legal
    groups: [legal]
    fields: {document_type: [contract]}
"""


def test_nobody_sees_a_contract_before_its_type_is_known(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "access.yaml").write_text(_RULES, encoding="utf-8")
    settings = Settings(home=home, ocr="off", readers=1)
    keys = Keys.of_home(home)
    owner = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(
        create_app(settings, keys), base_url="http://localhost", headers=owner
    ) as client:
        client.post("/v1/users", json={"name": "eve", "role": "reader"})
        key = client.post("/v1/keys", json={"user": "eve", "scope": "read"}).json()["secret"]
        eve = {"Authorization": f"Bearer {key}"}
        texts = {"nda.txt": _NDA, "note.txt": "The spring was mild and dry, and the roses are out."}
        ids = {}
        for name, text in texts.items():
            (upload,) = client.post("/v1/assets", files=[("files", (name, text.encode()))]).json()
            ids[name] = upload["asset"]["id"]
        end = time.monotonic() + 90
        while client.get(f"/v1/assets/{ids['note.txt']}", headers=eve).status_code != 200:
            assert client.get(f"/v1/assets/{ids['nda.txt']}", headers=eve).status_code == 404
            assert time.monotonic() < end
            time.sleep(0.02)
        while client.get(f"/v1/assets/{ids['nda.txt']}/summary").json()["state"] != "described":
            assert time.monotonic() < end
            time.sleep(0.02)
        for part in ("", "/summary", "/passages", "/pages/1"):
            answer = client.get(f"/v1/assets/{ids['nda.txt']}{part}", headers=eve)
            assert answer.status_code == 404
        listed = client.get("/v1/documents", headers=eve).json()["documents"]
        assert [each["name"] for each in listed] == ["note.txt"]
        shown = client.get(f"/assets/{ids['nda.txt']}").text
        assert "What it says" in shown
        assert "non-disclosure agreement" in shown.lower()
