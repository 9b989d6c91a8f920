"""What the embedded data and the page of an invoice say, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipelines.documents.fields.checks import EMBEDDED, Check
from pipelines.documents.fields.extract import value_key
from pipelines.documents.fields.results import Extracted, Found
from pipelines.documents.fields.schema import Schema


def with_embedded(
    schema: Schema, fields: Sequence[Extracted], embedded: Mapping[str, str]
) -> tuple[Extracted, ...]:
    """The fields with embedded values first; a page that says otherwise is flagged.

    The value of the page gives the evidence where it agrees, and stays an option where not.
    """
    made = []
    for each in fields:
        given = embedded.get(each.name)
        if given is None:
            made.append(each)
            continue
        key = value_key(schema.field(each.name), given)
        pool = (*each.values, *each.options)
        same = next((o for o in pool if value_key(schema.field(each.name), o.value) == key), None)
        evidence = same.evidence if same else None
        checks = (_agreement(each, given, same),) if pool else ()
        first = Found(given, 1.0, evidence, source="embedded", checks=checks)
        rest = tuple(replace(other, checks=()) for other in pool if other is not same)
        made.append(Extracted(each.name, (first,), rest))
    return tuple(made)


def _agreement(field: Extracted, given: str, same: Found | None) -> Check:
    page = field.values[0].value if field.values else ""
    if same is not None:
        return Check(EMBEDDED, "passed", f"the page says {given}, too")
    if page:
        return Check(EMBEDDED, "failed", f"the embedded data say {given}, the page says {page}")
    return Check(EMBEDDED, "failed", f"{given} of the embedded data was not found on the page")
