"""Edits between the API's models and the record's own."""

from __future__ import annotations

from collections.abc import Iterable

from service import schemas
from service.record.edits import Edit
from service.record.fieldset import FieldSet
from service.records.editor import Edited


def edits_in(given: Iterable[schemas.RecordEdit], fields: FieldSet) -> list[Edit]:
    """Edits by the names of their fields; raises InvalidValue where there is no such field."""
    return [
        Edit(
            each.action,
            (fields.heard_as(each.field) or fields[each.field]).name,
            each.value,
            each.language,
            each.old,
        )
        for each in given
    ]


def edited(done: Edited) -> schemas.BulkEdited:
    """What an edit did, for the wire."""
    return schemas.BulkEdited(
        batch_id=done.batch_id,
        total=done.total,
        matched=done.matched,
        changed=done.changed,
        kept=done.kept,
        examples=[
            schemas.EditExample(name=name, before=before, after=after)
            for name, before, after in done.examples
        ],
    )


def field_list(fields: FieldSet) -> schemas.FieldList:
    """All fields, for the wire."""
    return schemas.FieldList(
        fields=[
            schemas.RecordField(
                name=each.name,
                label=each.label,
                type=each.type,
                help=each.help,
                world=each.world,
                writable=each.writable,
                personal=each.personal,
                required=each.required,
                vocabulary=list(each.vocabulary),
                pattern=each.pattern,
                minimum=each.minimum,
                maximum=each.maximum,
                custom=each.custom,
            )
            for each in fields
        ],
        file_names=fields.file_names.pattern if fields.file_names else None,
    )
