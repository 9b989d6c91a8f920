"""What people see in the terminal of changes of many records."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from service import schemas
from service.cli.render import console

_SHOWN = 5
_LONGEST = 70


@contextlib.contextmanager
def progress(what: str, *, visible: bool) -> Iterator[Callable[[schemas.BulkEdited], None]]:
    """A bar with count and time left, fed with steps."""
    bar = Progress(
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        disable=not visible,
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=None)

        def show(step: schemas.BulkEdited) -> None:
            bar.update(task, total=step.total or None, completed=step.matched)

        yield show


def done(made: schemas.BulkEdited) -> None:
    """What a change of many records did, with examples, and how to take it back."""
    said = f"{made.changed} of {made.total} records"
    console.print(f"Changed {said}." if made.batch_id else f"Would change {said}.")
    if made.kept:
        console.print(f"{made.kept} left alone: somebody changed them since.")
    for example in made.examples[:_SHOWN]:
        console.print(Text(f"  {example.name}", style="bold"))
        for field in {**example.before, **example.after}:
            console.print(
                Text.assemble(
                    f"    {field}: ",
                    (_plain(example.before, field), "dim"),
                    " → ",
                    _plain(example.after, field),
                )
            )
    if made.changed > _SHOWN:
        console.print(f"  and {made.changed - _SHOWN} more", style="dim")
    if isinstance(made, schemas.Imported):
        _troubles(made)
    if made.batch_id and made.changed:
        console.print(f"Take it back: magpie undo {made.batch_id}", soft_wrap=True)


def _troubles(made: schemas.Imported) -> None:
    for column in made.ignored_columns:
        console.print(Text(f"Column “{column}” is about no field and was left out."))
    for remark in made.remarks:
        console.print(Text(remark, style="yellow"))
    more = made.faults + made.unmatched + made.ambiguous - len(made.remarks)
    if more > 0:
        console.print(f"and {more} more troubles", style="dim")


def _plain(contents: Mapping[str, object], field: str) -> str:
    value = contents.get(field)
    text = "nothing" if value is None else value
    text = ", ".join(map(str, text)) if isinstance(text, list) else str(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
