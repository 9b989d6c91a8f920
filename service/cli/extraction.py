"""Commands about fields of documents: find, correct, check, export, learn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from service.cli import render_fields
from service.cli.context import AsJson, checked, opened, print_json
from service.cli.files import save
from service.errors import BadRequest
from service.extraction import schemas

if TYPE_CHECKING:
    from service.hub import Hub
    from service.remote import RemoteHub

_FORMATS = {".csv": "csv", ".xlsx": "xlsx", ".jsonl": "jsonl"}
_PAGE = 50

AssetId = Annotated[str, typer.Argument(metavar="ID", help="Id of a document.")]
SchemaArgument = Annotated[str, typer.Argument(metavar="SCHEMA", help="Such as invoice.")]
SchemaOption = Annotated[
    str | None, typer.Option("--schema", help="Whose fields; else by the document's type.")
]


class _FilesFirst(TyperGroup):
    """A command that takes files, and beside them words for what else it can do."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["files", *args]
        return super().parse_args(ctx, args)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group = typer.Typer(
        cls=_FilesFirst,
        no_args_is_help=True,
        help="Fields of documents: `magpie extract FILE`, or `--where` for those of the catalog.",
    )
    group.command(name="files")(extract)
    for command in (show, correct, tables, learn, undo):
        group.command()(command)
    group.command(name="schemas")(list_schemas)
    app.add_typer(group, name="extract")
    app.command()(review)
    app.command()(due)


def extract(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="[FILE]...", help="Files to look at.")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option("--where", help="Documents of the catalog, such as `document_type:invoice`."),
    ] = None,
    schema: SchemaOption = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write to a .csv, .xlsx or .jsonl file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find the fields of files, or of documents of the catalog and write them to a file."""
    if (where is None) == (not files):
        raise BadRequest("Name files, or choose documents of the catalog with --where.")
    if files and export is not None:
        raise BadRequest("--export is for documents of the catalog; choose them with --where.")
    if export is not None and export.suffix.lower() not in _FORMATS:
        raise BadRequest("The name of an export ends in .csv, .xlsx or .jsonl.")
    with opened() as hub:
        if files:
            _say([_analysed(hub, path, schema) for path in files], as_json)
            return
        request = checked(schemas.ExtractRequest, where=where or "", schema=schema)
        _bring_up(hub, request, as_json)
        if export is not None:
            format_ = _FORMATS[export.suffix.lower()]
            save(hub.desk.extraction.export(format_, where or "", schema).data, export)  # type: ignore[arg-type]
            render_fields.said(f"Written to {export}.")
            return
        if as_json:
            lines = b"".join(hub.desk.extraction.export("jsonl", where or "", schema).data)
            print("[" + ",\n".join(lines.decode().splitlines()) + "]")
            return
        found = b"".join(hub.desk.extraction.export("jsonl", where or "", schema).data)
        documents = map(schemas.DocumentFields.model_validate_json, found.splitlines())
        render_fields.documents(list(documents))


def show(
    asset_id: AssetId,
    history: Annotated[bool, typer.Option("--history", help="Also earlier values.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the fields of one document, where each stands and how sure it is."""
    with opened() as hub:
        _one(hub.desk.extraction.of(asset_id, history=history), as_json)


def correct(
    asset_id: AssetId,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="field=value; again for each of several values. Repeatable."),
    ] = None,
    none: Annotated[
        list[str] | None, typer.Option("--none", help="A field that the document has not.")
    ] = None,
    reset: Annotated[
        list[str] | None, typer.Option("--reset", help="A field to leave to the machine again.")
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Everything else that is shown is right.")
    ] = False,
    schema: SchemaOption = None,
    as_json: AsJson = False,
) -> None:
    """Put fields of a document right; what you say is never overwritten."""
    said: dict[str, list[str]] = {}
    for each in set_ or []:
        name, sign, value = each.partition("=")
        if not sign or not value.strip():
            raise BadRequest(f"“{each[:60]}” says nothing; write it as field=value.")
        said.setdefault(name, []).append(value)
    corrections: list[dict[str, object]] = [
        {"field": name, "value": values} for name, values in said.items()
    ]
    corrections += [{"field": name, "value": None} for name in none or []]
    corrections += [{"field": name, "reset": True} for name in reset or []]
    if not corrections and not confirm and schema is None:
        raise BadRequest("Say what is right: --set field=value, --none, --reset or --confirm.")
    patch = checked(schemas.FieldsPatch, corrections=corrections, confirm=confirm, schema=schema)
    with opened() as hub:
        _one(hub.desk.extraction.correct(asset_id, patch), as_json)


