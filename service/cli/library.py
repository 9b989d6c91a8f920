"""Commands about files: take them in, ask for them, look at them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from service import schemas
from service.cli import render
from service.cli.context import AsJson, checked, opened, print_json, settings
from service.errors import BadRequest
from service.home import Home


class Kind(StrEnum):
    """Kinds of assets."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    OTHER = "other"


Where = Annotated[str, typer.Option(help="Only these: tag:dog colour:red people_count=0.")]
Facets = Annotated[str, typer.Option(help="Count these over what is found: tags,kind,colours ...")]
Limit = Annotated[int, typer.Option(min=1, max=200, help="At most so many answers.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(ingest)
    app.command()(search)
    app.command()(similar)
    app.command()(show)
    app.command()(timeline)
    app.command(name="list")(list_assets)
    app.command(name="read")(read_again)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Leave the files where they are; store no copy.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be taken in.")
    ] = False,
    preset: Annotated[
        str, typer.Option(help="What new records are given: a preset of ingest.yaml in the home.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take in files and folders; a second run does only what is new."""
    for path in paths:
        if not path.exists():
            raise BadRequest(f"{path} does not exist; check the path.")
    followed: list[schemas.Job] = []
    try:
        with opened(work=not dry_run) as hub, render.job_progress(visible=not as_json) as progress:

            def show(job: schemas.Job) -> None:
                followed[:] = [job]
                progress(job)

            job = hub.ingest(
                paths, in_place=in_place, dry_run=dry_run, preset=preset, progress=show
            )
    except KeyboardInterrupt as interrupt:
        print(f"\nStopped. {_how_to_go_on(followed)}", file=sys.stderr)
        raise typer.Exit(130) from interrupt
    if as_json:
        print_json(job)
    else:
        render.job(job, dry_run=dry_run)
    if job.problems:
        raise typer.Exit(1)


def _how_to_go_on(followed: Sequence[schemas.Job]) -> str:
    """What to say after Ctrl-C: the job lives on in the catalog, or in the running server."""
    for job in followed:
        if Home(settings().home).read_note() is not None:
            return (
                f"The server goes on with it; `magpie jobs show {job.id}` tells how far it is, "
                f"`magpie jobs cancel {job.id}` ends it."
            )
        return f"What was taken in is safe; `magpie jobs resume {job.id}` goes on."
    return "What was taken in is safe; give the command again to go on."


def search(
    words: Annotated[str, typer.Argument(help="What to look for, in plain words.")] = "",
    like: Annotated[
        str | None, typer.Option(help="A picture or document to find alike ones of: file or id.")
    ] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only this kind; repeatable.")] = None,
    where: Where = "",
    facets: Facets = "",
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Ask for files in plain words, or by an example, or both."""
    request = checked(
        schemas.SearchRequest,
        words=words,
        kinds=[each.value for each in kind or []],
        where=where,
        facets=_names(facets),
        limit=limit,
    )
    with opened() as hub:
        if like is not None and Path(like).is_file():
            answer = hub.search_by_file(request, Path(like), Path(like).name)
        else:
            answer = hub.search(request.model_copy(update={"like": like}))
    _print(answer, as_json)


def similar(asset_id: str, limit: Limit = 10, as_json: AsJson = False) -> None:
    """Find assets that are like one of the catalog."""
    with opened() as hub:
        answer = hub.similar(asset_id, limit=limit)
    _print(answer, as_json)


def show(asset_id: str, as_json: AsJson = False) -> None:
    """Show a record: what it is, and what was found in it."""
    with opened() as hub:
        asset = hub.asset(asset_id)
    if as_json:
        print_json(asset)
    else:
        render.asset(asset)


def timeline(asset_id: str, as_json: AsJson = False) -> None:
    """Show the scenes of a video, and what is said in it or in a sound, by seconds."""
    with opened() as hub:
        found = hub.desk.media.timeline(asset_id)
    if as_json:
        print_json(found)
    else:
        render.timeline(found)


def read_again(
    asset_id: str,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for the password of an encrypted file.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read an asset once more: one that failed, or an encrypted one with its password."""
    secret = typer.prompt("Password", hide_input=True, err=True) if password else None
    with opened() as hub:
        asset = hub.read_again(asset_id, password=secret)
    if as_json:
        print_json(asset)
    else:
        render.asset(asset)
    if asset.state != "ready":
        raise typer.Exit(1)


def list_assets(
    limit: Limit = 20,
    cursor: Annotated[str | None, typer.Option(help="Where the last list ended.")] = None,
    where: Where = "",
    facets: Facets = "",
    as_json: AsJson = False,
) -> None:
    """List records, newest first."""
    query = checked(
        schemas.AssetQuery, limit=limit, cursor=cursor, where=where, facets=_names(facets)
    )
    with opened() as hub:
        page = hub.listed(query)
    if as_json:
        print_json(page)
    else:
        render.page(page)


def _names(facets: str) -> list[str]:
    return [each.strip() for each in facets.split(",") if each.strip()]


def _print(answer: schemas.SearchAnswer, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        render.answer(answer)
