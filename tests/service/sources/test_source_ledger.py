"""What scans keep, on every kind of database: rows come in the order of listings."""

from __future__ import annotations

from service.catalog.database import Database
from service.sources.ledger import Ledger
from service.sources.tables import Source

_NAMES = ("/in/B.jpg", "/in/a b.jpg", "/in/a.jpg", "/in/a/1.jpg", "/in/é.jpg", "/in/☕.jpg")


def test_rows_come_in_the_order_of_code_points(catalog_url: str) -> None:
    database = Database(catalog_url)
    database.migrate()
    with database.write() as session:
        session.add(Source(id="1", url="/in"))
    ledger = Ledger(database)
    assert ledger.note("1", cursor="", taken=dict.fromkeys(_NAMES, "x"))
    assert [seen.origin for seen in ledger.seen_after("1", "", 9)] == sorted(_NAMES)
    assert [seen.origin for seen in ledger.seen_after("1", "/in/a.jpg", 1)] == ["/in/a/1.jpg"]
    ledger.note("1", cursor="", taken={}, gone=["/in/é.jpg"], moved=["/in/a.jpg"])
    ledger.finish("1", "")
    left = [seen.origin for seen in ledger.seen_after("1", "", 9)]
    assert left == sorted(set(_NAMES) - {"/in/é.jpg", "/in/a.jpg"})
    assert not ledger.note("2", cursor="", taken={})
    database.close()
