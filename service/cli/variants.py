"""Commands about originals and what was made of them."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from service.cli.context import AsJson, checked, opened, print_json
from service.cli.render import console
from service.variants.schemas import SetOriginal, VariantTree

_Asset = Annotated[str, typer.Argument(metavar="ID", help="Id of an asset.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    made = typer.Typer(help="Originals, and what was made of them.", no_args_is_help=True)
    for command in (show, join, part):
        made.command()(command)
    app.add_typer(made, name="variants")


def show(asset_id: _Asset, as_json: AsJson = False) -> None:
    """Show the original of an asset and all that was made of it."""
    with opened() as hub:
        _print(hub.desk.variants.tree(asset_id), as_json=as_json)


def join(
    asset_id: _Asset,
    original: Annotated[str, typer.Option(help="Id of the asset that it was made of.")],
    how: Annotated[str, typer.Option(help="Such as `crop for social media`.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say of what an asset was made; rights of the original hold for it too."""
    wanted = checked(SetOriginal, original_id=original, how=how)
    with opened() as hub:
        _print(hub.desk.variants.join(asset_id, wanted), as_json=as_json)


def part(asset_id: _Asset, as_json: AsJson = False) -> None:
    """Say that an asset was made of nothing else."""
    with opened() as hub:
        _print(hub.desk.variants.part(asset_id), as_json=as_json)


def _print(tree: VariantTree, *, as_json: bool) -> None:
    if as_json:
        print_json(tree)
        return
    for node in tree.nodes:
        line = Text("   " * node.depth + ("└─ " if node.depth else ""))
        line.append(node.name, style="cyan")
        line.append(f"  {node.how}" if node.how else "")
        line.append(f"  {node.id}{'  in the trash' if node.trashed else ''}", style="dim")
        console.print(line)
    if tree.hidden:
        console.print(f"{tree.hidden} more that you may not see.", style="dim")
