"""Commands about jobs: what there is, and holding, ending or trying it again."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from service import schemas
from service.cli import render
from service.cli.context import AsJson, opened, print_json
from service.progress import follow


class Scope(StrEnum):
    """Which assets."""

    ALL = "all"
    MISSING = "missing"
    FAILED = "failed"


JobId = Annotated[str, typer.Argument(metavar="JOB", help="Id of a job.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    jobs = typer.Typer(help="Jobs: reading files, and how far that is.", no_args_is_help=True)
    jobs.command(name="list")(list_jobs)
    for command in (show, pause, resume, cancel, retry, refresh):
        jobs.command()(command)
    app.add_typer(jobs, name="jobs")


def list_jobs(
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Where the last list ended.")] = None,
    as_json: AsJson = False,
) -> None:
    """List jobs, newest first."""
    with opened() as hub:
        page = hub.jobs.page(limit=limit, cursor=cursor)
    if as_json:
        print_json(page)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "kind", "state", "done", "failed", "of", "begun"):
        table.add_column(heading, no_wrap=True)
    for job in page.jobs:
        begun = job.created_at.astimezone().strftime("%Y-%m-%d %H:%M") if job.created_at else ""
        counts = (str(job.done), str(job.failed), str(job.total))
        table.add_row(job.id, job.kind, job.state, *counts, begun)
    render.console.print(table)
    if page.next_cursor:
        render.console.print(f"More: magpie jobs list --cursor {page.next_cursor}", style="dim")


def show(
    job_id: JobId,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many files.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="Where the last list ended.")] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Only what failed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how far a job is, and its files."""
    states = ("failed", "poison") if failed else ()
    with opened() as hub:
        job = hub.jobs.get(job_id)
        page = hub.jobs.items(job_id, limit=limit, cursor=cursor, states=states)
    if as_json:
        print_json({"job": job.model_dump(mode="json"), **page.model_dump(mode="json")})
        return
    _say(job)
    table = Table(box=None, pad_edge=False)
    for heading in ("asset", "stage", "state"):
        table.add_column(heading, no_wrap=True)
    table.add_column("name", overflow="fold")
    for item in page.items:
        name = Text.assemble(item.name, (f"  {item.reason}" if item.reason else "", "yellow"))
        table.add_row(item.asset_id, item.stage, item.state, name)
    render.console.print(table)
    if page.next_cursor:
        render.console.print(
            f"More: magpie jobs show {job_id} --cursor {page.next_cursor}",
            style="dim",
            soft_wrap=True,
        )


def pause(job_id: JobId, as_json: AsJson = False) -> None:
    """Hold a job; what is being read is finished."""
    with opened() as hub:
        _answer(hub.jobs.pause(job_id), as_json)


def cancel(job_id: JobId, as_json: AsJson = False) -> None:
    """End a job; what it has taken in stays."""
    with opened() as hub:
        _answer(hub.jobs.cancel(job_id), as_json)


def resume(job_id: JobId, as_json: AsJson = False) -> None:
    """Let a job go on that is held or was interrupted, and wait for it."""
    with opened(work=True) as hub, render.job_progress(visible=not as_json) as progress:
        job = follow(hub.job, hub.jobs.resume(job_id), progress)
    _answer(job, as_json)


def retry(job_id: JobId, as_json: AsJson = False) -> None:
    """Try again what failed in a job, and wait for it."""
    with opened(work=True) as hub, render.job_progress(visible=not as_json) as progress:
        job = follow(hub.job, hub.jobs.retry(job_id), progress)
    _answer(job, as_json)


def refresh(
    scope: Annotated[
        Scope, typer.Option(help="Everything, what lacks something, or what failed.")
    ] = Scope.MISSING,
    as_json: AsJson = False,
) -> None:
    """Read again what is in the catalog, and wait for it."""
    with opened(work=True) as hub, render.job_progress(visible=not as_json) as progress:
        job = follow(hub.job, hub.jobs.refresh(scope.value), progress)
    _answer(job, as_json)


def _answer(job: schemas.Job, as_json: bool) -> None:
    if as_json:
        print_json(job)
    else:
        _say(job)


def _say(job: schemas.Job) -> None:
    failed = f", {job.failed} failed" if job.failed else ""
    render.console.print(
        f"Job {job.id} is {job.state}: {job.done} of {job.total} files done{failed}."
    )
    for problem in job.problems:
        render.console.print(Text(problem, style="yellow"))