def tables(asset_id: AssetId, as_json: AsJson = False) -> None:
    """Show tables of a document, and what was filled in on a form."""
    with opened() as hub:
        found = hub.desk.extraction.tables(asset_id)
    if as_json:
        print_json(found)
    else:
        render_fields.tables(found)


def learn(schema: SchemaArgument, as_json: AsJson = False) -> None:
    """Learn from what people put right; kept only where it finds more."""
    with opened() as hub:
        with render_fields.at_work("Learning from what people put right", visible=not as_json):
            made = hub.desk.extraction.learn(schema)
        if made.kept:
            _bring_up(hub, schemas.ExtractRequest(), as_json)
    _learned(made, as_json)


def undo(schema: SchemaArgument, as_json: AsJson = False) -> None:
    """Put away what was learned last."""
    with opened() as hub:
        made = hub.desk.extraction.undo(schema)
        _bring_up(hub, schemas.ExtractRequest(), as_json)
    _learned(made, as_json)


def list_schemas(as_json: AsJson = False) -> None:
    """List the kinds of fields, ours and those of the folder `schemas` in the home."""
    with opened() as hub:
        found = hub.desk.extraction.schema_list()
    if as_json:
        print(found.model_dump_json(by_alias=True, indent=2))
    else:
        render_fields.schema_list(found)


def review(
    schema: SchemaOption = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = _PAGE,
    as_json: AsJson = False,
) -> None:
    """List documents whose fields somebody should look at, the most doubtful first."""
    with opened() as hub:
        _bring_up(hub, schemas.ExtractRequest(), as_json)
        found = hub.desk.extraction.review(limit=limit, schema=schema)
    if as_json:
        print(found.model_dump_json(by_alias=True, indent=2))
    else:
        render_fields.review(found)


def due(
    days: Annotated[int, typer.Option(min=0, max=3660, help="From today on.")] = 90,
    ics: Annotated[
        Path | None, typer.Option("--ics", help="Write a calendar file for your calendar.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List contracts that end, or must be cancelled, soon."""
    from service.extraction.calendar import to_calendar

    with opened() as hub:
        _bring_up(hub, schemas.ExtractRequest(), as_json)
        found = hub.desk.extraction.due(days)
    if ics is not None:
        save([to_calendar(found).encode()], ics)
    if as_json:
        print_json(found)
    else:
        render_fields.due(found)
        if ics is not None:
            render_fields.said(f"Written to {ics}.")


def _analysed(hub: Hub | RemoteHub, path: Path, schema: str | None) -> schemas.DocumentFields:
    if not path.is_file():
        raise BadRequest(f"{path} is no file; check the path.")
    return hub.desk.extraction.analyse(path, path.name, schema)


def _bring_up(hub: Hub | RemoteHub, request: schemas.ExtractRequest, as_json: bool) -> None:
    with render_fields.progress("Finding fields", visible=not as_json) as told:
        for step in hub.desk.extraction.bring_up(request):
            told(step)


def _one(found: schemas.DocumentFields, as_json: bool) -> None:
    if as_json:
        print(found.model_dump_json(by_alias=True, indent=2))
    else:
        render_fields.documents([found])


def _say(found: Sequence[schemas.DocumentFields], as_json: bool) -> None:
    if as_json:
        print_json([each.model_dump(mode="json", by_alias=True) for each in found])
    else:
        render_fields.documents(found)


def _learned(made: schemas.Learned, as_json: bool) -> None:
    if as_json:
        print(made.model_dump_json(by_alias=True, indent=2))
    else:
        render_fields.said(made.message)
