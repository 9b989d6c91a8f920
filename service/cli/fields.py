"""The command about the fields of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.context import AsJson, print_json, settings
from service.cli.render import console

if TYPE_CHECKING:
    from service.record.field import Field


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="fields")(list_fields)


def list_fields(
    every: Annotated[
        bool, typer.Option("--all", help="Also those that only machines fill.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the fields of a record, and check the file that defines your own."""
    from rich.table import Table
    from rich.text import Text

    from service.record.custom import load_fields

    file = settings().fields_file
    fields = [each for each in load_fields(file) if each.writable or every]
    if as_json:
        print_json([_told(each) for each in fields])
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "label", "type", "for", "help"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "name")
    for each in fields:
        kind = f"{each.type}, required" if each.required else each.type
        table.add_row(Text(each.name), Text(each.label), kind, each.world, Text(each.help))
    console.print(table)
    said = "are defined in" if file.exists() else "would be defined in"
    console.print(Text(f"Fields of your own {said} {file}", style="dim"))


def _told(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "for": field.world,
        "help": field.help,
        "writable": field.writable,
        "required": field.required,
        "vocabulary": list(field.vocabulary),
        "pattern": field.pattern,
        "custom": field.custom,
        "xmp": field.xmp_property,
        "dublin_core": field.dublin_core,
        "schema_org": field.schema_org,
    }
