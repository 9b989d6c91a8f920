"""Commands about records: change many, take that back, bring metadata in and out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from service import schemas
from service.cli import render_edits
from service.cli.context import AsJson, checked, opened, print_json, settings
from service.cli.files import save
from service.errors import BadRequest

_Step = TypeVar("_Step", bound=schemas.BulkEdited)

Where = Annotated[
    str | None,
    typer.Option("--where", help="Which records, such as `campaign:Spring width>=1920`."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]


class ExportFormat(StrEnum):
    """Forms in which records leave."""

    CSV = "csv"
    JSONL = "jsonl"
    XMP = "xmp"
    JSON_LD = "json-ld"


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(edit)
    app.command()(undo)
    app.command()(export)
    app.command(name="import-csv")(import_csv)


def edit(
    asset_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...")] = None,
    where: Where = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="field=value; field+=value and field-=value for lists, field@de=value for a "
            "language, field= to empty it. Repeatable.",
        ),
    ] = None,
    replace: Annotated[
        list[str] | None,
        typer.Option("--replace", help="field=old=>new: one item or piece of text by another."),
    ] = None,
    reset: Annotated[
        list[str] | None,
        typer.Option("--reset", help="A field that is to say again what the file says."),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change fields of many records at once; `magpie undo` takes it back."""
    request = checked(
        schemas.BulkEdit,
        where=where,
        asset_ids=asset_ids or [],
        edits=_edits(set_ or [], replace or [], reset or []),
        dry_run=dry_run,
    )
    with opened() as hub:
        done = _follow(hub.desk.bulk.edit(request), "Changing", as_json)
    _say(done, as_json)


def undo(
    batch: Annotated[str, typer.Argument(help="What `magpie edit` or `import-csv` printed.")],
    as_json: AsJson = False,
) -> None:
    """Take a change of many records back; what somebody said since stays."""
    with opened() as hub:
        done = _follow(hub.desk.bulk.undo(batch), "Undoing", as_json)
    _say(done, as_json)


def export(
    format_: Annotated[ExportFormat, typer.Option("--format", help="How.")] = ExportFormat.CSV,
    where: Where = None,
    history: Annotated[
        bool, typer.Option("--history", help="Every value ever said; jsonl only.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; else to standard output.")
    ] = None,
) -> None:
    """Write records to a file: CSV, JSON Lines, a ZIP of XMP sidecars, or JSON-LD."""
    if out is None and format_ is ExportFormat.XMP and sys.stdout.isatty():
        raise BadRequest("A ZIP of sidecars is no text; say where to write it with --out.")
    with opened() as hub:
        made = hub.desk.exports.export(format_.value, where or "", history=history)
        if out is not None:
            save(made.data, out)
            return
        for chunk in made.data:
            sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


def import_csv(
    file: Annotated[Path, typer.Argument(help="CSV with a column id or file_name.")],
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="COLUMN=FIELD, or COLUMN=- to leave it out. Repeatable."),
    ] = None,
    clear_empty: Annotated[
        bool, typer.Option("--clear-empty", help="Empty cells empty the field.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring metadata in from a CSV file; `magpie undo` takes it back."""
    from service.record.csv_sheet import column_map

    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadRequest(f"{file} cannot be read ({error.strerror}); check the path.") from error
    columns = column_map(map_ or [])
    with opened() as hub:
        steps = hub.desk.imports.csv(
            data, columns=columns, clear_empty=clear_empty, dry_run=dry_run
        )
        done = _follow(steps, "Importing", as_json)
    _say(done, as_json)
    if done.faults or done.unmatched or done.ambiguous:
        raise typer.Exit(1)


def _edits(set_: list[str], replace: list[str], reset: list[str]) -> list[schemas.RecordEdit]:
    from service.record.custom import load_fields
    from service.record.edits import parse_edit

    fields = load_fields(settings().fields_file)
    edits = [parse_edit(each, fields) for each in set_]
    made = [
        schemas.RecordEdit(
            field=each.name,
            action=each.action,
            value=list(each.given) if isinstance(each.given, tuple) else each.given,  # type: ignore[arg-type]
            language=each.language,
        )
        for each in edits
    ]
    for each in replace:
        field, sign, change = each.partition("=")
        old, arrow, new = change.partition("=>")
        if not sign or not arrow:
            raise BadRequest(f"“{each[:60]}” replaces nothing; write it as field=old=>new.")
        name, _, language = field.partition("@")
        made.append(
            schemas.RecordEdit(field=name, action="replace", old=old, value=new, language=language)
        )
    for each in reset:
        name, _, language = each.partition("@")
        made.append(schemas.RecordEdit(field=name, action="reset", language=language))
    return made


def _follow(steps: Iterator[_Step], what: str, as_json: bool) -> _Step:
    step: _Step | None = None
    try:
        with render_edits.progress(what, visible=not as_json) as show:
            for step in steps:
                show(step)
    except KeyboardInterrupt as interrupt:
        if step is not None and step.batch_id and step.changed:
            print(
                f"\nStopped after {step.changed} changes; `magpie undo {step.batch_id}` takes "
                "them back.",
                file=sys.stderr,
            )
            raise typer.Exit(130) from interrupt
        raise
    assert step is not None
    return step


def _say(done: schemas.BulkEdited, as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        render_edits.done(done)
