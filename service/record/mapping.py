"""The written mapping of the fields to IPTC, XMP, Dublin Core and schema.org.

``python -m service.record.mapping`` prints the table that stands in this folder's page.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.record.field import Field
from service.record.fieldset import built_in

_HEAD = ("field", "label", "type", "for", "XMP", "IPTC-IIM", "Dublin Core", "schema.org")


def mapping_table(fields: Iterable[Field]) -> str:
    """A Markdown table, one field a row."""
    rows = [_HEAD, ("---",) * len(_HEAD), *(_row(field) for field in fields)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(field: Field) -> tuple[str, ...]:
    type_ = field.type if field.writable else f"{field.type}, read only"
    return (
        f"`{field.name}`",
        field.label,
        type_,
        field.world,
        f"`{field.xmp_property}`" if field.writable or field.xmp else "",
        field.iptc,
        f"`{field.dublin_core}`" if field.dublin_core else "",
        f"`{field.schema_org}`" if field.schema_org else "",
    )


if __name__ == "__main__":
    print(mapping_table(built_in()), end="")  # noqa: T201
