"""A served library of documents: a contract, an invoice, a policy and a scan without text."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api.app import create_app
from service.api.security import Keys
from service.hub import Hub
from service.settings import Settings

NDA = """MUTUAL NON-DISCLOSURE AGREEMENT

This agreement is made by and between Blackbird Media GmbH and Northwind Traders Ltd.

1. Purpose
The parties disclose confidential information to each other to plan an exhibition in Utrecht.

2. Term
The duties of confidentiality shall remain in force for a period of three years from signature.

3. Governing law
This agreement shall be governed by the laws of Switzerland, and the courts of Zurich decide.

Questions go to anna.miller@blackbird.example or +41 44 123 45 67.
"""
INVOICE = """INVOICE

Invoice number: 4711
Invoice date: 31.03.2026
Bill to: Example Ltd
Consulting 1,000.00 EUR
VAT 190.00 EUR
Amount due: 1,190.00 EUR
Due date: 30.04.2026
IBAN DE89 3704 0044 0532 0130 00
"""
POLICY = """# Travel policy

## Trains
Employees travel by train in second class. Night trains may be booked as a single cabin.

## Hotels
A hotel may cost 140 euros a night in large cities, breakfast included. Breakfast that is not
included is repaid up to 15 euros against a receipt.
"""
RULES = """rules:
  - name: books are kept
    set: {department: Finance, retention_class: books, retention period: 10 years}
    fields: {document_type: [invoice, receipt]}
  - name: exhibition in Utrecht
    set: {project: Utrecht}
    words: [exhibition in utrecht]
"""
TYPES = """labels:
  - name: travel policy
    under: policy
    describe: [a policy that says which trains, flights and hotels employees may book]
    words: {hotels: 1, trains: 1, travel policy: 2}
    title: [travel policy]
"""


@dataclass
class Served:
    """A server in this process; ``client`` carries the owner's token."""

    client: TestClient
    settings: Settings
    ids: dict[str, str] = field(default_factory=dict)
    nda: str = NDA
    invoice: str = INVOICE
    policy: str = POLICY

    @property
    def hub(self) -> Hub:
        return self.client.app.state.hub  # type: ignore[attr-defined,no-any-return]

    def add(self, name: str, data: bytes) -> str:
        """Upload a file and wait until it was described; its id."""
        answer = self.client.post("/v1/assets", files=[("files", (name, data))])
        assert answer.status_code == 202, answer.text
        (upload,) = answer.json()
        self.ids[name] = str(upload["asset"]["id"])
        self.settle(upload["job_id"])
        return self.ids[name]

    def add_all(self, texts: dict[str, str]) -> None:
        """Upload text files and wait until they were described."""
        files = [("files", (name, text.encode())) for name, text in texts.items()]
        answer = self.client.post("/v1/assets", files=files)
        assert answer.status_code == 202, answer.text
        uploads = answer.json()
        self.ids |= {each["asset"]["name"]: each["asset"]["id"] for each in uploads}
        for job_id in {each["job_id"] for each in uploads}:
            self.settle(job_id)

    def settle(self, job_id: str | None = None) -> None:
        """Wait until nothing is to be read or described."""
        end = time.monotonic() + 120
        while job_id and self.client.get(f"/v1/jobs/{job_id}").json()["state"] != "done":
            assert time.monotonic() < end, "the job does not end"
            time.sleep(0.02)
        self.hub.describe_documents()

    def get(self, path: str, **params: Any) -> Any:
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def summary(self, name: str) -> Any:
        return self.get(f"/v1/assets/{self.ids[name]}/summary")

    def values(self, name: str) -> dict[str, Any]:
        """What a record shows, by field."""
        detail = self.get(f"/v1/assets/{self.ids[name]}")
        return {each["name"]: each for each in detail["values"] if each["shown"]}

    def found(self, where: str) -> set[str]:
        return {each["name"] for each in self.get("/v1/assets", where=where)["assets"]}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("documents")
    (home / "document_rules.yaml").write_text(RULES, encoding="utf-8")
    (home / "document_types.yaml").write_text(TYPES, encoding="utf-8")
    settings = Settings(home=home, ocr="off", readers=1)
    keys = Keys.of_home(settings.home)
    headers = {"Authorization": f"Bearer {keys.token}"}
    with TestClient(
        create_app(settings, keys), base_url="http://localhost", headers=headers
    ) as client:
        made = Served(client, settings)
        made.add("nda.txt", NDA.encode())
        made.add("invoice.txt", INVOICE.encode())
        made.add("travel.md", POLICY.encode())
        yield made
