"""``magpie reindex`` and ``magpie models use|rollback``: the index and the models behind it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Annotated, Literal

import typer

from service import schemas
from service.cli import render
from service.cli.context import AsJson, opened, print_json
from service.errors import MagpieError

_POLL_S = 0.2

NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Do not wait; a running server goes on with it.")
]


def add_to(app: typer.Typer, models: typer.Typer) -> None:
    """Register the commands."""
    app.command()(reindex)
    models.command(name="use")(use)
    models.command(name="rollback")(rollback)


def reindex(
    stop: Annotated[
        bool, typer.Option("--stop", help="Give up the index that is being built.")
    ] = False,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Build the index anew from the catalog; the old one answers until then."""
    with opened(work=True) as hub:
        if stop:
            _show(hub.index.stop(), as_json)
            return
        begun = hub.index.rebuild()
        _show(begun if no_wait else _wait(hub.index.status, begun, as_json), as_json)


def use(
    name: Annotated[str, typer.Argument(help="As `magpie models list` calls it.")],
    role: Annotated[
        Literal["text", "visual"] | None, typer.Option(help="What it is to be used for.")
    ] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Change to another model: its index is built first, while the old one answers."""
    with opened(work=True) as hub:
        begun = hub.index.use(name, role)
        _show(begun if no_wait else _wait(hub.index.status, begun, as_json), as_json)


def rollback(as_json: AsJson = False) -> None:
    """Go back to the models before, at once."""
    with opened(work=True) as hub:
        _show(hub.index.rollback(), as_json)


def _wait(look: Callable[[], schemas.Index], status: schemas.Index, as_json: bool) -> schemas.Index:
    """Wait until what is built answers; an interrupt leaves it to go on later."""
    with render.index_progress(visible=not as_json) as progress:
        while status.next is not None and status.next.problem is None:
            progress(status.next)
            time.sleep(_POLL_S)
            status = look()
    if status.next is not None:
        raise MagpieError(f"Building the index stopped: {status.next.problem}")
    return status


def _show(status: schemas.Index, as_json: bool) -> None:
    if as_json:
        print_json(status)
    else:
        render.index(status)
