"""Commands about the trash."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from service import schemas
from service.cli import render
from service.cli.context import AsJson, opened, print_json
from service.cli.render import console

if TYPE_CHECKING:
    from service.trash.schemas import Purged as WirePurged
    from service.trash.store import Purged

AssetIds = Annotated[list[str], typer.Argument(metavar="ID...")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    trash = typer.Typer(help="The trash: what is thrown away, and lets go.", no_args_is_help=True)
    trash.command(name="list")(list_trash)
    for command in (put, restore, purge, empty):
        trash.command()(command)
    app.add_typer(trash, name="trash")


def list_trash(
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="Where the last list ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what lies in the trash."""
    with opened() as hub:
        page = hub.listed(schemas.AssetQuery(trashed=True, limit=limit, cursor=cursor))
    if as_json:
        print_json(page)
    else:
        render.page(page)


def put(asset_ids: AssetIds) -> None:
    """Put records into the trash, where nothing finds them."""
    with opened() as hub:
        for asset_id in asset_ids:
            hub.desk.trash.put(asset_id)
    console.print(f"{len(asset_ids)} in the trash; `magpie trash restore` brings them back.")


def restore(asset_ids: AssetIds) -> None:
    """Take records out of the trash."""
    with opened() as hub:
        for asset_id in asset_ids:
            hub.desk.trash.restore(asset_id)
    console.print(f"{len(asset_ids)} restored.")


def purge(
    asset_ids: AssetIds,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let records in the trash go for good: bytes, pictures, words and vectors."""
    if not yes:
        typer.confirm(f"Let {len(asset_ids)} records go for good?", abort=True, err=True)
    with opened() as hub:
        for asset_id in asset_ids:
            _say(hub.desk.trash.purge(asset_id))


def empty(
    older_than_days: Annotated[
        float | None,
        typer.Option(
            "--older-than-days",
            min=0,
            max=36_500,
            help="What has been there for so long; else for MAGPIE_TRASH_DAYS. 0 takes all.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Let go for good what has been in the trash for long enough."""
    if not yes:
        typer.confirm("Empty the trash for good?", abort=True, err=True)
    older_than = None if older_than_days is None else timedelta(days=older_than_days)
    with opened() as hub:
        _say(hub.desk.trash.empty(older_than=older_than))


def _say(purged: Purged | WirePurged) -> None:
    console.print(f"{purged.records} records gone, {purged.bytes:,} bytes freed.")
    if purged.held:
        console.print(f"{purged.held} are under legal hold and stay.")
