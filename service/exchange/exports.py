"""Records as files, made while they are sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.access.predicate import seen_assets
from service.access.viewer import Viewer
from service.catalog.database import Database
from service.catalog.tables import Asset
from service.downloads.bundle import Item, Outcome, bundle
from service.downloads.rendition import Rendition
from service.record.as_csv import write_csv
from service.record.as_json_ld import to_json_ld
from service.record.as_jsonl import to_json_line
from service.record.as_xmp import to_xmp
from service.record.entries import Key
from service.record.fieldset import FieldSet
from service.record.records import Record
from service.records.assembly import entries_for
from service.records.editor import RecordEditor
from service.records.shown import records_of
from service.records.tables import RecordTerm

Format = Literal["csv", "jsonl", "xmp", "json-ld"]

_CHUNK = 250


@dataclass(frozen=True, slots=True)
class Export:
    """A file on its way: its name, media type and bytes, made as they are taken."""

    name: str
    media_type: str
    data: Iterator[bytes]


class Exports:
    """Hands out the records that one viewer sees."""

    def __init__(
        self, database: Database, editor: RecordEditor, fields: FieldSet, viewer: Viewer
    ) -> None:
        self._database = database
        self._editor = editor
        self._fields = fields
        self._viewer = viewer

    def export(self, format_: Format, where: str = "", *, history: bool = False) -> Export:
        """The records that some words select, oldest first; all where there are none.

        Args:
            history: with every value that was ever said, and by whom; JSON Lines only.

        Raises:
            InvalidSelection: the words cannot be understood.
        """
        ids = self._editor.select(where)
        if format_ == "csv":
            return Export("records.csv", "text/csv; charset=utf-8", self._as_csv(ids))
        if format_ == "jsonl":
            lines = self._as_lines(ids, history=history)
            return Export("records.jsonl", "application/x-ndjson", lines)
        if format_ == "xmp":
            return Export("records-xmp.zip", "application/zip", self._as_sidecars(ids))
        return Export("records.jsonld", "application/ld+json", self._as_linked_data(ids))

    def _as_csv(self, ids: Sequence[str]) -> Iterator[bytes]:
        columns = self._columns(ids)
        for line in write_csv(self._records(ids), self._fields, columns):
            yield line.encode()

    def _columns(self, ids: Sequence[str]) -> list[Key]:
        """The fields that people write and that some record fills, in order."""
        used: set[Key] = set()
        for chunk in _chunked(ids):
            with self._database.read() as session:
                terms = select(RecordTerm.name, RecordTerm.language).distinct()
                rows = session.execute(terms.where(RecordTerm.asset_id.in_(chunk)))
                used.update((row.name, row.language) for row in rows)
        place = {each.name: number for number, each in enumerate(self._fields) if each.writable}
        known = [key for key in used if key[0] in place]
        return sorted(known, key=lambda key: (place[key[0]], key[1]))

    def _as_lines(self, ids: Sequence[str], *, history: bool) -> Iterator[bytes]:
        for chunk in _chunked(ids):
            with self._database.read() as session:
                assets = self._assets(session, chunk)
                records = records_of(session, assets, self._fields)
                said = entries_for(session, assets, self._fields, with_ended=True)
            for record in records.values():
                entries = [each for each in said[record.id] if self._fields.get(each.name)]
                line = to_json_line(record, self._fields, entries if history else ())
                yield line.encode() + b"\n"

    def _as_sidecars(self, ids: Sequence[str]) -> Iterator[bytes]:
        def nothing_more(_: Outcome) -> list[tuple[str, str]]:
            return []

        items = (
            Item(record.id, record.file_name, _sidecar(record, self._fields))
            for record in self._records(ids)
        )
        return bundle(items, nothing_more)

    def _as_linked_data(self, ids: Sequence[str]) -> Iterator[bytes]:
        mark = b"[\n"
        for record in self._records(ids):
            yield mark + json.dumps(to_json_ld(record, self._fields), ensure_ascii=False).encode()
            mark = b",\n"
        yield b"[]\n" if mark == b"[\n" else b"\n]\n"

    def _records(self, ids: Sequence[str]) -> Iterator[Record]:
        for chunk in _chunked(ids):
            with self._database.read() as session:
                assets = self._assets(session, chunk)
                records = records_of(session, assets, self._fields)
            yield from records.values()

    def _assets(self, session: Session, ids: Sequence[str]) -> list[Asset]:
        # Asked again: access may have changed since the records were chosen.
        chosen = select(Asset).where(
            Asset.id.in_(ids), Asset.trashed_at.is_(None), *seen_assets(self._viewer)
        )
        return list(session.scalars(chosen.order_by(Asset.id)))


def _sidecar(record: Record, fields: FieldSet) -> Callable[[], Rendition]:
    return lambda: Rendition(
        f"{record.file_name}.xmp".replace("/", "_"), "application/rdf+xml", to_xmp(record, fields)
    )


def _chunked(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
