"""Commands about Magpie itself: its models and its health."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from service.cli import models
from service.cli.context import AsJson, print_json, settings
from service.cli.render import console


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    models.add_to(app)
    app.command()(doctor)


def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="Hash all stored files too.")] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Put right what is found.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check that everything Magpie needs is there and sound; changes nothing unless asked."""
    from service.doctor import examine

    findings = examine(settings(), deep=deep, repair=repair)
    if as_json:
        print_json([asdict(each) for each in findings])
    else:
        for each in findings:
            mark = "[green]ok[/green]  " if each.sound else "[red]bad[/red] "
            mark = "[yellow]mended[/yellow] " if each.repaired else mark
            console.print(f"{mark} {each.check}", end="  ")
            console.print(each.detail, style="dim", markup=False)
    if not all(each.sound or each.repaired for each in findings):
        raise typer.Exit(1)
