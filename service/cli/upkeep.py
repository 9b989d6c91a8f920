"""Commands about Magpie itself: its models and its health."""

from __future__ import annotations

from typing import Annotated

import typer

from service.cli.context import AsJson, print_json, settings
from service.cli.render import console


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    models = typer.Typer(help="The models: what there is, and whether its files are sound.")
    models.command(name="list")(list_models)
    models.command(name="verify")(verify_models)
    app.add_typer(models, name="models")
    app.command()(doctor)


def list_models(as_json: AsJson = False) -> None:
    """List the models with their licences, and which are in use."""
    from rich.table import Table

    from models import registry

    chosen = settings()
    used = {chosen.text_model, chosen.visual_model}
    descriptors = [registry.get(name) for name in registry.names()]
    if as_json:
        print_json(
            [
                {
                    "name": each.name,
                    "task": each.task,
                    "dimension": each.dimension,
                    "licence": each.licence,
                    "commercial": each.commercial,
                    "in_use": each.name in used,
                }
                for each in descriptors
            ]
        )
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("", "name", "task", "dimension", "licence", "commercial use"):
        table.add_column(heading, overflow="fold")
    for each in descriptors:
        mark = "*" if each.name in used else ""
        table.add_row(
            mark, each.name, each.task, str(each.dimension), each.licence, each.commercial
        )
    console.print(table)
    console.print("* in use", style="dim")


def verify_models(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check the files of the models against their SHA-256."""
    from models import registry, weights
    from models.errors import WeightsError

    faults: dict[str, str] = {}
    checked = names or list(registry.names())
    for name in checked:
        try:
            weights.verify(registry.get(name))
        except WeightsError as error:
            faults[name] = str(error)
    if as_json:
        print_json([{"name": name, "fault": faults.get(name)} for name in checked])
    else:
        for name in checked:
            console.print(f"{name}: {faults.get(name, 'sound')}")
    if faults:
        raise typer.Exit(1)


def doctor(as_json: AsJson = False) -> None:
    """Check that everything Magpie needs is there and sound."""
    from service.doctor import examine

    findings = examine(settings())
    if as_json:
        print_json(
            [{"check": each.check, "sound": each.sound, "detail": each.detail} for each in findings]
        )
    else:
        for each in findings:
            mark = "[green]ok[/green]  " if each.sound else "[red]bad[/red] "
            console.print(f"{mark} {each.check}", end="  ")
            console.print(each.detail, style="dim", markup=False)
    if not all(each.sound for each in findings):
        raise typer.Exit(1)
