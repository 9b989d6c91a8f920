"""Commands about Magpie itself: its models and its health."""

from __future__ import annotations

import typer

from service.cli import models
from service.cli.context import AsJson, print_json, settings
from service.cli.render import console


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    models.add_to(app)
    app.command()(doctor)


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
