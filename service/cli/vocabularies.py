"""Commands about vocabularies: the words that tags are taken from."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from pipelines.vocabulary.formats import Format, format_of
from service.cli.context import AsJson, checked, opened, print_json
from service.cli.render import console
from service.errors import BadRequest, NotFound
from service.vocabularies import schemas

if TYPE_CHECKING:
    from service.hub import Hub
    from service.remote import RemoteHub

_Which = Annotated[str, typer.Argument(metavar="VOCABULARY", help="Its id.")]
_Path = Annotated[Path, typer.Argument(metavar="FILE", help="YAML, SKOS in Turtle (.ttl), or CSV.")]
_Id = Annotated[str, typer.Option("--id", help="Its id, where the file names none, as CSV.")]
_As = Annotated[str, typer.Option("--format", help="yaml, ttl or csv; by the ending if left out.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    made = typer.Typer(
        help="Vocabularies: the words that tags are taken from.", no_args_is_help=True
    )
    made.command(name="list")(list_vocabularies)
    made.command(name="import")(import_file)
    for command in (show, export, check, remove, use):
        made.command()(command)
    app.add_typer(made, name="vocabularies")


def list_vocabularies(as_json: AsJson = False) -> None:
    """List the vocabularies, with how many terms they have and where they are in force."""
    with opened() as hub:
        found = hub.desk.vocabularies.all()
        paths = _paths(hub) if any(each.collections for each in found.vocabularies) else {}
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("vocabulary", "name", "terms", "languages", "in force"):
        table.add_column(heading, overflow="fold")
    for each in found.vocabularies:
        table.add_row(
            Text(each.id),
            Text(_name(each)),
            str(each.terms),
            ", ".join(each.languages),
            Text(_place(each, paths)),
        )
    console.print(table)


def show(which: _Which, as_json: AsJson = False) -> None:
    """Show one vocabulary."""
    with opened() as hub:
        found = hub.desk.vocabularies.get(which)
        paths = _paths(hub) if found.collections else {}
    if as_json:
        print_json(found)
        return
    origin = "comes with Magpie" if found.shipped else "is the house's own"
    changed = ", with changes of the house" if found.changed else ""
    lines = (
        f"{found.id}  {_name(found)}",
        f"It {origin}{changed}.",
        f"{found.terms} terms in {', '.join(found.languages) or 'no language'}.",
        f"In force: {_place(found, paths)}.",
        f"`magpie terms find --vocabulary {found.id} WORD` finds its terms.",
    )
    for line in lines:
        console.print(line, markup=False, highlight=False)


def import_file(
    path: _Path,
    id_: _Id = "",
    format_: _As = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Let it stand in for the one that is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring a vocabulary from a file; what is wrong with it is named with its line."""
    data, chosen = _read(path, format_)
    with opened() as hub:
        store = hub.desk.vocabularies
        if replace:
            id_ = id_ or store.check(data, chosen, source=path.name).id
            made = store.replace(id_, data, chosen, source=path.name)
        else:
            made = store.create(data, chosen, vocabulary_id=id_, source=path.name)
    _say(made, f"{made.id}: {made.terms} terms, in force {_place(made, {})}.", as_json)


def export(
    which: _Which,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; else it is printed.")
    ] = None,
    format_: _As = "",
) -> None:
    """Write a vocabulary as YAML, SKOS in Turtle, or CSV."""
    chosen = _chosen(format_, output) if format_ or output else "yaml"
    with opened() as hub:
        written = hub.desk.vocabularies.export(which, chosen)
    if output is None:
        sys.stdout.write(written.text)
        return
    # As bytes: line ends stay as they are.
    output.write_bytes(written.text.encode("utf-8"))
    console.print(f"Wrote {output}.", markup=False, highlight=False)


def check(path: _Path, id_: _Id = "", format_: _As = "", as_json: AsJson = False) -> None:
    """Look whether a file could be imported, and name every fault with its line."""
    data, chosen = _read(path, format_)
    with opened() as hub:
        found = hub.desk.vocabularies.check(data, chosen, vocabulary_id=id_, source=path.name)
    _say(found, f"{path.name} is in order: {found.terms} terms.", as_json)


def remove(which: _Which, as_json: AsJson = False) -> None:
    """Remove a vocabulary of the house."""
    with opened() as hub:
        hub.desk.vocabularies.delete(which)
    if as_json:
        print_json({"removed": which})
    else:
        console.print(f"Removed {which}.", markup=False)


def use(
    which: _Which,
    collection: Annotated[
        list[str] | None,
        typer.Option(help="Only in this collection, path or id; repeatable."),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="Nowhere.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a vocabulary in force: everywhere, in some collections, or nowhere."""
    if off and collection:
        raise BadRequest("Give --off or --collection, not both.")
    with opened() as hub:
        scope = "off" if off else "collections" if collection else "everywhere"
        ids = [_collection(hub, each) for each in collection or []]
        change = checked(schemas.VocabularyChange, scope=scope, collections=ids)
        found = hub.desk.vocabularies.use(which, change)
        paths = _paths(hub) if found.collections else {}
    _say(found, f"{found.id} is in force: {_place(found, paths)}.", as_json)


def _say(made: schemas.Vocabulary, sentence: str, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        console.print(sentence, markup=False, highlight=False)


def _read(path: Path, format_: str) -> tuple[bytes, Format]:
    chosen = _chosen(format_, path)
    try:
        return path.read_bytes(), chosen
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}.") from error


def _chosen(format_: str, path: Path | None) -> Format:
    name = f"file.{format_}" if format_ else path.name if path is not None else ""
    found = format_of(name)
    if found is None:
        raise BadRequest("Say which format the file has: --format yaml, ttl or csv.")
    return found


def _name(vocabulary: schemas.Vocabulary) -> str:
    return vocabulary.names.get("en") or next(iter(vocabulary.names.values()), "")


def _place(vocabulary: schemas.Vocabulary, paths: dict[str, str]) -> str:
    if vocabulary.scope == "everywhere":
        return "everywhere"
    if vocabulary.scope == "off" or not vocabulary.collections:
        return "nowhere"
    return ", ".join(paths.get(each, each) for each in vocabulary.collections)


def _paths(hub: Hub | RemoteHub) -> dict[str, str]:
    return {each.id: each.path for each in hub.desk.collections.tree().collections}


def _collection(hub: Hub | RemoteHub, which: str) -> str:
    for each in hub.desk.collections.tree().collections:
        if which in (each.id, each.path):
            return each.id
    raise NotFound(f"There is no collection {which}; `magpie collections list` shows them.")
