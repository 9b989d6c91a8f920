"""Commands about collections and the handling of assets."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from service.access.schemas import HoldChange
from service.cli.context import AsJson, checked, opened, print_json
from service.cli.render import console
from service.collections import schemas
from service.errors import NotFound

if TYPE_CHECKING:
    from service.hub import Hub
    from service.remote import RemoteHub


class Status(StrEnum):
    """Where an asset stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


_Which = Annotated[str, typer.Argument(metavar="COLLECTION", help="Path or id of a collection.")]
_Assets = Annotated[list[str], typer.Argument(metavar="ASSET...", help="Ids of assets.")]
_Limit = Annotated[int, typer.Option(min=1, max=200, help="At most so many.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    made = typer.Typer(help="Collections: sets of assets, in each other.", no_args_is_help=True)
    made.command(name="list")(list_collections)
    for command in (create, rename, move, delete, add, remove, groups):
        made.command()(command)
    app.add_typer(made, name="collections")
    app.command()(status)
    app.command()(hold)
    app.command()(history)


def list_collections(as_json: AsJson = False) -> None:
    """List all collections with how many assets are directly in them."""
    with opened() as hub:
        found = hub.desk.collections.tree()
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("collection", "assets", "groups", "id"):
        table.add_column(heading, no_wrap=heading != "collection", overflow="fold")
    for each in found.collections:
        carried = ", ".join(each.groups) or ("inherited" if each.restricted else "")
        table.add_row(Text(each.path), str(each.assets), Text(carried), each.id, style=None)
    console.print(table)


def create(
    path: Annotated[str, typer.Argument(help="Its name after those around it: Press/2026.")],
    group: Annotated[
        list[str] | None, typer.Option(help="Only this group sees it; repeatable.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a collection, at the top or in another."""
    around, _, name = path.rpartition("/")
    with opened() as hub:
        parent = _find(hub, around).id if around else None
        new = checked(schemas.NewCollection, name=name, parent_id=parent, groups=group or [])
        _show(hub.desk.collections.create(new), as_json)


def rename(which: _Which, name: str, as_json: AsJson = False) -> None:
    """Give a collection another name."""
    _change(which, as_json, name=name)


def move(
    which: _Which,
    into: Annotated[
        str | None, typer.Option("--into", help="Path or id; the top if left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a collection into another, or at the top."""
    with opened() as hub:
        parent = _find(hub, into).id if into else None
    _change(which, as_json, parent_id=parent)


def groups(
    which: _Which,
    group: Annotated[list[str] | None, typer.Option(help="A group; repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which groups see a collection; without any it is as open as what is around it."""
    _change(which, as_json, groups=group or [])


def delete(
    which: _Which,
    recursive: Annotated[
        bool, typer.Option("--recursive", help="With those that lie in it.")
    ] = False,
) -> None:
    """Remove a collection; its assets stay in the catalog."""
    with opened() as hub:
        hub.desk.collections.delete(_find(hub, which).id, recursive=recursive)


def add(which: _Which, assets: _Assets, as_json: AsJson = False) -> None:
    """Put assets into a collection."""
    _members(which, as_json, add=assets)


def remove(which: _Which, assets: _Assets, as_json: AsJson = False) -> None:
    """Take assets out of a collection."""
    _members(which, as_json, remove=assets)


def status(asset_id: str, to: Annotated[Status, typer.Argument()], as_json: AsJson = False) -> None:
    """Let an asset go to another status: draft, in_review, approved, published and so on."""
    with opened() as hub:
        hub.desk.handling.set_status(asset_id, to.value)
        asset = hub.asset(asset_id)
    if as_json:
        print_json(asset)
    else:
        console.print(f"{asset.name}: {asset.status}", markup=False)


def hold(
    asset_id: str,
    release: Annotated[bool, typer.Option("--release", help="End the hold.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    as_json: AsJson = False,
) -> None:
    """Put an asset under legal hold, so that nobody can remove it."""
    change = checked(HoldChange, hold=not release, reason=reason)
    with opened() as hub:
        hub.desk.handling.set_hold(asset_id, change.hold, change.reason)
        asset = hub.asset(asset_id)
    if as_json:
        print_json(asset)
    else:
        state = "is under legal hold" if asset.hold else "is not under legal hold"
        console.print(f"{asset.name} {state}.", markup=False)


def history(asset_id: str, limit: _Limit = 20, as_json: AsJson = False) -> None:
    """Show what happened to an asset, newest first."""
    with opened() as hub:
        page = hub.desk.events.history(asset_id, limit=limit)
    if as_json:
        print_json(page)
        return
    for event in page.events:
        change = f"{_facts(event.before)} -> {_facts(event.after)}" if event.after else ""
        line = f"{event.at.astimezone():%Y-%m-%d %H:%M}  {event.actor_name}  {event.kind}  {change}"
        console.print(line.rstrip(), markup=False)


def _facts(said: dict[str, Any] | None) -> str:
    return ", ".join(f"{name} {value}" for name, value in (said or {}).items())


def _find(hub: Hub | RemoteHub, which: str) -> schemas.Collection:
    known = hub.desk.collections.tree().collections
    named = [each for each in known if which in (each.id, each.path)]
    if len(named) == 1:
        return named[0]
    fault = "is more than one; give its id" if named else "does not exist"
    raise NotFound(f"The collection {which} {fault}; `magpie collections list` shows them.")


def _change(which: str, as_json: bool, **said: object) -> None:
    change = checked(schemas.CollectionChange, **said)
    with opened() as hub:
        _show(hub.desk.collections.change(_find(hub, which).id, change), as_json)


def _members(which: str, as_json: bool, **said: object) -> None:
    change = checked(schemas.MemberChange, **said)
    with opened() as hub:
        result = hub.desk.members.change(_find(hub, which).id, change)
    if as_json:
        print_json(result)
    else:
        console.print(f"{result.added} added, {result.removed} removed.")


def _show(collection: schemas.Collection, as_json: bool) -> None:
    if as_json:
        print_json(collection)
    else:
        console.print(f"{collection.path}  {collection.id}", markup=False)
