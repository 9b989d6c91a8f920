"""What lies beside the files of a bundle: their records, their licences, what is missing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from service.downloads.bundle import Outcome
from service.record.as_csv import columns_of, write_csv
from service.record.csv_cells import guarded, to_cell
from service.record.entries import Key
from service.record.fieldset import FieldSet
from service.record.records import Record

_LICENCE_FIELDS = (
    "creator",
    "credit",
    "attribution",
    "rights",
    "rights_holder",
    "usage_terms",
    "web_statement",
    "licence_url",
    "licensor",
    "licensor_url",
    "licensee",
    "instructions",
    "model_release",
    "property_release",
    "data_mining",
    "expiry_date",
)
"""What whoever uses a file has to know, in the order of the sheet."""


def sheets(
    outcome: Outcome, records: Mapping[str, Record], fields: FieldSet
) -> Iterator[tuple[str, str]]:
    """The sheets by name, about the files by the names that they have in the bundle.

    Args:
        records: of all items, also of those that could not be made.
    """
    inside = [
        Record(each.id, name, each.kind, each.media_type, each.contents)
        for asset_id, name in outcome.names.items()
        if (each := records.get(asset_id)) is not None
    ]
    # What only machines fill may tell the place that was taken out of the file.
    columns = [key for key in columns_of(inside, fields) if fields[key[0]].writable]
    yield "metadata.csv", "".join(write_csv(inside, fields, columns))
    yield "licences.csv", _licences(inside, fields)
    if outcome.problems:
        lines = (
            f"{records[asset_id].file_name if asset_id in records else asset_id}: {reason}\n"
            for asset_id, reason in outcome.problems.items()
        )
        yield "problems.txt", "These files are not in this download:\n\n" + "".join(lines)


def _licences(records: list[Record], fields: FieldSet) -> str:
    names = [name for name in _LICENCE_FIELDS if fields.get(name) is not None]
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow(["File", "Id", *(fields[name].label for name in names)])
    for record in records:
        cells = (_cell(record, name, fields) for name in names)
        writer.writerow([guarded(record.file_name), record.id, *cells])
    return buffer.getvalue()


def _cell(record: Record, name: str, fields: FieldSet) -> str:
    """What a record says in a field, in all its languages."""
    keys: list[Key] = sorted(key for key in record.contents if key[0] == name)
    told = [
        (language, to_cell(fields[name], record.contents[name, language])) for _, language in keys
    ]
    if len(told) == 1:
        return told[0][1]
    return guarded(
        "; ".join(f"{language}: {text}" if language else text for language, text in told)
    )
