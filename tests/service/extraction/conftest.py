"""A small office: invoices, contracts and a scan of nothing, read once for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from service.hub import Hub
from service.sample.documents.invoices import coffee_invoice, showcase_invoice
from service.settings import Settings

ENDS = date.today() + timedelta(days=80)

CONTRACT = f"""SERVICE AGREEMENT

This Agreement is made as of January 15, 2020 between Kite Pharma, Inc., a Delaware corporation
("Kite"), and Gilead Sciences, Inc., a Delaware corporation ("Company").

This Agreement expires on {ENDS:%B} {ENDS.day}, {ENDS.year}.

Either party may terminate this Agreement upon thirty (30) days prior written notice.

This Agreement shall be governed by the laws of the State of California. In witness whereof the
parties hereto have executed this agreement. Each party shall keep confidential information
secret; the covenants herein bind both parties.
"""

UBL = b"""<?xml version="1.0"?><Invoice xmlns="urn:x" xmlns:b="cbc" xmlns:c="cac">
<b:ID>INV-9</b:ID><b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode><c:LegalMonetaryTotal>
<b:TaxInclusiveAmount>121.00</b:TaxInclusiveAmount></c:LegalMonetaryTotal></Invoice>"""

HOUSE = """name: permit
types: [permit]
fields:
  - name: permit_number
    type: identifier
    labels: [permit number]
  - name: valid_until
    type: date
    labels: [valid until]
"""


def office(folder: Path) -> Path:
    """The files of the office."""
    folder.mkdir(parents=True)
    (folder / "coffee.pdf").write_bytes(coffee_invoice())
    (folder / "showcase.pdf").write_bytes(showcase_invoice())
    (folder / "service.txt").write_text(CONTRACT)
    (folder / "xrechnung.xml").write_bytes(UBL)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("office") / "home"
    (home / "schemas").mkdir(parents=True)
    (home / "schemas" / "permit.yaml").write_text(HOUSE)
    return home


@pytest.fixture(scope="module")
def hub(home: Path) -> Iterator[Hub]:
    with Hub(Settings(home=home, ocr="off", readers=1, offline=True)) as opened:
        assert opened.ingest([office(home.parent / "office")]).failed == 0
        yield opened


@pytest.fixture(scope="module")
def ids(hub: Hub) -> dict[str, str]:
    """Ids of the office's documents by file name."""
    return {each.name: each.id for each in hub.assets().assets}
