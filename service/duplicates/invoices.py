"""Invoices of the catalog that may have been paid twice: vendor, number and amount are equal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict

from sqlalchemy import select

from pipelines.duplicates.invoices import Invoice, invoice_links
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.duplicates.links import Found, LinkStore
from service.duplicates.progress import Progress
from service.extraction.tables import Extraction, FieldEntry

METHOD = "invoices-1"

_SCHEMA = "invoice"
_NAMES = ("seller", "number", "total", "currency")


class InvoiceFinder:
    """Links invoices by what was read from them, or what people said instead."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, store: LinkStore, progress: Progress) -> int:
        """Compare all invoices anew, since people correct their fields; how many there are."""
        progress("Comparing invoices", 0, 0)
        fields = self._fields()
        names = sorted(fields)
        invoices = [
            Invoice(
                vendor=fields[name].get("seller", ""),
                number=fields[name].get("number", ""),
                amount=fields[name].get("total", ""),
                currency=fields[name].get("currency", ""),
            )
            for name in names
        ]
        store.replace(
            METHOD,
            [
                Found(
                    names[link.first],
                    names[link.second],
                    link.kind,
                    link.score,
                    {"invoice": asdict(link.evidence)},
                )
                for link in invoice_links(invoices)
            ],
        )
        return len(names)

    def _fields(self) -> dict[str, dict[str, str]]:
        """What is known of the invoices of records that are not in the trash, by content."""
        rows = (
            select(Asset.sha256, FieldEntry.name, FieldEntry.value, FieldEntry.source)
            .join(Asset, Asset.id == FieldEntry.asset_id)
            .join(Extraction, Extraction.asset_id == Asset.id)
            .where(
                FieldEntry.until.is_(None),
                FieldEntry.schema == _SCHEMA,
                FieldEntry.name.in_(_NAMES),
                FieldEntry.place == 0,
                Extraction.sha256 == Asset.sha256,
                Asset.trashed_at.is_(None),
            )
            .order_by(Asset.sha256, FieldEntry.id)
        )
        found: dict[str, dict[str, str]] = defaultdict(dict)
        said: set[tuple[str, str]] = set()
        with self._database.read() as session:
            for row in session.execute(rows):
                key = (row.sha256, row.name)
                # What a person says counts, also that there is nothing.
                if row.source == "human" or key not in said:
                    found[row.sha256][row.name] = row.value or ""
                if row.source == "human":
                    said.add(key)
        return dict(found)
