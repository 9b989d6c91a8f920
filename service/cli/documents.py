"""Commands about documents: what they are and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from typer.core import TyperGroup

from service.cli import render_documents
from service.cli.context import AsJson, checked, opened, print_json
from service.documents import schemas
from service.errors import BadRequest

if TYPE_CHECKING:
    from service.hub import Hub
    from service.remote import RemoteHub

_Made = TypeVar("_Made", bound=BaseModel)
_AT_ONCE = 200

Files = Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Files to look at.")]
Where = Annotated[
    str | None,
    typer.Option("--where", help="Documents of the catalog, such as `document_type:contract`."),
]


class Length(StrEnum):
    """Lengths of a summary."""

    LINE = "line"
    SHORT = "short"
    LONG = "long"


class _FilesFirst(TyperGroup):
    """A command that takes files, and beside them words for what else it can do."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["files", *args]
        return super().parse_args(ctx, args)


group = typer.Typer(
    cls=_FilesFirst,
    no_args_is_help=True,
    help="Say what documents are: `magpie classify FILE`, or `--where` for those of the catalog.",
)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    group.command(name="files")(classify)
    group.command()(learn)
    group.command()(undo)
    app.add_typer(group, name="classify")
    app.command()(summarize)


def classify(
    files: Files = None,
    where: Where = None,
    doubt: Annotated[
        bool, typer.Option("--doubt", help="Those whose type is least sure come first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what documents are, and how sure that is."""
    order = "doubt" if doubt else "newest"
    with opened() as hub:
        if not _of_catalog(files, where or ("" if doubt else None)):
            made = list(_each(files or [], hub.reader.classify, as_json))
            _say(made, render_documents.classified, as_json)
            return
        found = _listed(hub, where or "", order)
        if as_json:
            print_json([each.model_dump(mode="json") for each in found])
        else:
            render_documents.types(found)


def summarize(
    files: Files = None,
    where: Where = None,
    length: Annotated[Length, typer.Option(help="How much to say.")] = Length.SHORT,
    as_json: AsJson = False,
) -> None:
    """Say what documents say, in sentences of their own, each with its page."""

    def show(made: schemas.DocumentSummary, name: str) -> None:
        render_documents.summary(made, name, length.value)

    with opened() as hub:
        if not _of_catalog(files, where):
            _say(list(_each(files or [], hub.reader.summarise, as_json)), show, as_json)
            return
        found = _listed(hub, where or "", "newest")
        if as_json:
            print_json([each.model_dump(mode="json") for each in found])
            return
        for each in found:
            show(each, each.name)


def learn(as_json: AsJson = False) -> None:
    """Learn types, departments, projects, retention classes from those that people gave.

    Each is kept only where it is better.
    """
    with opened() as hub:
        made = hub.learn_types()
        if made.kept or any(each.kept for each in made.fields):
            _catch_up(hub, visible=not as_json)
    if as_json:
        print_json(made)
    else:
        render_documents.learned(made)


def undo() -> None:
    """Take the last lesson back."""
    with opened() as hub:
        hub.forget_types()
        _catch_up(hub, visible=True)
    render_documents.said("The last lesson was taken back; documents are told as before it.")


def _of_catalog(files: Sequence[Path] | None, where: str | None) -> bool:
    """Whether documents of the catalog are meant; raises BadRequest where nothing is, or both."""
    if (where is None) == (not files):
        raise BadRequest("Name files, or choose documents of the catalog with --where.")
    return where is not None


def _each(
    files: Sequence[Path], look: Callable[[Path, str], _Made], as_json: bool
) -> Iterator[tuple[str, _Made]]:
    for path in files:
        if not path.is_file():
            raise BadRequest(f"{path} is no file; check the path.")
    with render_documents.counting("Looking", visible=not as_json) as told:
        for number, path in enumerate(files, 1):
            yield str(path), look(path, path.name)
            told(number)


def _say(
    made: Sequence[tuple[str, _Made]], show: Callable[[_Made, str], None], as_json: bool
) -> None:
    if as_json:
        print_json([{"file": name, **each.model_dump(mode="json")} for name, each in made])
        return
    for name, each in made:
        show(each, name)


def _listed(hub: Hub | RemoteHub, where: str, order: str) -> list[schemas.AssetSummary]:
    _catch_up(hub, visible=True)
    found: list[schemas.AssetSummary] = []
    cursor = None
    while True:
        query = checked(
            schemas.DocumentQuery, where=where, order=order, limit=_AT_ONCE, cursor=cursor
        )
        page = hub.documents.listed(query)
        found += page.documents
        cursor = page.next_cursor
        if cursor is None:
            return found


def _catch_up(hub: Hub | RemoteHub, *, visible: bool) -> None:
    with render_documents.counting("Describing", visible=visible) as told:
        hub.describe_documents(told)
