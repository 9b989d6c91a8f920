"""``magpie sources``: folders and buckets that are scanned for new files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from service.cli import render
from service.cli.context import AsJson, opened, print_json
from service.progress import follow
from service.sources import schemas

SourceId = Annotated[str, typer.Argument(metavar="SOURCE", help="Id of a source.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    sources = typer.Typer(
        help="Sources: folders and buckets that are looked at for new files.", no_args_is_help=True
    )
    sources.command(name="list")(list_sources)
    for command in (add, scan, remove):
        sources.command()(command)
    app.add_typer(sources, name="sources")


def add(
    url: Annotated[
        str, typer.Argument(metavar="PATH_OR_URL", help="A folder, or s3://BUCKET/PREFIX.")
    ],
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Leave the files where they are; store no copy.")
    ] = False,
    every: Annotated[
        int,
        typer.Option(min=0, max=525_600, help="Minutes between scans; 0 is only when asked."),
    ] = 15,
    as_json: AsJson = False,
) -> None:
    """Add a folder or a bucket, which a running server then scans."""
    place = url if url.startswith(schemas.SCHEME) else str(Path(url).absolute())
    with opened() as hub:
        source = hub.sources.add(
            schemas.NewSource(url=place, in_place=in_place, every_minutes=every)
        )
    if as_json:
        print_json(source)
        return
    render.console.print(f"Added {source.id}.")
    render.console.print(
        f"`magpie serve` scans it, and so does `magpie sources scan {source.id}`.",
        style="dim",
        soft_wrap=True,
    )


def list_sources(as_json: AsJson = False) -> None:
    """List sources and how their scans fare."""
    with opened() as hub:
        found = hub.sources.all()
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "state", "every", "scanned"):
        table.add_column(heading, no_wrap=True)
    table.add_column("where", overflow="fold")
    for source in found.sources:
        scanned = source.scanned_at
        table.add_row(
            source.id,
            source.state,
            f"{source.every_minutes} min" if source.every_minutes else "asked",
            scanned.astimezone().strftime("%Y-%m-%d %H:%M") if scanned else "never",
            Text.assemble(source.url, (f"  {source.problem}" if source.problem else "", "yellow")),
        )
    render.console.print(table)


def scan(
    source_id: SourceId,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where an unfinished scan stopped.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Scan a source now, and wait until its new files can be found."""
    with opened(work=True) as hub, render.job_progress(visible=not as_json) as progress:
        job = follow(hub.job, hub.sources.scan(source_id, resume=resume), progress)
    if as_json:
        print_json(job)
    else:
        render.job(job, dry_run=False)
    if job.problems:
        raise typer.Exit(1)


def remove(source_id: SourceId, as_json: AsJson = False) -> None:
    """Look at a source no more; records that came from it stay."""
    with opened() as hub:
        hub.sources.remove(source_id)
    if as_json:
        print_json({"removed": source_id})
    else:
        render.console.print("Removed; its records stay.")
