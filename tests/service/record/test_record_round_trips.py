"""Record -> file -> record is equal, whatever stands in the record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.metadata.xmp import parse_xmp
from pipelines.metadata.xmp_fields import property_values
from service.record.as_csv import columns_of, read_csv, write_csv
from service.record.as_json_ld import from_json_ld, to_json_ld
from service.record.as_jsonl import from_json_line, to_json_line
from service.record.as_xmp import from_xmp, to_xmp
from service.record.csv_cells import guarded, unguarded
from service.record.entries import Entry
from service.record.errors import InvalidFile
from service.record.fieldset import FieldSet
from service.record.from_reading import entries_of
from service.record.records import Record
from service.record.resolve import resolve, shown

_AT = datetime(2027, 3, 4, 5, 6, 7, 890, tzinfo=UTC)
_some = settings(max_examples=120, deadline=None)

Make = Callable[..., st.SearchStrategy[Record]]


@_some
@given(st.data())
def test_csv(lax_fields: FieldSet, any_record: Make, data: st.DataObject) -> None:
    records = data.draw(st.lists(any_record(lax_fields), max_size=3))
    text = "".join(write_csv(records, lax_fields, columns_of(records, lax_fields)))
    assert list(read_csv(text, lax_fields)) == records
    for row in csv.reader(io.StringIO(text[1:], newline="")):
        for cell in row:
            assert not cell.startswith(("=", "@", "\t")), "a spreadsheet would run this cell"


@_some
@given(st.data())
def test_json_lines(lax_fields: FieldSet, any_record: Make, data: st.DataObject) -> None:
    record = data.draw(any_record(lax_fields))
    entries = tuple(
        Entry(name=name, language=language, content=content, source="human", since=_AT, actor="ann")
        for (name, language), content in record.contents.items()
    )
    ended = tuple(
        Entry(name=entry.name, content=None, source="human", since=_AT, until=_AT)
        for entry in entries
    )
    line = to_json_line(record, lax_fields, entries + ended)
    assert "\n" not in line
    assert from_json_line(line, lax_fields) == (record, entries + ended)


@_some
@given(st.data())
def test_json_ld(lax_fields: FieldSet, any_record: Make, data: st.DataObject) -> None:
    record = data.draw(any_record(lax_fields))
    told = json.loads(json.dumps(to_json_ld(record, lax_fields)))
    assert from_json_ld(told, lax_fields) == record


@_some
@given(st.data())
def test_xmp_sidecar(lax_fields: FieldSet, any_record: Make, data: st.DataObject) -> None:
    record = data.draw(any_record(lax_fields, writable_only=True))
    assert from_xmp(to_xmp(record, lax_fields), lax_fields) == record


@_some
@given(st.data())
def test_a_sidecar_that_is_ingested_says_what_the_record_said(
    lax_fields: FieldSet, any_record: Make, data: st.DataObject
) -> None:
    record = data.draw(any_record(lax_fields, writable_only=True))
    values = property_values(parse_xmp(to_xmp(record, lax_fields)))
    read = shown(resolve(entries_of(values, lax_fields, at=_AT)))
    # A translation that says the same as the default is left out: it adds nothing.
    told = {key: each for key, each in record.contents.items() if not _repeats(key, record)}
    assert {key: read.get(key) for key in told} == told


def _repeats(key: tuple[str, str], record: Record) -> bool:
    texts = [each for (name, _), each in record.contents.items() if name == key[0]]
    return texts.count(record.contents[key]) > 1


@given(st.text())
def test_a_guarded_cell_is_unguarded_to_what_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_formulas_are_guarded(text: str) -> None:
    assert guarded(text).startswith("'")


@pytest.mark.parametrize("text", ["'tis", "-5", "+4.5", "a=b"])
def test_what_is_no_formula_stays(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("packet", [b"", b"<x/>", b"<rdf:RDF", b"\xff" * 100])
def test_damaged_sidecars_are_refused_in_a_sentence(packet: bytes, own_fields: FieldSet) -> None:
    with pytest.raises(InvalidFile, match="export it once more"):
        from_xmp(packet, own_fields)


@pytest.mark.parametrize(
    "line", ["", "null", "[]", "{}", '{"fields": 3}', '{"fields": {"nothing": 1}}', "[" * 9000]
)
def test_damaged_lines_are_refused_in_a_sentence(line: str, own_fields: FieldSet) -> None:
    with pytest.raises(InvalidFile):
        from_json_line(line, own_fields)


def test_a_sidecar_of_another_program_is_read(own_fields: FieldSet) -> None:
    packet = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
      xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
      xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmp:Rating="9" xmp:Label="Red"
      tiff:Artist="Ann">
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Sea</rdf:li>
      <rdf:li xml:lang="de_at">Meer</rdf:li></rdf:Alt></dc:title>
      <dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>sand</rdf:li></rdf:Bag></dc:subject>
      </rdf:Description></rdf:RDF></x:xmpmeta>"""
    assert from_xmp(packet, own_fields).contents == {
        ("title", ""): "Sea",
        ("title", "de-AT"): "Meer",
        ("keywords", ""): ("sea", "sand"),
        ("label", ""): "Red",
        ("creator", ""): ("Ann",),
    }
