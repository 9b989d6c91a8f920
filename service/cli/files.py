"""Commands that hand files out, and writing what arrives in pieces."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from service import schemas
from service.cli.context import AsJson, checked, opened, print_json
from service.cli.render import console
from service.errors import BadRequest, MagpieError

if TYPE_CHECKING:
    from service.hub import Hub
    from service.remote import RemoteHub

_PAGE = 200


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(download)
    app.command()(presets)


def download(
    asset_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...")] = None,
    where: Annotated[
        str | None, typer.Option("--where", help="Which records, such as `campaign:Spring`.")
    ] = None,
    preset: Annotated[
        str, typer.Option(help="How to make the files; `magpie presets` lists them.")
    ] = "original",
    out: Annotated[Path, typer.Option(help="A folder, or a file that ends in .zip.")] = Path("."),  # noqa: PTH201
) -> None:
    """Write files to a folder, or to a ZIP with their records and licences."""
    if not asset_ids and where is None:
        raise BadRequest("Say what to download: ids, or --where.")
    with opened() as hub:
        if out.suffix.lower() == ".zip":
            from service.downloads.schemas import DownloadRequest

            request = checked(
                DownloadRequest, asset_ids=asset_ids or [], where=where, preset=preset
            )
            save(hub.desk.downloads.zipped(request), out)
            console.print(Text(f"Written to {out}; problems.txt in it names what is missing."))
            return
        out.mkdir(parents=True, exist_ok=True)
        failed = 0
        for asset_id in asset_ids or _ids(hub, where or ""):
            try:
                name, chunks = hub.desk.downloads.streamed(asset_id, preset)
                target = _free(out / name)
                save(chunks, target)
                console.print(Text(str(target)))
            except MagpieError as error:
                failed += 1
                console.print(Text(error.message, style="yellow"))
    if failed:
        raise typer.Exit(1)


def presets(as_json: AsJson = False) -> None:
    """List the ways to download, and check the file that defines your own."""
    with opened() as hub:
        listed = hub.desk.downloads.presets()
    if as_json:
        print_json(listed)
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("name", no_wrap=True)
    table.add_column("what it makes", overflow="fold")
    for each in listed.presets:
        table.add_row(each.name, Text(each.label))
    console.print(table)


def save(chunks: Iterable[bytes], path: Path) -> None:
    """Write a file that appears whole or not at all.

    Raises:
        BadRequest: it cannot be written there.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        partial.replace(path)
    except OSError as error:
        raise BadRequest(f"{path} cannot be written ({error.strerror}); check it.") from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _ids(hub: Hub | RemoteHub, where: str) -> Iterator[str]:
    cursor: str | None = None
    while True:
        query = checked(schemas.AssetQuery, where=where, limit=_PAGE, cursor=cursor)
        page = hub.listed(query)
        yield from (asset.id for asset in page.assets)
        cursor = page.next_cursor
        if cursor is None:
            return


def _free(path: Path) -> Path:
    """The path, numbered where a file of that name lies there."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free
