"""The command that shows Magpie to somebody new."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from service.cli import render
from service.cli.context import opened, settings


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(demo)


def demo() -> None:
    """Make a small sample library, read it, and ask it questions."""
    from service.sample.demo import run_demo

    # The sample does not belong among a person's own files.
    os.environ.setdefault("MAGPIE_HOME", str(Path(".magpie").absolute()))
    home = settings().home
    with opened(work=True) as hub:
        code = run_demo(hub, home, render.console, render.job_progress)
    raise typer.Exit(code)
